"""Three administrators are three persons."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.separation import ADMINISTRATORS, HeldRole, SeparationError, conflicts, excludes, require_separate

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.mark.parametrize("one", ADMINISTRATORS)
@pytest.mark.parametrize("other", [*ADMINISTRATORS, "officer"])
def test_an_administrator_holds_no_other_role(one: str, other: str) -> None:
    assert excludes(one, other) is (one != other) is excludes(other, one)


def test_business_roles_go_together() -> None:
    require_separate([HeldRole(role="officer", since=MAY)], HeldRole(role="legal_reviewer", since=MAY))


def test_one_after_the_other_is_allowed_at_one_time_is_not() -> None:
    held = [HeldRole(role="officer", since=MAY, until=JUNE)]
    require_separate(held, HeldRole(role="audit_admin", since=JUNE))
    with pytest.raises(SeparationError):
        require_separate(held, HeldRole(role="audit_admin", since=MAY, until=JUNE))


roles = st.sampled_from([*ADMINISTRATORS, "officer", "overseer"])
days = st.dates(min_value=MAY, max_value=JULY)
held = st.builds(HeldRole, role=roles, since=days, until=st.none() | days)


@given(st.lists(held, max_size=6))
def test_the_search_finds_what_a_count_day_by_day_finds(rows: list[HeldRole]) -> None:
    def on(day: date) -> set[str]:
        return {one.role for one in rows if one.since <= day and (one.until is None or day < one.until)}

    broken = any(
        len(on(date.fromordinal(day))) > 1 and on(date.fromordinal(day)) & set(ADMINISTRATORS)
        for day in range(MAY.toordinal(), JULY.toordinal() + 1)
    )
    assert bool(conflicts(rows)) is broken
