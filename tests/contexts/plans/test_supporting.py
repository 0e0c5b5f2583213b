"""Beside a task that people alone decide stand the figures of the registers; a file that is uploaded shows it done."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import Case
from mingjing.contexts.catalog.models import Item
from mingjing.contexts.indicators.models import Indicator, Value
from mingjing.contexts.plans.models import Material, MaterialState, Task
from mingjing.contexts.plans.supporting import supporting
from mingjing.contexts.plans.usecases import keep_ledger, show_materials
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan
from mingjing.contexts.registry.models import Agency, Credential, Officer, Party
from mingjing.domain.indicators.periods import PeriodKind, period_of
from tests.contexts.conftest import ActorMaker, UserMaker
from tests.contexts.plans.conftest import AT, LATER, settled

TEXT = """泗水县行政执法队伍建设工作方案
泗政办字〔2026〕12号
一、主要任务
（一）加强执法力量配备。推动执法力量、编制向一线倾斜，优化梯次结构。（责任单位：县市场监督管理局、县卫生健康局；完成时限：2026年9月底前）
（二）规范入企检查。（责任单位：县市场监督管理局；完成时限：2026年9月底前）
泗水县人民政府办公室
2026年3月16日
"""


@pytest.fixture
def staffing(keeper: Actor, units: dict[str, Unit]) -> Task:
    people = (
        ("market", 1995, "一级行政执法员", True),
        ("market", 1968, "", False),
        ("health", 1985, "一级行政执法员", True),
    )
    for at, (unit, born, rank, front) in enumerate(people):
        Officer.objects.create(
            unit=units[unit], code=f"P{at:06}", name=f"人员{at}", employment="established", birth_year=born, rank=rank,
            is_front_line=front, joined_on=date(2020, 1, 1),
        )  # fmt: skip
    Officer.objects.create(
        unit=units["market"], code="P000009", name="已离岗", employment="established", joined_on=date(2020, 1, 1),
        left_on=date(2025, 1, 1),
    )  # fmt: skip
    agency = Agency.objects.create(
        unit=units["market"], code="A000001", name="泗水县市场监督管理局", kind="organ", field="market"
    )
    item = Item.objects.create(code="MR-1", name="处罚", unit=units["market"], created_at=AT, kind="penalty")
    party = Party.objects.create(code="Q000001", kind="citizen", name="刘大山", key_index="q1", place="370831")
    for number, year in (("1", 2026), ("2", 2026), ("3", 2025)):
        Case.objects.create(
            code=f"C{number}", kind="penalty", unit=units["market"], title="案件", agency=agency, item=item,
            item_pin="x", party=party, procedure_code="penalty", stage="filed",
            opened_at=datetime(year, 4, 1, tzinfo=AT.tzinfo),
        )  # fmt: skip
    plan = keep_ledger.import_plan(actor=keeper, at=AT, read=read_pasted_plan(TEXT.encode()), place="370831")
    plan = settled(keeper, plan)
    plan = keep_ledger.confirm_plan(actor=keeper, at=AT, code=plan.code, version=plan.version)
    return plan.tasks.get(position=1)


@pytest.mark.requirement("LC-27", "RZ-80")
def test_the_figures_are_those_of_the_registers(keeper: Actor, staffing: Task) -> None:
    force, ages, ranks = supporting(keeper, staffing, LATER.date())
    assert {row[0]: tuple(row[1:]) for row in force.rows} == {
        "泗水县市场监督管理局": (2, 1, 2),
        "泗水县卫生健康局": (1, 1, 0),
    }
    assert dict(ages.rows) == {"35岁及以下": 1, "36至45岁": 1, "56岁及以上": 1}
    assert dict(ranks.rows) == {"一级行政执法员": 2, "没有登记": 1}
    assert supporting(keeper, staffing.plan.tasks.get(position=2), LATER.date()) == []


@pytest.mark.requirement("LC-27", "RZ-80")
def test_what_is_uploaded_is_confirmed_beside_them(
    keeper: Actor, actor_with: ActorMaker, user_with: UserMaker, staffing: Task
) -> None:
    made = show_materials.add_material(
        actor=actor_with("agency_clerk", "market"), at=LATER, task=staffing.pk, unit="market",
        file=FileGiven(name="人员调配文件.pdf", content=b"%PDF-1.4"),
    )  # fmt: skip
    show_materials.judge_material(actor=keeper, at=LATER, material=made.pk, version=made.version, accepted=True)
    assert Material.objects.get(pk=made.pk).state == MaterialState.ACCEPTED
    client = Client()
    client.force_login(
        user_with("overseer", "justice", username="looker"), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(reverse("task", args=[staffing.pk])).content.decode()
    assert "执法力量和办案量" in page and "年龄结构" in page and "人员调配文件.pdf" in page


MONEY = """泗水县行政执法监督保障方案
泗政办字〔2026〕13号
一、保障措施任务
（一）落实经费保障。将执法证件管理、案卷评查、涉企监督、抽考比武经费列入年度预算，随业务量递增。（责任单位：县市场监督管理局；完成时限：2026年12月底前）
泗水县人民政府办公室
2026年3月16日
"""


@pytest.mark.requirement("TS-66")
def test_beside_the_budget_stand_the_volumes_of_both_years(
    keeper: Actor, actor_with: ActorMaker, user_with: UserMaker, units: dict[str, Unit]
) -> None:
    plan = keep_ledger.import_plan(actor=keeper, at=AT, read=read_pasted_plan(MONEY.encode()), place="370831")
    plan = settled(keeper, plan)
    plan = keep_ledger.confirm_plan(actor=keeper, at=AT, code=plan.code, version=plan.version)
    task = plan.tasks.get()
    officer = Officer.objects.create(
        unit=units["market"], code="P000001", name="甲", employment="established", joined_on=date(2020, 1, 1)
    )
    for at, year in enumerate((2025, 2026, 2026)):
        Credential.objects.create(
            officer=officer, number=f"37083100{at}", category="市场监管", area="泗水县", issued_on=date(year, 1, 20), verified_on=date(year, 1, 20),
            valid_from=date(year, 2, 1), valid_until=date(year + 5, 1, 31), token=f"t{at}",
            status="valid" if at == 2 else "replaced", ended_on=None if at == 2 else date(year, 12, 1),
        )  # fmt: skip
    for code, period, top, bottom in (
        ("media-in-reviewed-files", PeriodKind.HALF, 8, 10), ("visits-per-enterprise", PeriodKind.YEAR, 90, 60),
        ("exam-coverage", PeriodKind.YEAR, 40, 50),
    ):  # fmt: skip
        indicator = Indicator.objects.create(
            code=code, place="370831", title=code, source="facts", period=period, number=1
        )
        keys = ("2025H2", "2026H1", "2026H2") if period is PeriodKind.HALF else ("2025", "2026")
        for at, key in enumerate(keys):
            span = period_of(key)
            Value.objects.create(
                indicator=indicator, edition=1, place="370831", period=key, starts_on=span.first, ends_on=span.last,
                numerator=top + at, denominator=bottom + at, value=1, colour="green", as_of=span.last, computed_at=AT,
            )  # fmt: skip
    (table,) = supporting(keeper, task, LATER.date())
    assert table.heads == ("经费项目", "2025年", "2026年", "增减")
    assert [tuple(row) for row in table.rows] == [
        ("执法证件管理：制发证件（个）", 1, 2, "+1"),
        ("案卷评查：评查案卷（卷）", 10, 23, "+13"),
        ("涉企监督：入企检查（次）", 90, 91, "+1"),
        ("抽考比武：抽考人员（人）", 40, 41, "+1"),
    ]
    assert table.note == "2026年预算文件还没有确认"
    made = show_materials.add_material(
        actor=actor_with("agency_clerk", "market"), at=LATER, task=task.pk, unit="market",
        file=FileGiven(name="预算批复.pdf", content=b"%PDF-1.4"),
    )  # fmt: skip
    show_materials.judge_material(actor=keeper, at=LATER, material=made.pk, version=made.version, accepted=True)
    client = Client()
    client.force_login(
        user_with("overseer", "justice", username="looker"), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(reverse("task", args=[task.pk])).content.decode()
    assert "2026年预算文件已经确认" in page and "案卷评查：评查案卷（卷）" in page
