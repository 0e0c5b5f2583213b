"""
Sign-in by the OpenID Connect provider of the place (government cloud): authorization code flow with PKCE.

The identity token is checked as OpenID Connect Core, section 3.1.3.7 says: signature by a key of the provider, issuer,
audience, time, nonce. Accounts are never made by it: who has none here is refused.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Self
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
from django.db import transaction

from mingjing.contexts.accounts.models import SignInEvent, User
from mingjing.contexts.accounts.usecases.signin import Admitted, SignInRefusedError, Way, has_factor
from mingjing.contexts.accounts.usecases.visits import Visit, note
from mingjing.kernel.errors import DomainError

_SECONDS: Final = 8
_LARGEST: Final = 1 << 20
_SIGNED_BY: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""Never ``none``, never a shared secret: a token signed with what a client knows proves nothing."""

_STRONG: Final = frozenset({"mfa", "otp", "hwk", "swk", "fpt", "face", "iris", "sc", "pop"})
"""Ways of authentication (RFC 8176) that are more than a password."""


class ProviderError(DomainError):
    """The provider cannot be reached, or what it says does not hold."""

    code = "accounts.provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The provider as the environment sets it (``config/env.py``)."""

    issuer: str
    client: str
    secret: str
    name: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of the provider, kept in the browser's session until it answers."""

    state: str
    nonce: str
    verifier: str
    back: str

    def kept(self) -> dict[str, str]:
        """Return it for the session."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, str]) -> Self:
        """Take it from the session."""
        return cls(state=kept["state"], nonce=kept["nonce"], verifier=kept["verifier"], back=kept["back"])


def ask(provider: Provider, *, back: str) -> tuple[str, Asked]:
    """
    Return the address to which the browser is sent, and what must be kept until it comes back.

    :raises ProviderError: if the provider does not answer
    """
    asked = Asked(
        state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48), back=back
    )
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{_endpoint(provider, 'authorization_endpoint')}?{urlencode(query)}", asked


def admit(provider: Provider, asked: Asked, answer: Mapping[str, str], *, at: datetime, visit: Visit) -> Admitted:
    """
    Check what the provider answered, and return whose account it is.

    :raises ProviderError: if the answer is not to what was asked, or its token does not hold
    :raises SignInRefusedError: if nobody active has the identity here
    """
    if not secrets.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
        raise ProviderError("这次登录不是从本页面发起的，或者已经过期，请重新登录。")
    if "code" not in answer:
        raise ProviderError(f"{provider.name}没有同意这次登录，请重新登录或者改用本地账号。")
    claims = _claims(provider, asked, answer["code"])
    value = claims.get(provider.claim)
    if not isinstance(value, str) or not value:
        raise ProviderError(f"{provider.name}没有给出“{provider.claim}”，请联系系统管理员核对配置。")
    key = {"provider_subject": value} if provider.claim == "sub" else {"username": value.lower()}
    user = User.objects.filter(**key).first()
    if user is None or not user.is_active:
        with transaction.atomic():
            note(at=at, kind=SignInEvent.Kind.REFUSED, username=value, user=user, way=Way.PROVIDER, visit=visit)
        raise SignInRefusedError(f"您已通过{provider.name}，但在本系统没有启用的账号。请联系本单位系统管理员。")
    ways = claims.get("amr")
    strong = isinstance(ways, list) and bool(_STRONG & {str(one) for one in ways})
    return Admitted(user=user, needs_factor=not strong and has_factor(user))


def _claims(provider: Provider, asked: Asked, code: str) -> Mapping[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked.back,
        "code_verifier": asked.verifier,
    }
    basic = base64.b64encode(f"{provider.client}:{provider.secret}".encode()).decode()
    answer = _fetch(
        _endpoint(provider, "token_endpoint"),
        data=urlencode(form).encode(),
        headers={"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    token = answer.get("id_token")
    try:
        header = jwt.get_unverified_header(str(token))
        keys = jwt.PyJWKSet.from_dict(_fetch(_endpoint(provider, "jwks_uri"))).keys
        named = [key for key in keys if header.get("kid") in (None, key.key_id)]
        claims: dict[str, Any] = {}
        for key in named:
            try:
                claims = jwt.decode(
                    str(token),
                    key,
                    algorithms=_SIGNED_BY,
                    audience=provider.client,
                    issuer=_configuration(provider)["issuer"],
                    leeway=60,
                    options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
                )
                break
            except jwt.InvalidSignatureError:
                continue
        if not claims:
            raise jwt.InvalidSignatureError
    except jwt.PyJWTError as error:
        raise ProviderError(f"{provider.name}的身份令牌没有通过核验（{type(error).__name__}），请重新登录。") from error
    if not secrets.compare_digest(str(claims["nonce"]).encode(), asked.nonce.encode()):
        raise ProviderError("身份令牌不是答复这次登录的，请重新登录。")
    if claims.get("azp", provider.client) != provider.client:
        raise ProviderError("身份令牌是发给另一个系统的。")
    return claims


def _endpoint(provider: Provider, name: str) -> str:
    address = str(_configuration(provider).get(name, ""))
    if urlsplit(address).scheme not in ("https", urlsplit(provider.issuer).scheme):
        raise ProviderError(f"{provider.name}的配置里没有可用的 {name}。")
    return address


@cache
def _configuration(provider: Provider) -> Mapping[str, Any]:
    found = _fetch(f"{provider.issuer}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != provider.issuer:
        raise ProviderError(f"{provider.name}自称的 issuer 与配置的不同。")
    return found


class _Staying(HTTPRedirectHandler):
    """Follows no redirect: an endpoint is where the configuration says."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def _fetch(address: str, *, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    request = Request(address, data=data, headers={"Accept": "application/json"} | dict(headers or {}))  # noqa: S310
    try:
        with build_opener(_Staying).open(request, timeout=_SECONDS) as answer:
            found = json.loads(answer.read(_LARGEST))
    except (URLError, OSError, ValueError) as error:
        raise ProviderError("统一身份认证暂时没有答复，请稍后再试，或者用本地账号登录。") from error
    if not isinstance(found, dict):
        raise ProviderError("统一身份认证的答复读不懂。")
    return found
