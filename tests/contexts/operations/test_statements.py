"""A statement built once answers as the mapper does, each time anew."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db.models import Count

from mingjing.contexts.accounts.models import Grant, Unit
from mingjing.contexts.operations.statements import Statement
from tests.contexts.conftest import UserMaker

pytestmark = pytest.mark.django_db


def test_rows_are_those_of_the_mapper(units: dict[str, Unit]) -> None:
    below = Statement(
        lambda code: Unit.objects.filter(parent__code=code).select_related("parent").order_by("code"), str
    )
    for code in ("county", "market", "county", "nowhere"):
        asked = list(Unit.objects.filter(parent__code=code).select_related("parent").order_by("code"))
        found = below(code)
        assert [one.code for one in found] == [one.code for one in asked]
        assert [one.valid_from for one in found] == [one.valid_from for one in asked]
        assert {one.parent.code for one in found if one.parent} <= {code}
        assert all("parent" in one._state.fields_cache for one in found)


def test_values_dates_and_counts(units: dict[str, Unit], user_with: UserMaker) -> None:
    user = user_with("overseer", "county")
    held = Statement(
        lambda whose, day: Grant.objects.filter(user_id=whose, valid_from__lte=day).values_list("role", "valid_from"),
        int,
        date,
    )
    [(role, since)] = held(user.pk, date(2026, 11, 20))
    assert role == "overseer" and isinstance(since, date)
    assert held(user.pk, date(1999, 1, 1)) == [] == held(user.pk + 1, date(2026, 11, 20))
    counted = Statement(
        lambda whose: (
            Grant.objects.filter(user_id=whose)
            .order_by()
            .values("user_id")
            .annotate(count=Count("pk"))
            .values_list("count")
        ),
        int,
    )
    assert counted(user.pk) == [(1,)]


def test_a_list_of_any_length_is_asked_for_some_at_a_time(units: dict[str, Unit]) -> None:
    named = Statement(lambda *codes: Unit.objects.filter(code__in=codes).order_by("code"), [str])
    below = Statement(
        lambda kind, *codes: Unit.objects.filter(kind=kind, code__in=codes).values_list("code"), str, [str]
    )
    every = sorted(one.code for one in Unit.objects.all())
    assert named.among([]) == []
    assert [one.code for one in named.among(["market", "market"])] == ["market"]
    assert sorted(one.code for one in named.among([*every, *(f"nobody-{number}" for number in range(30))])) == every
    kind = Unit.objects.get(code="market").kind
    assert {code for (code,) in below.among(every, kind)} == {one.code for one in Unit.objects.filter(kind=kind)}


def test_a_row_can_be_changed_and_saved(units: dict[str, Unit]) -> None:
    one = Statement(lambda code: Unit.objects.filter(code=code), str)
    [row] = one("market")
    row.short_name = "市监"
    row.save()
    assert one("market")[0].short_name == "市监"


def test_what_it_cannot_keep_is_refused(units: dict[str, Unit]) -> None:
    with pytest.raises(TypeError):
        Statement(lambda word: Unit.objects.filter(name__contains=word), str)("局")
    with pytest.raises(TypeError):
        Statement(lambda code: Unit.objects.filter(code=code).values("name"), str)("market")


def test_threads_that_build_at_once_build_the_same() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            statement = Statement(
                lambda code: Unit.objects.select_related("parent__parent").filter(parent__code=code), str
            )
            with ThreadPoolExecutor(4) as pool:
                texts = {one.result() for one in [pool.submit(_text_of, statement) for _ in range(4)]}
            assert len(texts) == 1
    finally:
        sys.setswitchinterval(interval)


def _text_of(statement: Statement[Unit]) -> str:
    """Built on the thread's own connection, which need not be opened for it."""
    return statement._built()[1].text
