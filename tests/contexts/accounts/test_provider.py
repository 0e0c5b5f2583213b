"""Sign-in by an OpenID Connect provider that is not ours, over loopback."""

import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_django import Settings

from mingjing.config import env
from mingjing.contexts.accounts.models import BrowserSession, SignInEvent, User
from mingjing.contexts.accounts.usecases import provider as providers
from tests.contexts.conftest import UserMaker

SUBJECT = "gov-370831-0017"
BACK = "/sign-in/provider/back/"


class _Staying(HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None

    def http_error_302(self, req, fp, code, msg, headers):  # type: ignore[no-untyped-def]
        return fp


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    import oidc_provider_mock

    strong = oidc_provider_mock.User(sub="gov-strong", claims={"amr": ["pwd", "otp"]})
    plain = oidc_provider_mock.User(sub=SUBJECT, claims={"preferred_username": "WangQiang"})
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=[plain, strong]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def _provider(issuer: str, settings: Settings) -> None:
    providers._configuration.cache_clear()
    settings.IDENTITY_PROVIDER = {
        "issuer": issuer,
        "client": "mingjing",
        "secret": "s3cret",
        "name": "政务云统一身份认证",
        "claim": "sub",
    }


@pytest.fixture
def user(user_with: UserMaker) -> User:
    user = user_with("officer", username="wangqiang")
    user.provider_subject = SUBJECT
    user.save()
    return user


def agree(client: Client, *, subject: str = SUBJECT, start: str = "/sign-in/provider/?next=/me/") -> str:
    """Go to the provider as a browser does, agree there, and return the address it sends back to."""
    to = client.get(start)["Location"]
    form = Request(to, data=urlencode({"sub": subject}).encode(), method="POST")
    with build_opener(_Staying).open(form, timeout=10) as answer:
        back = urlsplit(answer.headers["Location"])
    assert back.path == BACK
    return f"{back.path}?{back.query}"


def test_lets_in_who_has_an_account(client: Client, user: User) -> None:
    page = client.get("/sign-in/").content.decode()
    assert "用政务云统一身份认证登录" in page
    answer = client.get(agree(client))
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert client.get("/me/").status_code == 200 and BrowserSession.objects.count() == 1
    assert SignInEvent.objects.get().way == "provider"


def test_asks_with_state_nonce_and_a_challenge(client: Client, db: None) -> None:
    asked = parse_qs(urlsplit(client.get("/sign-in/provider/")["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["redirect_uri"] == [f"http://testserver{BACK}"]
    assert len(asked["state"][0]) >= 32 and len(asked["nonce"][0]) >= 32 and "s3cret" not in str(asked)


def test_never_makes_an_account(client: Client, user: User) -> None:
    answer = client.get(agree(client, subject="somebody-else"))
    assert answer["Location"] == "/sign-in/"
    assert "没有启用的账号" in client.get("/sign-in/").content.decode()
    assert (User.objects.count(), SignInEvent.objects.get().kind) == (1, "refused")


def test_lets_in_nobody_who_is_out_of_use(client: Client, user: User) -> None:
    user.is_active = False
    user.save()
    assert client.get(agree(client))["Location"] == "/sign-in/"


def test_takes_another_claim_where_the_place_says_so(client: Client, user: User, settings: Settings) -> None:
    settings.IDENTITY_PROVIDER = settings.IDENTITY_PROVIDER | {"claim": "preferred_username"}
    providers._configuration.cache_clear()
    assert client.get(agree(client))["Location"] == "/me/"


def test_an_answer_counts_once_and_for_who_asked(client: Client, user: User) -> None:
    back = agree(client)
    assert Client().get(back)["Location"] == "/sign-in/"
    assert client.get(re.sub(r"state=[^&]*", "state=other", back))["Location"] == "/sign-in/"
    assert client.get(back)["Location"] == "/sign-in/"
    assert not BrowserSession.objects.exists()


def test_the_own_second_factor_is_asked_unless_the_provider_has_asked_one(client: Client, user: User) -> None:
    from tests.contexts.accounts.test_signin import set_up_factor

    set_up_factor(user)
    assert client.get(agree(client))["Location"] == "/sign-in/code/"
    user.provider_subject = "gov-strong"
    user.save()
    other = Client()
    assert other.get(agree(other, subject="gov-strong"))["Location"] == "/me/"


@pytest.mark.parametrize("wrong", ["", "key", "aud", "iss", "nonce", "exp", "alg"])
def test_a_token_lets_in_only_if_all_of_it_holds(
    client: Client, user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """Everything but one thing is as the provider would have it."""
    key, other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    back = agree(client)
    nonce = client.session["accounts.asked"]["nonce"]
    issuer = str(providers._configuration(providers.Provider(**settings.IDENTITY_PROVIDER))["issuer"])
    now = int(time.time())
    claims = {"iss": issuer, "aud": "mingjing", "sub": SUBJECT, "nonce": nonce, "iat": now, "exp": now + 60}
    spoilt = {"aud": "another", "iss": "https://evil.example", "nonce": "x", "exp": now - 3600}
    if wrong in spoilt:
        claims[wrong] = spoilt[wrong]
    if wrong == "alg":
        # what a client knows signs nothing
        token = jwt.encode(claims, "s3cret" * 8, algorithm="HS256", headers={"kid": "1"})
    else:
        token = jwt.encode(claims, other if wrong == "key" else key, algorithm="RS256", headers={"kid": "1"})
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)

    def fetched(_address: str, *, data: bytes | None = None, **_options: object) -> dict[str, object]:
        return {"id_token": token} if data else {"keys": [public | {"kid": "1", "use": "sig", "alg": "RS256"}]}

    monkeypatch.setattr(providers, "_fetch", fetched)
    assert client.get(back)["Location"] == ("/sign-in/" if wrong else "/me/")
    assert BrowserSession.objects.exists() is (not wrong)


def test_a_provider_that_is_down_is_told_and_local_accounts_still_work(
    client: Client, user: User, settings: Settings
) -> None:
    settings.IDENTITY_PROVIDER = settings.IDENTITY_PROVIDER | {"issuer": "http://localhost:9"}
    answer = client.get("/sign-in/provider/")
    assert answer.status_code == 422 and "暂时没有答复" in answer.content.decode()
    assert client.post("/sign-in/", {"username": "wangqiang", "password": "correct horse 9"}).status_code == 302


def test_the_environment_names_a_provider_wholly_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.identity_provider() is None
    monkeypatch.setenv("MINGJING_OIDC_ISSUER", "https://sso.example.gov.cn/")
    with pytest.raises(env.SettingError):
        env.identity_provider()
    monkeypatch.setenv("MINGJING_OIDC_CLIENT", "mingjing")
    monkeypatch.setenv("MINGJING_OIDC_SECRET", "x")
    found = env.identity_provider()
    assert found is not None and found["issuer"] == "https://sso.example.gov.cn"
    monkeypatch.setenv("MINGJING_OIDC_ISSUER", "http://sso.example.gov.cn")
    with pytest.raises(env.SettingError, match="https"):
        env.identity_provider()
