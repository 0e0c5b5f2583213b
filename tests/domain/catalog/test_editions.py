"""The life of an edition, its references and differences."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.catalog.editions import (
    TRANSITIONS,
    Act,
    BackdatedError,
    MalformedPinError,
    NotNowError,
    Pin,
    SamePersonError,
    Status,
    after,
    as_of,
    changes,
    digest_of,
    pin_of,
    require_second_person,
    start_of,
    suspended,
)

DAY = date(2026, 11, 20)


@dataclass
class Span:
    number: int
    effective_from: date | None
    effective_until: date | None = None
    suspensions: tuple[tuple[date, date | None], ...] = ()


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_no_path_publishes_what_was_not_approved(acts: list[Act]) -> None:
    status, approved = Status.DRAFT, False
    for act in acts:
        try:
            status = after(act, status)
        except NotNowError:
            continue
        approved = act is Act.APPROVE or (approved and act is not Act.RETURN)
        assert status is not Status.PUBLISHED or approved


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.DRAFT])
def test_nothing_edits_what_was_submitted(status: Status) -> None:
    with pytest.raises(NotNowError, match="另起新版本"):
        after(Act.EDIT, status)


def test_every_transition_says_why_it_is_refused() -> None:
    assert all(one.refusal for one in TRANSITIONS.values())


def test_whoever_submits_does_not_approve() -> None:
    require_second_person(submitted_by="u1", approver="u2")
    with pytest.raises(SamePersonError):
        require_second_person(submitted_by="u1", approver="u1")


def test_an_edition_never_reaches_into_the_past() -> None:
    assert start_of(None, today=DAY, current=None) == DAY
    with pytest.raises(BackdatedError):
        start_of(DAY - timedelta(days=1), today=DAY, current=None)
    with pytest.raises(BackdatedError):
        start_of(DAY, today=DAY, current=Span(1, DAY))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=6, unique=True).map(sorted), st.integers(-10, 420))
def test_on_every_day_at_most_one_edition_is_valid(starts: list[int], offset: int) -> None:
    days = [DAY + timedelta(days=start) for start in starts]
    editions = [
        Span(number, day, days[number] if number < len(days) else None) for number, day in enumerate(days, start=1)
    ]
    day = DAY + timedelta(days=offset)
    found = as_of(editions, day)
    assert (found is None) == (day < days[0])
    assert found is None or found.effective_from == max(one for one in days if one <= day)


def test_suspension_is_half_open() -> None:
    span = Span(1, DAY, None, ((DAY + timedelta(days=2), DAY + timedelta(days=5)),))
    assert [suspended(span, DAY + timedelta(days=n)) for n in (1, 2, 4, 5)] == [False, True, True, False]


def test_a_pin_names_one_content_for_good() -> None:
    pin = Pin(family="item", code="370831-MR-101", number=3, digest=digest_of({"b": 1, "a": "甲"}))
    assert pin_of(str(pin)) == pin
    assert digest_of({"a": "甲", "b": 1}) == pin.digest
    with pytest.raises(MalformedPinError):
        pin_of("item:370831-MR-101")


def test_differences_name_rows_that_came_went_or_changed() -> None:
    before = {"name": "甲", "tiers": [{"name": "较轻", "fine": "1"}, {"name": "一般", "fine": "2"}]}
    now = {"name": "乙", "tiers": [{"name": "较轻", "fine": "1"}, {"name": "较重", "fine": "3"}]}
    found = changes(before, now, {"name": "名称", "tiers": "档次"})
    assert [(one.field, one.before, one.after) for one in found] == [
        ("名称", "甲", "乙"),
        ("档次·一般", "一般，2", ""),
        ("档次·较重", "", "较重，3"),
    ]
    assert changes(before, before, {}) == ()
