"""Roles: granted by whom, to whom, lent for how long; the three administrators stay apart whatever is tried."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, actor_of
from mingjing.contexts.accounts.models import Grant, Unit, User
from mingjing.contexts.accounts.usecases.grants import (
    GrantError,
    delegate,
    end_delegation,
    end_grant,
    find_conflicts,
    grant_role,
)
from mingjing.contexts.records.models import Entry
from mingjing.domain.separation import ADMINISTRATORS, SeparationError
from tests.contexts.conftest import ActorMaker, UserMaker

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
WEEK = timedelta(days=7)


def give(actor: Actor, user: User, role: str, unit: str = "market", **fields: object) -> Grant:
    given: dict[str, object] = {"valid_from": TODAY, "reason": "任职"} | fields
    return grant_role(actor=actor, at=NOW, user=user.code, role=role, unit=unit, **given)  # type: ignore[arg-type]


@pytest.fixture
def security(actor_with: ActorMaker) -> Actor:
    return actor_with("security_admin", "county")


@pytest.fixture
def newcomer(units: dict[str, Unit]) -> User:
    return User.objects.create_user(username="lina", name="李娜", unit=units["market"])


def test_a_role_is_granted_by_who_may_and_stands_in_the_log(security: Actor, newcomer: User) -> None:
    give(security, newcomer, "officer")
    assert [one.role for one in actor_of(newcomer, on=TODAY).held] == ["officer"]
    entry = Entry.objects.get(act="accounts.grant_role")
    assert (entry.actor, entry.subject, entry.reason) == (security.code, "user:lina", "任职")


@pytest.mark.parametrize("role", ["system_admin", "audit_admin", "overseer_head", "agency_head"])
def test_nobody_else_grants(actor_with: ActorMaker, newcomer: User, role: str) -> None:
    with pytest.raises(ForbiddenError):
        give(actor_with(role), newcomer, "officer")


def test_nobody_touches_ones_own_grants(user_with: UserMaker) -> None:
    user = user_with("security_admin", "county")
    actor = actor_of(user, on=TODAY)
    with pytest.raises(ForbiddenError, match="自己"):
        give(actor, user, "audit_admin")
    with pytest.raises(ForbiddenError, match="自己"):
        end_grant(actor=actor, at=NOW, grant=Grant.objects.get(user=user).pk, reason="x")


@pytest.mark.parametrize("held", [*ADMINISTRATORS, "officer"])
@pytest.mark.parametrize("wanted", [*ADMINISTRATORS, "overseer"])
def test_the_three_administrators_stay_apart(security: Actor, user_with: UserMaker, held: str, wanted: str) -> None:
    user = user_with(held, "county", username="one")
    if held == wanted:
        with pytest.raises(GrantError):
            give(security, user, wanted, "county")
    elif held in ADMINISTRATORS or wanted in ADMINISTRATORS:
        with pytest.raises(SeparationError):
            give(security, user, wanted)
    else:
        give(security, user, wanted)


def test_the_search_finds_what_was_written_past_the_use_case(user_with: UserMaker, units: dict[str, Unit]) -> None:
    user = user_with("system_admin", "county")
    assert find_conflicts() == []
    Grant.objects.create(user=user, role="officer", unit=units["market"], valid_from=TODAY, granted_by="?", reason="?")
    assert [(one.user, one.roles) for one in find_conflicts()] == [(user.code, ("system_admin", "officer"))]
    assert find_conflicts(on=date(2019, 1, 1)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": " "},
        {"valid_to": TODAY},
        {"valid_from": TODAY - WEEK, "valid_to": TODAY - timedelta(days=1)},
    ],
)
def test_a_grant_has_a_reason_and_a_time(security: Actor, newcomer: User, fields: dict[str, object]) -> None:
    with pytest.raises(GrantError):
        give(security, newcomer, "officer", **fields)
    give(security, newcomer, "officer")


def test_what_is_unknown_is_refused(security: Actor, newcomer: User) -> None:
    with pytest.raises(GrantError):
        give(security, newcomer, "emperor")
    with pytest.raises(MissingError):
        give(security, newcomer, "officer", "nowhere")
    newcomer.is_active = False
    newcomer.save()
    with pytest.raises(MissingError):
        give(security, newcomer, "officer")


def test_the_same_role_in_the_same_unit_is_not_granted_twice(security: Actor, newcomer: User) -> None:
    give(security, newcomer, "officer", valid_to=TODAY + WEEK)
    with pytest.raises(GrantError, match="已经"):
        give(security, newcomer, "officer", valid_from=TODAY + timedelta(days=3))
    give(security, newcomer, "officer", valid_from=TODAY + WEEK)


def test_a_withdrawn_role_is_gone_and_what_was_lent_of_it_too(security: Actor, user_with: UserMaker) -> None:
    head, deputy = user_with("agency_head", username="head"), user_with("officer", username="deputy")
    grant = Grant.objects.get(user=head)
    delegate(
        actor=actor_of(head, on=TODAY),
        at=NOW,
        to="deputy",
        grant=grant.pk,
        valid_from=TODAY,
        valid_to=TODAY + WEEK,
        reason="出差",
    )
    assert {one.role for one in actor_of(deputy, on=TODAY).held} == {"officer", "agency_head"}
    end_grant(actor=security, at=NOW, grant=grant.pk, reason="调离")
    assert actor_of(head, on=TODAY).held == ()
    assert {one.role for one in actor_of(deputy, on=TODAY).held} == {"officer"}
    assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == [
        "accounts.delegate",
        "accounts.end_grant",
        "accounts.end_delegation",
    ]
    with pytest.raises(GrantError):
        end_grant(actor=security, at=NOW, grant=grant.pk, reason="调离")


def test_a_role_that_has_not_begun_is_withdrawn_before_it_holds(security: Actor, newcomer: User) -> None:
    grant = give(security, newcomer, "officer", valid_from=TODAY + WEEK)
    end_grant(actor=security, at=NOW, grant=grant.pk, reason="不再任职")
    assert actor_of(newcomer, on=TODAY + WEEK).held == ()
    assert find_conflicts() == []


class TestDelegation:
    """Only what one holds, for a time, told apart, taken back early."""

    @pytest.fixture
    def head(self, user_with: UserMaker) -> User:
        return user_with("agency_head", username="head")

    @pytest.fixture
    def deputy(self, user_with: UserMaker) -> User:
        return user_with("officer", username="deputy")

    def lend(self, head: User, to: User, grant: Grant | None = None, **fields: object) -> Grant:
        given: dict[str, object] = {"valid_from": TODAY, "valid_to": TODAY + WEEK, "reason": "出差"} | fields
        row = grant or Grant.objects.filter(user=head).earliest("id")
        return delegate(actor=actor_of(head, on=TODAY), at=NOW, to=to.code, grant=row.pk, **given)  # type: ignore[arg-type]

    def test_lends_what_one_holds_until_a_day(self, head: User, deputy: User) -> None:
        lent = self.lend(head, deputy)
        roles = [{one.role for one in actor_of(deputy, on=TODAY + timedelta(days=day)).held} for day in (0, 6, 7)]
        assert roles == [{"officer", "agency_head"}, {"officer", "agency_head"}, {"officer"}]
        entry = Entry.objects.get(act="accounts.delegate")
        assert (entry.actor, entry.fields["delegated_by"], entry.fields["grant"]) == ("head", "head", lent.pk)

    def test_is_taken_back_before_its_time_by_who_lent_it(self, head: User, deputy: User) -> None:
        lent = self.lend(head, deputy)
        with pytest.raises(MissingError):
            end_delegation(actor=actor_of(deputy, on=TODAY), at=NOW, grant=lent.pk)
        end_delegation(actor=actor_of(head, on=TODAY), at=NOW, grant=lent.pk)
        assert {one.role for one in actor_of(deputy, on=TODAY).held} == {"officer"}

    def test_what_is_lent_is_not_lent_on(self, head: User, deputy: User, newcomer: User) -> None:
        lent = self.lend(head, deputy)
        with pytest.raises(ForbiddenError, match="再委托"):
            self.lend(deputy, newcomer, grant=lent)

    def test_what_another_holds_is_not_lent(self, head: User, deputy: User, newcomer: User) -> None:
        with pytest.raises(MissingError):
            self.lend(deputy, newcomer, grant=Grant.objects.get(user=head))

    @pytest.mark.parametrize(
        "fields",
        [
            {"reason": ""},
            {"valid_from": TODAY - WEEK},
            {"valid_to": TODAY},
            {"valid_to": TODAY + timedelta(days=91)},
        ],
    )
    def test_has_a_reason_and_an_end_that_is_near(self, head: User, deputy: User, fields: dict[str, object]) -> None:
        with pytest.raises(GrantError):
            self.lend(head, deputy, **fields)
        self.lend(head, deputy)

    def test_the_roles_of_administrators_are_not_lent_nor_lent_to(
        self, head: User, user_with: UserMaker, newcomer: User
    ) -> None:
        admin = user_with("audit_admin", "market")
        with pytest.raises(ForbiddenError, match="三员"):
            self.lend(admin, newcomer)
        with pytest.raises(SeparationError):
            self.lend(head, admin)

    def test_is_for_people_of_ones_own_unit(self, head: User, user_with: UserMaker) -> None:
        stranger, below = user_with("officer", "health"), user_with("officer", "squad")
        with pytest.raises(GrantError, match="本单位"):
            self.lend(head, stranger)
        self.lend(head, below)

    def test_the_table_itself_holds_an_end_and_two_persons(self, head: User, deputy: User) -> None:
        for wrong in ({"user": head}, {"valid_to": None}):
            row = Grant.objects.get(user=deputy)
            row.pk, row.delegated_by, row.valid_to = None, head, TODAY + WEEK
            for name, value in wrong.items():
                setattr(row, name, value)
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save()
