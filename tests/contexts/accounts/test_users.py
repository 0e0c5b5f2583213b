"""Accounts: made and put out of use by the system's administrator, who never gets into one."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, actor_of
from mingjing.contexts.accounts.models import BrowserSession, Grant, KeptAnswer, SecondFactor, Token, Unit, User
from mingjing.contexts.accounts.policy import PolicyError, policy, read
from mingjing.contexts.accounts.tasks import forget_what_is_over
from mingjing.contexts.accounts.usecases.grants import delegate
from mingjing.contexts.accounts.usecases.passwords import (
    WrongPasswordError,
    change_password,
    faults_of,
    has_expired,
    initial_password,
    reset_administrator,
    reset_password,
)
from mingjing.contexts.accounts.usecases.tokens import make_token, recognise
from mingjing.contexts.accounts.usecases.users import (
    AccountError,
    activate_user,
    change_user,
    deactivate_user,
    make_user,
)
from mingjing.contexts.records.models import Entry
from mingjing.contexts.ui.errors import StaleError
from mingjing.domain.passwords import WeakPasswordError
from tests.contexts.conftest import ActorMaker, UserMaker

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
NEW = {"username": "li.na", "name": "李娜", "unit": "market"}


@pytest.fixture
def system(actor_with: ActorMaker) -> Actor:
    return actor_with("system_admin", "county", username="system")


def test_an_account_begins_with_a_password_for_one_sign_in(system: Actor) -> None:
    user, password = make_user(actor=system, at=NOW, **NEW)
    assert user.must_change_password and check_password(password, user.password)
    assert password not in str(Entry.objects.values()) and actor_of(user, on=TODAY).held == ()


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "agency_head"])
def test_nobody_else_makes_accounts(actor_with: ActorMaker, role: str) -> None:
    with pytest.raises(ForbiddenError):
        make_user(actor=actor_with(role), at=NOW, **NEW)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"username": "x"}, AccountError),
        ({"username": "李娜"}, AccountError),
        ({"username": "SYSTEM"}, AccountError),
        ({"name": " "}, AccountError),
        ({"mobile": "12345"}, AccountError),
        ({"email": "nobody"}, AccountError),
        ({"code": "System"}, AccountError),
        ({"unit": "nowhere"}, MissingError),
    ],
)
def test_what_is_malformed_or_taken_is_refused(system: Actor, wrong: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        make_user(actor=system, at=NOW, **NEW | wrong)
    make_user(actor=system, at=NOW, **NEW)


def test_the_log_tells_that_a_number_changed_not_to_what(system: Actor) -> None:
    make_user(actor=system, at=NOW, **NEW)
    change_user(actor=system, at=NOW, code="li.na", version=1, name="李娜", unit="town", mobile="13800000000")
    entry = Entry.objects.get(act="accounts.change_user")
    assert entry.fields == {"mobile": "已修改", "unit": "town"}
    with pytest.raises(StaleError):
        change_user(actor=system, at=NOW, code="li.na", version=1, name="李", unit="town")


def test_out_of_use_ends_tokens_and_what_was_lent(system: Actor, user_with: UserMaker) -> None:
    head, deputy = user_with("agency_head", username="head"), user_with("officer", username="deputy")
    actor = actor_of(head, on=TODAY)
    _, secret = make_token(actor=actor, at=NOW, name="x", permissions=["accounts.unit.view"], days=3)
    delegate(
        actor=actor,
        at=NOW,
        to="deputy",
        grant=Grant.objects.get(user=head).pk,
        valid_from=TODAY,
        valid_to=TODAY + timedelta(days=3),
        reason="出差",
    )
    deactivate_user(actor=system, at=NOW, code="head", version=1, reason="退休")
    assert recognise(token=secret, at=NOW, address="") is None
    assert {one.role for one in actor_of(deputy, on=TODAY).held} == {"officer"}
    with pytest.raises(ForbiddenError):
        deactivate_user(actor=system, at=NOW, code="system", version=1, reason="退休")
    activate_user(actor=system, at=NOW, code="head", version=2, reason="返聘")
    assert User.objects.get(code="head").must_change_password and Token.objects.get().revoked_at is not None


class TestPasswords:
    """Rules, history, expiry; changing one's own and resetting another's."""

    @pytest.fixture
    def user(self, user_with: UserMaker) -> User:
        return user_with("officer", username="wangqiang", name="王强")

    def change(self, user: User, present: str, new: str) -> None:
        change_password(actor=actor_of(user, on=TODAY), at=NOW, present=present, new=new)

    def test_changes_with_the_present_one_only(self, user: User) -> None:
        with pytest.raises(WrongPasswordError):
            self.change(user, "wrong", "gator-7Bees-go")
        self.change(user, "correct horse 9", "gator-7Bees-go")
        user.refresh_from_db()
        assert check_password("gator-7Bees-go", user.password) and not user.must_change_password

    def test_the_last_ones_do_not_come_again(self, user: User) -> None:
        present = "correct horse 9"
        for number in range(policy().password_history):
            new = f"gator-7Bees-go{number * 11}"
            self.change(user, present, new)
            present = new
        with pytest.raises(WeakPasswordError, match="最近"):
            self.change(user, present, "correct horse 9")
        self.change(user, present, "gator-8Bees-go")
        self.change(user, "gator-8Bees-go", "correct horse 9")

    @pytest.mark.parametrize("weak", ["short", "wangqiang-777", "password1234567", "1q2w3e4r5t"])
    def test_what_others_guess_is_refused(self, user: User, weak: str) -> None:
        assert faults_of(user, weak, at=NOW)
        assert not faults_of(user, "gator-7Bees-go", at=NOW)

    def test_administrators_need_longer_ones(self, user_with: UserMaker) -> None:
        admin = user_with("audit_admin", "county")
        assert faults_of(admin, "gator-7Bees", at=NOW) and not faults_of(admin, "gator-7Bees-goto", at=NOW)

    def test_expires_after_its_days(self, user: User) -> None:
        user.password_changed_at = NOW - timedelta(days=policy().password_days)
        assert not has_expired(user, at=NOW)
        assert has_expired(user, at=NOW + timedelta(seconds=1))

    def test_a_reset_gives_a_password_for_one_sign_in(self, system: Actor, user: User) -> None:
        made = reset_password(actor=system, at=NOW, user="wangqiang", version=1, reason="本人申请")
        user.refresh_from_db()
        assert user.must_change_password and check_password(made, user.password)
        assert made not in str(Entry.objects.values())
        with pytest.raises(ForbiddenError):
            reset_password(actor=system, at=NOW, user="system", version=1, reason="x")

    def test_security_resets_no_passwords(self, actor_with: ActorMaker, user: User) -> None:
        with pytest.raises(ForbiddenError):
            reset_password(
                actor=actor_with("security_admin", "county"), at=NOW, user="wangqiang", version=1, reason="x"
            )

    def test_initial_ones_are_sound_and_never_alike(self) -> None:
        made = {initial_password() for _ in range(50)}
        assert len(made) == 50 and all(len(one) == 23 for one in made)


def test_the_place_sets_otherwise_only_what_there_is(tmp_path, units: dict[str, Unit]) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "security.yaml"
    file.write_text("password_days: 0\nsecond_factor_roles: []\n")
    assert (read(file).password_days, read(file).second_factor_roles, read(file).lock_after) == (0, (), 5)
    for wrong in ("passwort_days: 3", "lock_after: 0", "lock_after: viel", "lock_after: true"):
        file.write_text(wrong)
        with pytest.raises(PolicyError):
            read(file)


class TestTakingOver:
    """Whoever makes accounts gets into no other administrator's."""

    def test_an_administrator_without_a_second_factor_is_not_reset(self, system: Actor, user_with: UserMaker) -> None:
        user_with("security_admin", "county", username="security")
        ask = {"actor": system, "at": NOW, "user": "security", "version": 1, "reason": "本人申请"}
        with pytest.raises(ForbiddenError, match="mingjing accounts reset"):
            reset_password(**ask)  # type: ignore[arg-type]
        SecondFactor.objects.create(user=User.objects.get(code="security"), sealed="x", confirmed_at=NOW)
        reset_password(**ask)  # type: ignore[arg-type]
        assert SecondFactor.objects.exists()

    def test_the_server_itself_resets_an_administrator_and_nobody_else(self, user_with: UserMaker) -> None:
        user_with("security_admin", "county", username="security")
        user_with("officer", username="officer")
        with pytest.raises(MissingError):
            reset_administrator(at=NOW, username="officer", installer="installer")
        made = reset_administrator(at=NOW, username="security", installer="installer")
        user = User.objects.get(code="security")
        assert user.must_change_password and check_password(made, user.password)
        assert Entry.objects.get().actor == "installer"

    def test_the_identity_at_the_provider_of_an_administrator_stays(self, system: Actor, user_with: UserMaker) -> None:
        for username, role in (("security", "security_admin"), ("officer", "officer")):
            user_with(role, "county", username=username)
        given = {"actor": system, "at": NOW, "version": 1, "name": "张伟", "unit": "county", "provider_subject": "me"}
        with pytest.raises(ForbiddenError):
            change_user(code="security", **given)  # type: ignore[arg-type]
        change_user(code="officer", **given)  # type: ignore[arg-type]


def test_what_is_over_is_forgotten(units: dict[str, Unit], user_with: UserMaker) -> None:
    user = user_with("officer")
    for hours in (0, 100):
        at = NOW - timedelta(hours=hours)
        KeptAnswer.objects.create(user=user, key=f"k{hours}", request_digest="x", created_at=at)
        BrowserSession.objects.create(user=user, key=f"s{hours}", started_at=at, seen_at=at)
    Session.objects.create(session_key="s0", session_data="", expire_date=NOW + timedelta(hours=1))
    forget_what_is_over.call()
    assert [one.key for one in KeptAnswer.objects.all()] == ["k0"]
    assert [one.key for one in BrowserSession.objects.all()] == ["s0"]
