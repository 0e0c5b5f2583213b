"""Signing in through the pages: what is asked, what is refused, what is told to nobody, what stands in the log."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from mingjing.contexts.accounts import middleware
from mingjing.contexts.accounts.access import actor_of
from mingjing.contexts.accounts.models import BrowserSession, RecoveryCode, SecondFactor, SignInEvent, User
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.accounts.sealing import unseal
from mingjing.contexts.accounts.usecases.factors import confirm_factor, offer_factor
from mingjing.contexts.records.models import Entry
from mingjing.domain import onetime
from tests.contexts.conftest import UserMaker

PASSWORD = "correct horse 9"
WRONG = "登录名或者密码不正确。"


@pytest.fixture
def user(user_with: UserMaker) -> User:
    return user_with("officer", username="wangqiang", name="王强")


def sign_in(client: Client, username: str = "wangqiang", password: str = PASSWORD, **extra: str):  # type: ignore[no-untyped-def]
    return client.post("/sign-in/", {"username": username, "password": password, **extra})


def kinds() -> list[str]:
    return list(SignInEvent.objects.order_by("id").values_list("kind", flat=True))


def app_password(user: User, steps: int = 0) -> str:
    secret = unseal(SecondFactor.objects.get(user=user).sealed.encode(), purpose="one-time passwords")
    return onetime.password_at(secret, onetime.step_of(int(timezone.now().timestamp())) + steps)


def set_up_factor(user: User) -> list[str]:
    actor = actor_of(user, on=timezone.localdate())
    offer_factor(actor=actor)
    earlier = timezone.now() - timedelta(minutes=5)
    secret = unseal(SecondFactor.objects.get(user=user).sealed.encode(), purpose="one-time passwords")
    password = onetime.password_at(secret, onetime.step_of(int(earlier.timestamp())))
    return list(confirm_factor(actor=actor, at=earlier, password=password))


def test_name_and_password_let_in_and_stand_in_both_logs(client: Client, user: User) -> None:
    answer = sign_in(client, "  WangQiang ", next="/me/")
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    page = client.get("/me/", headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140"})
    assert page.status_code == 200 and "王强" in page.content.decode()
    event = SignInEvent.objects.get()
    assert (event.kind, event.user, event.address) == ("signed_in", user, "127.0.0.1")
    assert Entry.objects.get().act == "accounts.sign_in"


def test_nothing_tells_whether_a_name_exists(client: Client, user: User) -> None:
    with mock.patch("mingjing.contexts.accounts.usecases.signin.make_password") as slow:
        unknown = sign_in(client, "nobody", "x" * 12).content.decode()
    assert slow.called
    known = sign_in(client, "wangqiang", "x" * 12).content.decode()
    strip = re.compile(r'nonce="[^"]*"|value="[^"]*"|X-CSRFToken": "[^"]*"')
    assert WRONG in known and strip.sub("", known) == strip.sub("", unknown).replace("nobody", "wangqiang")
    user.is_active = False
    user.save()
    assert WRONG in sign_in(client).content.decode()
    assert "nobody" not in str(SignInEvent.objects.values())


@pytest.mark.parametrize("name", ["wangqiang", "nobody"])
def test_too_many_failures_lock_a_name_for_a_while_whoever_has_it(client: Client, user: User, name: str) -> None:
    for _ in range(policy().lock_after):
        assert sign_in(client, name, "wrong").status_code == 422
    locked = sign_in(client, name)
    assert locked.status_code == 429 and "分钟后再试" in locked.content.decode()
    assert kinds()[-2:] == ["lockout", "locked"]
    later = timezone.now() + timedelta(minutes=policy().lock_minutes, seconds=1)
    with mock.patch("django.utils.timezone.now", return_value=later):
        assert sign_in(client, name).status_code == (302 if name == "wangqiang" else 422)


def test_a_success_ends_the_row_of_failures(client: Client, user: User) -> None:
    for _ in range(3):
        for _ in range(policy().lock_after - 1):
            sign_in(Client(), password="wrong")
        assert sign_in(Client()).status_code == 302


def test_an_address_that_tries_many_names_is_locked(client: Client, user: User) -> None:
    for number in range(policy().lock_after_address):
        sign_in(client, f"name{number}", "wrong")
    assert sign_in(client).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_leads_nowhere_else(client: Client, user: User, target: str) -> None:
    assert sign_in(client, next=target)["Location"] == "/"


class TestSecondFactor:
    """Asked after the password; used up by use; recovery codes for one time each."""

    def test_is_asked_and_lets_in_once(self, client: Client, user: User) -> None:
        set_up_factor(user)
        assert sign_in(client)["Location"] == "/sign-in/code/"
        assert client.get("/me/").status_code == 302
        password = app_password(user)
        assert client.post("/sign-in/code/", {"code": password})["Location"] == "/"
        assert client.get("/me/").status_code == 200
        other = Client()
        sign_in(other)
        again = other.post("/sign-in/code/", {"code": password})
        assert again.status_code == 422 and "已经用过" in again.content.decode()

    def test_nobody_gets_to_it_without_the_password(self, client: Client, user: User) -> None:
        set_up_factor(user)
        assert client.get("/sign-in/code/")["Location"] == "/sign-in/"
        assert client.post("/sign-in/code/", {"code": app_password(user)})["Location"] == "/sign-in/"

    def test_guessing_it_locks(self, client: Client, user: User) -> None:
        set_up_factor(user)
        sign_in(client)
        for _ in range(policy().lock_after):
            client.post("/sign-in/code/", {"code": "000000"})
        assert client.post("/sign-in/code/", {"code": app_password(user)}).status_code == 429

    def test_a_recovery_code_lets_in_once(self, client: Client, user: User) -> None:
        codes = set_up_factor(user)
        assert len(codes) == policy().recovery_codes and codes[0] not in str(RecoveryCode.objects.values())
        for expected in (302, 422):
            other = Client()
            sign_in(other)
            assert other.post("/sign-in/code/", {"code": codes[0].upper()}).status_code == expected
        assert "recovery" in kinds() and Entry.objects.filter(act="accounts.use_recovery_code").count() == 1

    def test_roles_that_demand_it_get_no_further_without(self, client: Client, user_with: UserMaker) -> None:
        admin = user_with("system_admin", "county", username="admin")
        assert sign_in(client, "admin").status_code == 302
        assert client.get("/units/")["Location"] == "/me/second-factor/"
        assert client.get("/api/v1/units").status_code == 403
        page = client.get("/me/second-factor/").content.decode()
        assert "data:image/svg+xml" in page
        assert client.post("/me/second-factor/", {"code": "000000"}).status_code == 422
        done = client.post("/me/second-factor/", {"code": app_password(admin)})
        assert "恢复码" in done.content.decode()
        assert client.get("/units/").status_code == 200

    def test_the_secret_is_sealed(self, user: User) -> None:
        actor = actor_of(user, on=timezone.localdate())
        offered = offer_factor(actor=actor)
        assert offered.secret not in SecondFactor.objects.get().sealed
        assert offer_factor(actor=actor) == offered


class TestFirstSignIn:
    """A password that somebody else knew, or an old one, is changed before anything else."""

    @pytest.mark.parametrize("why", ["initial", "expired"])
    def test_is_changed_first(self, client: Client, user: User, why: str) -> None:
        if why == "initial":
            user.must_change_password = True
        else:
            user.password_changed_at = timezone.now() - timedelta(days=policy().password_days + 1)
        user.save()
        sign_in(client)
        assert client.get("/me/")["Location"] == "/me/password/"
        form = {"present": PASSWORD, "new": "weak", "again": "weak"}
        assert client.post("/me/password/", form).status_code == 422
        form = {"present": PASSWORD, "new": "gator-7Bees-go", "again": "gator-7Bees-go"}
        assert client.post("/me/password/", form)["Location"] == "/me/"
        assert client.get("/me/").status_code == 200
        assert BrowserSession.objects.get().key == client.session.session_key


class TestSessions:
    """Limits of time and number; listed; ended by their owner."""

    def test_ends_when_it_rested_too_long(self, client: Client, user: User) -> None:
        sign_in(client)
        later = timezone.now() + timedelta(minutes=policy().session_idle_minutes, seconds=1)
        with mock.patch("django.utils.timezone.now", return_value=later):
            assert client.get("/me/").status_code == 302

    def test_lasts_while_it_is_used_but_not_for_ever(self, client: Client, user: User) -> None:
        sign_in(client)
        start, answers = timezone.now(), []
        steps = policy().session_hours * 60 // 20 + 2
        for number in range(1, steps):
            with mock.patch("django.utils.timezone.now", return_value=start + timedelta(minutes=20 * number)):
                answers.append(client.get("/me/").status_code)
        assert answers[:-1] == [200] * (len(answers) - 1) and answers[-1] == 302

    def test_one_too_many_ends_the_one_that_rested_longest(self, user: User) -> None:
        clients = [Client() for _ in range(policy().sessions_at_once + 1)]
        for one in clients:
            sign_in(one)
        assert [one.get("/me/").status_code for one in clients] == [302, *[200] * policy().sessions_at_once]
        assert BrowserSession.objects.count() == policy().sessions_at_once

    def test_another_is_ended_from_the_list(self, client: Client, user: User) -> None:
        other = Client()
        sign_in(other)
        sign_in(client)
        page = client.get("/me/").content.decode()
        (handle,) = re.findall(r"/me/sessions/(\w+)/end/", page)
        assert other.session.session_key not in page
        assert client.post(f"/me/sessions/{handle}/end/").status_code == 302
        assert (other.get("/me/").status_code, client.get("/me/").status_code) == (302, 200)
        assert client.post(f"/me/sessions/{handle}/end/").status_code == 404

    def test_nobody_ends_those_of_others(self, client: Client, user: User, user_with: UserMaker) -> None:
        from mingjing.contexts.accounts.models import handle_of

        sign_in(client)
        other = Client()
        other.force_login(user_with("overseer", "justice"))
        handle = handle_of(client.session.session_key or "")
        assert other.post(f"/me/sessions/{handle}/end/").status_code == 404
        assert client.get("/me/").status_code == 200

    def test_a_changed_password_ends_the_others(self, client: Client, user: User) -> None:
        other = Client()
        sign_in(other)
        sign_in(client)
        form = {"present": PASSWORD, "new": "gator-7Bees-go", "again": "gator-7Bees-go"}
        client.post("/me/password/", form)
        assert (client.get("/me/").status_code, other.get("/me/").status_code) == (200, 302)

    def test_signing_out_ends_it(self, client: Client, user: User) -> None:
        sign_in(client)
        assert client.get("/sign-out/").status_code == 405
        client.post("/sign-out/")
        assert client.get("/me/").status_code == 302 and not BrowserSession.objects.exists()
        assert not any("_auth_user_id" in one.get_decoded() for one in Session.objects.all())
        assert kinds() == ["signed_in", "signed_out"]

    def test_the_key_changes_when_signing_in(self, client: Client, user: User) -> None:
        client.get("/sign-in/")
        session = client.session
        session["x"] = 1
        session.save()
        before = session.session_key
        sign_in(client)
        assert client.session.session_key != before


class TestConfirmation:
    """A dangerous act asks again who it is."""

    @pytest.fixture
    def security(self, client: Client, user_with: UserMaker) -> User:
        user = user_with("security_admin", "county", username="security")
        client.force_login(user)
        return user

    def test_asks_when_the_last_time_is_long_ago(self, client: Client, security: User) -> None:
        asked = client.get("/grants/new/?user=x")
        assert asked["Location"] == "/confirm/?next=%2Fgrants%2Fnew%2F%3Fuser%3Dx"
        assert client.post("/grants/new/", {}).status_code == 302
        assert client.post("/confirm/", {"password": "wrong", "next": "/grants/new/"}).status_code == 422
        gone_on = client.post("/confirm/", {"password": PASSWORD, "next": "/grants/new/?user=x"})
        assert gone_on["Location"] == "/grants/new/?user=x"
        assert client.get("/grants/new/").status_code == 200
        assert kinds() == ["confirm_wrong", "confirmed"]

    def test_asks_the_app_of_who_has_one(self, client: Client, security: User) -> None:
        set_up_factor(security)
        assert client.post("/confirm/", {"password": PASSWORD}).status_code == 422
        assert client.post("/confirm/", {"password": app_password(security)}).status_code == 302

    def test_holds_for_some_minutes(self, client: Client, security: User) -> None:
        client.post("/confirm/", {"password": PASSWORD})
        session = client.session
        session[middleware.CONFIRMED] -= policy().confirm_minutes * 60
        session.save()
        assert client.get("/grants/new/").status_code == 302


def test_an_address_before_our_proxies_is_the_clients_own_word(rf, settings) -> None:  # type: ignore[no-untyped-def]
    from mingjing.contexts.accounts.addresses import address_of

    request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 10.1.1.1"}, REMOTE_ADDR="10.0.0.1")
    for proxies, address in ((0, "10.0.0.1"), (1, "10.1.1.1"), (2, "6.6.6.6"), (3, "10.0.0.1")):
        settings.TRUSTED_PROXIES = proxies
        assert address_of(request) == address


def test_pages_about_accounts_are_kept_nowhere(client: Client, user: User) -> None:
    assert "no-store" in client.get("/sign-in/")["Cache-Control"]
    sign_in(client)
    for address in ("/me/password/", "/me/second-factor/", "/confirm/"):
        assert "no-store" in client.get(address)["Cache-Control"]


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_the_log(client: Client, user: User, act: str) -> None:
    sign_in(client)
    rows = SignInEvent.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(address="1.1.1.1") if act == "update" else rows.delete()
    assert kinds() == ["signed_in"]
