"""The seed plans in the demonstration place: on the first day most targets are counted from facts, and open their rows."""

import json
import re
from pathlib import Path

import pytest

from tests.interfaces.test_demo_place import Browser, password_in
from tests.platform import Platform, copy_home, mingjing, on_postgresql

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(on_postgresql(), reason="the demonstration place is in SQLite"),
]
IMPORT = """
import json
from pathlib import Path
from django.utils.timezone import localdate
from mingjing.contexts.accounts.access import actor_of
from mingjing.contexts.accounts.models import User
from mingjing.contexts.demo.place import AT, CODE
from mingjing.contexts.plans.measuring import plan_measured
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.plans.usecases.keep_ledger import confirm_plan, import_plan, settle
from mingjing.contexts.plans.usecases.read_plans import read_plan_file
from mingjing.contexts.plans.usecases.tie_indicators import tie

keeper = actor_of(User.objects.filter(grants__role="overseer").order_by("pk").first(), on=AT.date())
rows = []
for path in sorted(Path({folder!r}).glob("*.txt")):
    plan = import_plan(actor=keeper, at=AT, read=read_plan_file(path), place=CODE, content=path.read_bytes())
    for task in plan.tasks.all():
        for number, _ in enumerate(task.uncertain):
            task = settle(actor=keeper, at=AT, task=task.pk, number=number, version=task.version, words="已核对")
    version = Plan.objects.get(pk=plan.pk).version
    plan = confirm_plan(actor=keeper, at=AT, code=plan.code, version=version)
    for task, found in plan_measured(keeper, plan, localdate(AT)):
        choices = {{one.target.pk: one.offers[0].code for one in found if one.offers}}
        if choices:
            tie(actor=keeper, at=AT, task=task.pk, version=task.version, choices=choices)
    for task, found in plan_measured(keeper, plan, localdate(AT)):
        came = [one.progress for one in found if one.progress is not None and one.progress.is_evaluated]
        rows.append({{"task": task.pk, "shown": [[one.title, one.href] for one in came]}})
print(json.dumps(rows))
"""
"""Each target is tied to what the platform offers first; a person would look at it before."""


def test_half_of_the_tasks_with_figures_are_counted_from_facts(demo_place: Path, shared: Path, tmp_path: Path) -> None:
    home = copy_home(demo_place / "home", tmp_path / "home")
    code = IMPORT.format(folder=str(shared / "seeds"))
    rows = json.loads(mingjing(home, "manage", "shell", "--no-imports", "-c", code).stdout.splitlines()[-1])
    counted = [row for row in rows if row["shown"]]
    assert len(rows) >= 20
    assert len(counted) * 2 >= len(rows)
    with Platform(home) as platform:
        browser = Browser(platform.port)
        browser.sign_in("overseer", password_in((demo_place / "told").read_text("utf-8")))
        for title, href in sorted({tuple(one) for row in counted for one in row["shown"]}):
            status, _, page = browser.ask("GET", href)
            assert status == 200, title
            assert "<h1" in page and len(re.findall(r"<tr\b", page)) > 1, title
        status, _, page = browser.ask("GET", f"/plans/tasks/{counted[0]['task']}/")
        assert status == 200 and counted[0]["shown"][0][0] in page
