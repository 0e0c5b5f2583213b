"""The first three administrators, and what the command line says of them."""

import pytest
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from mingjing.contexts.accounts.models import Grant, Unit, User
from mingjing.contexts.accounts.usecases.founding import FoundedError, found_place
from mingjing.contexts.accounts.usecases.grants import find_conflicts
from mingjing.contexts.records.models import Entry
from mingjing.interfaces.cli.accounts import app
from tests.contexts.conftest import UserMaker

PEOPLE = {"system_admin": ("li.wb", "李文博"), "security_admin": ("zhou.h", "周慧"), "audit_admin": ("kong", "孔令杰")}
PLACE = {"unit_code": "ss", "unit_name": "泗水县人民政府", "place": "370831"}


def test_a_place_is_founded_once_with_three_persons(db: None) -> None:
    with pytest.raises(FoundedError, match="三个人"):
        found_place(at=timezone.now(), people=PEOPLE | {"audit_admin": ("LI.WB", "李")}, **PLACE)
    made = found_place(at=timezone.now(), people=PEOPLE, **PLACE)
    assert len({one.password for one in made}) == 3 and not find_conflicts()
    assert set(Entry.objects.values_list("actor", flat=True)) == {"installer"}
    with pytest.raises(FoundedError, match="已经有"):
        found_place(at=timezone.now(), people=PEOPLE, **PLACE)
    client = Client()
    client.post("/sign-in/", {"username": "zhou.h", "password": made[1].password})
    assert client.get("/grants/")["Location"] == "/me/password/"


def test_the_commands_found_and_check(db: None, user_with: UserMaker, units: dict[str, Unit]) -> None:
    run = CliRunner().invoke
    asked = ["init", "--unit", "ss", "--unit-name", "泗水县人民政府", "--place", "370831"]
    asked += ["--system", "li.wb:李文博", "--security", "zhou.h：周慧", "--audit", "kong:孔令杰"]
    told = run(app, asked)
    assert told.exit_code == 0 and "周慧  登录名 zhou.h" in told.output
    assert run(app, ["check"]).exit_code == 0
    user = User.objects.get(code="kong")
    Grant.objects.create(user=user, role="officer", unit=units["market"], valid_from="2026-01-01", granted_by="?")
    Grant.objects.filter(user=user, role="audit_admin").update(valid_from="2026-01-01")
    found = run(app, ["check"])
    assert found.exit_code == 1 and "孔令杰（kong）同时担任：审计管理员、执法人员" in found.output
