"""Units: a tree that moves as a whole, with its history; scopes follow."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, actor_of, visible
from mingjing.contexts.accounts.models import Unit, UnitChange
from mingjing.contexts.accounts.usecases.units import UnitError, change_unit, close_unit, found_unit, move_unit
from mingjing.contexts.records.models import Entry
from mingjing.contexts.ui.errors import StaleError
from tests.contexts.conftest import ActorMaker, UserMaker

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def system(actor_with: ActorMaker) -> Actor:
    return actor_with("system_admin", "city")


def paths() -> dict[str, str]:
    return dict(Unit.objects.values_list("code", "path"))


def test_a_unit_is_entered_under_its_parent(system: Actor) -> None:
    found_unit(
        actor=system,
        at=NOW,
        code="forest",
        name="泗水县林业局",
        kind="agency",
        place="370831",
        parent="county",
        document="泗编〔2026〕3号",
    )
    assert paths()["forest"] == "city/county/forest/"
    assert UnitChange.objects.get().document == "泗编〔2026〕3号"
    assert Entry.objects.get().subject == "unit:forest"


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "中文"},
        {"code": "a/b"},
        {"code": "MARKET"},
        {"kind": "empire"},
        {"place": "37083"},
        {"place": "３７０８３１"},  # noqa: RUF001
        {"name": " "},
    ],
)
def test_what_is_malformed_is_refused(system: Actor, wrong: dict[str, str]) -> None:
    sound = {"code": "forest", "name": "林业局", "kind": "agency", "place": "370831", "parent": "county"}
    with pytest.raises(UnitError):
        found_unit(actor=system, at=NOW, **(sound | wrong))
    found_unit(actor=system, at=NOW, **sound)


def test_security_and_audit_enter_no_units(actor_with: ActorMaker) -> None:
    for role in ("security_admin", "audit_admin", "overseer"):
        with pytest.raises(ForbiddenError):
            found_unit(actor=actor_with(role), at=NOW, code="x1", name="x", kind="agency", place="370831")


def test_a_move_takes_all_beneath_along(system: Actor, user_with: UserMaker) -> None:
    town = actor_of(user_with("agency_clerk", "town"), on=TODAY)
    move_unit(actor=system, at=NOW, code="market", version=1, parent="town", document="局队合一", reason="改革")
    assert paths()["squad"] == "city/county/town/market/squad/"
    assert paths()["health"] == "city/county/health/"
    assert town.unit_path == "city/county/town/"
    change = UnitChange.objects.get()
    assert (change.kind, change.before["parent"], change.after["parent"]) == ("moved", "county", "town")


def test_a_move_beneath_itself_is_refused(system: Actor) -> None:
    before = paths()
    for parent in ("market", "squad"):
        with pytest.raises(UnitError):
            move_unit(actor=system, at=NOW, code="market", version=1, parent=parent)
    assert paths() == before


def test_a_move_to_the_top_and_back_leaves_the_paths_as_they_were(system: Actor) -> None:
    before = paths()
    move_unit(actor=system, at=NOW, code="county", version=1, parent="")
    assert paths()["squad"] == "county/market/squad/"
    move_unit(actor=system, at=NOW, code="county", version=2, parent="city")
    assert paths() == before


def test_a_change_for_another_version_is_refused(system: Actor) -> None:
    new = {"name": "泗河街道", "kind": "town", "place": "370831001"}
    change_unit(actor=system, at=NOW, code="town", version=1, **new)
    for act in (
        lambda: change_unit(actor=system, at=NOW, code="town", version=1, **new | {"name": "x"}),
        lambda: move_unit(actor=system, at=NOW, code="town", version=1, parent="city"),
        lambda: close_unit(actor=system, at=NOW, code="town", version=1, on=TODAY, reason="x"),
    ):
        with pytest.raises(StaleError):
            act()


def test_nothing_changed_is_no_act(system: Actor) -> None:
    change_unit(actor=system, at=NOW, code="town", version=1, name="泗河街道办事处", kind="town", place="370831001")
    assert not UnitChange.objects.exists() and not Entry.objects.exists()


def test_a_unit_is_abolished_when_nobody_is_left_in_it(system: Actor, user_with: UserMaker) -> None:
    user = user_with("officer", "squad")
    close = {"actor": system, "at": NOW, "on": TODAY, "reason": "机构改革"}
    with pytest.raises(UnitError, match="下级"):
        close_unit(code="market", version=1, **close)
    with pytest.raises(UnitError, match="账号"):
        close_unit(code="squad", version=1, **close)
    user.unit = Unit.objects.get(code="market")
    user.save()
    with pytest.raises(UnitError, match="角色"):
        close_unit(code="squad", version=1, **close)
    user.grants.update(valid_to=TODAY - timedelta(days=1))
    close_unit(code="squad", version=1, **close)
    with pytest.raises(MissingError):
        found_unit(actor=system, at=NOW, code="y1", name="y", kind="squad", place="370831", parent="squad")


@pytest.mark.requirement("TS-47")
def test_the_supervision_organisation_is_a_tree_that_limits_what_each_level_sees(
    system: Actor, user_with: UserMaker
) -> None:
    """司法局 with a brigade, three squadrons over 2, 3 and 2 towns, an office in each; an office sees its own town."""
    found = {"actor": system, "at": NOW}
    found_unit(code="brigade", name="行政执法监督大队", kind="brigade", place="370831", parent="justice", **found)
    towns = iter(range(2, 9))
    offices = []
    for number, count in enumerate((2, 3, 2), start=1):
        squadron = f"squadron{number}"
        found_unit(code=squadron, name=f"监督{number}中队", kind="squadron", place="370831", parent="brigade", **found)
        for _ in range(count):
            town = f"37083100{next(towns)}"
            found_unit(code=f"t{town}", name=f"镇街{town[-1]}", kind="town", place=town, parent="county", **found)
            offices.append(f"o{town}")
            found_unit(code=offices[-1], name=f"司法所{town[-1]}", kind="office", place=town, parent=squadron, **found)
    tree = Unit.objects.filter(path__startswith="city/county/justice/brigade/")
    assert {kind: tree.filter(kind=kind).count() for kind in ("brigade", "squadron", "office")} == {
        "brigade": 1,
        "squadron": 3,
        "office": 7,
    }
    from tests.contexts import conftest

    user = conftest.User.objects.create_user(username="suo", name="赵敏", unit=Unit.objects.get(code=offices[0]))
    user.grants.create(role="town_overseer", unit=user.unit, valid_from=TODAY, granted_by="test")
    seen = visible(Unit.objects.all(), actor_of(user, on=TODAY), "accounts.unit.view")
    assert set(seen.values_list("place", flat=True)) == {"370831002"}


def test_codes_that_differ_by_case_alone_are_refused_by_the_table(units: dict[str, Unit]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(code="TOWN", name="x", kind="town", place="370831", path="TOWN/")
