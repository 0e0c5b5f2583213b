"""Accounts: made, changed, put out of use. Who makes accounts grants nothing: that is ``grants``."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access, require
from mingjing.contexts.accounts.models import Grant, Token, Unit, User
from mingjing.contexts.accounts.usecases.common import administers, parts, require_reason
from mingjing.contexts.accounts.usecases.passwords import digest_of_initial, initial_password
from mingjing.contexts.accounts.usecases.sessions import end_sessions
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.kernel.errors import DomainError

_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}", re.ASCII)
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}", re.ASCII)
_MOBILE: Final = re.compile(r"1\d{10}", re.ASCII)
_NAME: Final = 64


class AccountError(DomainError):
    """An account that cannot be so."""

    code = "accounts.account"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody who gets an account; ``unit`` is a unit's code, ``code`` the sign-in name where it is empty."""

    username: str
    name: str
    unit: str
    code: str = ""
    mobile: str = ""
    email: str = ""
    provider_subject: str = ""


def make_user(
    *,
    actor: Actor,
    at: datetime,
    username: str,
    name: str,
    unit: str,
    code: str = "",
    mobile: str = "",
    email: str = "",
    provider_subject: str = "",
) -> tuple[User, str]:
    """
    Make an account and return it with its initial password, which is shown this once; the first sign-in changes it.

    :raises AccountError: if a field is malformed, or the name or code are taken
    :raises MissingError: if there is no such unit
    :raises ForbiddenError: if the unit is beyond the actor's scope
    """
    person = NewUser(
        username=username,
        name=name,
        unit=unit,
        code=code,
        mobile=mobile,
        email=email,
        provider_subject=provider_subject,
    )
    return make_users(actor=actor, at=at, people=[person])[0]


def make_users(*, actor: Actor, at: datetime, people: Sequence[NewUser]) -> list[tuple[User, str]]:
    """
    Make accounts, all or none; each comes with its initial password.

    :raises DomainError: the first refusal of :func:`judge_users`
    """
    require(actor, "accounts.user.edit")
    passwords = [initial_password() for _ in people]
    digests = [digest_of_initial(made) for made in passwords]
    rows: list[User] = []
    with transaction.atomic():
        for found, digest in zip(_build(actor, people), digests, strict=True):
            if isinstance(found, DomainError):
                raise found
            found.password, found.must_change_password, found.password_changed_at = digest, True, at
            rows.append(found)
        User.objects.bulk_create(rows, batch_size=500)
        for row in rows:
            unit = row.unit.code if row.unit else ""
            _log(actor, at, "make_user", row, {"username": row.username, "name": row.name, "unit": unit})
    return list(zip(rows, passwords, strict=True))


def judge_users(actor: Actor, people: Sequence[NewUser]) -> list[DomainError | None]:
    """Say of each whether :func:`make_users` would refuse it, and why; writes nothing."""
    require(actor, "accounts.user.edit")
    return [found if isinstance(found, DomainError) else None for found in _build(actor, people)]


class _Taken:
    """Names, codes (whatever their case) and identities at the provider that are given out."""

    def __init__(self, people: Sequence[NewUser]) -> None:
        names = [_folded(one.username) for one in people]
        codes = [one.code.strip().lower() or _folded(one.username) for one in people]
        subjects = [subject for one in people if (subject := one.provider_subject.strip())]
        self.usernames = self._of("username", names)
        self.codes = {code.lower() for code in self._of("lower_code", codes)}
        self.subjects = self._of("provider_subject", subjects)

    def add(self, row: User) -> None:
        """Note that a row takes its names."""
        self.usernames.add(row.username)
        self.codes.add(row.code.lower())
        if row.provider_subject:
            self.subjects.add(row.provider_subject)

    @staticmethod
    def _of(field: str, values: Sequence[str]) -> set[str]:
        rows = User.objects.annotate(lower_code=Lower("code"))
        return {
            found
            for some in parts(values)
            for found in rows.filter(**{f"{field}__in": some}).values_list(field, flat=True)
        }


def _build(actor: Actor, people: Sequence[NewUser]) -> list[User | DomainError]:
    """Build the row of each, or the refusal. What is taken is asked for in a few queries, however many they are."""
    scope = require(actor, "accounts.user.edit")
    taken = _Taken(people)
    units: dict[str, Unit] = {}
    for some in parts([one.unit.strip() for one in people]):
        units |= {row.code: row for row in Unit.objects.filter(code__in=some, valid_to=None)}
    built: list[User | DomainError] = []
    for one in people:
        try:
            row = _built(one, taken, units)
            if row.unit is None or not scope.reaches(path=row.unit.path, place=row.unit.place):
                raise ForbiddenError("您不能在这个单位建立账号。", field="unit")
        except DomainError as error:
            built.append(error)
        else:
            built.append(row)
            taken.add(row)
    return built


def _built(one: NewUser, taken: _Taken, units: Mapping[str, Unit]) -> User:
    username = plain_username(one.username)
    code = one.code.strip() or username
    if not _CODE.fullmatch(code) or code == "new":
        raise AccountError("用户代码只能用字母、数字、点、横线、下划线和 @，最长 64 位。", field="code")
    if username in taken.usernames:
        raise AccountError(f"登录名“{username}”已经有人用了。", field="username")
    if code.lower() in taken.codes:
        raise AccountError(f"用户代码“{code}”已经有了。", field="code")
    subject = one.provider_subject.strip()
    if subject and subject in taken.subjects:
        raise _subject_taken()
    row = User(code=code, username=username, provider_subject=subject or None)
    _describe(row, name=one.name, mobile=one.mobile, email=one.email)
    row.unit = units.get(one.unit.strip())
    if row.unit is None:
        raise _no_unit(one.unit)
    return row


@transaction.atomic
def change_user(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    version: int,
    name: str,
    unit: str,
    mobile: str = "",
    email: str = "",
    provider_subject: str | None = None,
) -> User:
    """
    Change what is known of somebody; the code and the sign-in name stay.

    :raises StaleError: if somebody changed the account since
    :raises AccountError: if a field is malformed
    :raises MissingError: if there is no such account or unit
    :raises ForbiddenError: if the identity at the provider of an administrator would change
    """
    user = _locked(actor, code, version)
    before = _state(user)
    if provider_subject is None:
        provider_subject = before["provider_subject"]
    if provider_subject.strip() != before["provider_subject"] and administers(user, on=timezone.localdate(at)):
        # whoever holds that identity would be let in as this administrator
        raise ForbiddenError("三员的统一身份认证标识不能由另一员修改；请在授予角色之前填好。")
    _describe(user, name=name, mobile=mobile, email=email)
    user.unit = Unit.objects.filter(code=unit, valid_to=None).first()
    if user.unit is None:
        raise _no_unit(unit)
    user.provider_subject = provider_subject.strip() or None
    if user.provider_subject and (
        User.objects.filter(provider_subject=user.provider_subject).exclude(pk=user.pk).exists()
    ):
        raise _subject_taken()
    changed = {field: value for field, value in _state(user).items() if before[field] != value}
    if not changed:
        return user
    user.version += 1
    user.save()
    # numbers and addresses are personal: the log says that they changed, not to what
    shown = {field: value if field in ("name", "unit") else "已修改" for field, value in changed.items()}
    _log(actor, at, "change_user", user, shown)
    return user


@transaction.atomic
def deactivate_user(*, actor: Actor, at: datetime, code: str, version: int, reason: str) -> User:
    """
    Put an account out of use: sessions, tokens and delegations end at once; roles stay for whoever looks back.

    :raises ForbiddenError: if the actor may not, or asks for oneself
    :raises StaleError: if somebody changed the account since
    """
    user = _locked(actor, code, version)
    reason = require_reason(reason, "退休")
    if user.pk == actor.user_id:
        raise ForbiddenError("不能停用自己的账号。")
    if not user.is_active:
        raise AccountError(f"{user.name}的账号已经停用。")
    user.is_active = False
    user.version += 1
    user.save()
    end_sessions(user_id=user.pk)
    Token.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    today = timezone.localdate(at)
    for lent in Grant.objects.filter(delegated_by=user, valid_to__gt=today):
        lent.valid_to = max(today, lent.valid_from)
        lent.ended_by, lent.end_reason = actor.code, "委托人账号停用"
        lent.version += 1
        lent.save()
    _log(actor, at, "deactivate_user", user, {}, reason)
    return user


@transaction.atomic
def activate_user(*, actor: Actor, at: datetime, code: str, version: int, reason: str) -> User:
    """
    Put an account into use again; the password must be reset beside it, for it is unknown who has the old one.

    :raises StaleError: if somebody changed the account since
    """
    user = _locked(actor, code, version)
    reason = require_reason(reason, "返聘")
    if user.is_active:
        raise AccountError(f"{user.name}的账号本来就是启用的。")
    user.is_active = True
    user.must_change_password = True
    user.version += 1
    user.save()
    _log(actor, at, "activate_user", user, {}, reason)
    return user


def plain_username(text: str) -> str:
    """
    Return the one way in which a sign-in name is written: without regard to case and width.

    :raises AccountError: if it is none
    """
    name = _folded(text)
    if not _USERNAME.fullmatch(name):
        raise AccountError(
            "登录名用 2 到 64 位小写字母、数字、点、横线、下划线和 @，以字母或者数字开头。", field="username"
        )
    return name


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _locked(actor: Actor, code: str, version: int) -> User:
    user = access(User.objects.all(), actor, "accounts.user.edit", see="accounts.user.view", lock=True, code=code)
    require_fresh(user, version)
    return user


def _describe(user: User, *, name: str, mobile: str, email: str) -> None:
    name, mobile, email = name.strip(), mobile.strip(), email.strip()
    if not name or len(name) > _NAME:
        raise AccountError(f"姓名必须填写，最长 {_NAME} 个字。", field="name")
    if mobile and not _MOBILE.fullmatch(mobile):
        raise AccountError("手机号码是 11 位数字，以 1 开头。", field="mobile")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise AccountError(f"邮箱“{email}”写得不对，例如 zhangwei@example.cn。", field="email") from error
    user.name, user.mobile, user.email = name, mobile, email


def _no_unit(code: str) -> MissingError:
    return MissingError(f"没有代码为“{code}”的单位，或者它已经撤销。", field="unit")


def _subject_taken() -> AccountError:
    return AccountError("这个统一身份认证标识已经对应另一个账号。", field="provider_subject")


def _state(user: User) -> dict[str, str]:
    return {
        "name": user.name,
        "mobile": user.mobile,
        "email": user.email,
        "unit": user.unit.code if user.unit else "",
        "provider_subject": user.provider_subject or "",
    }


def _log(actor: Actor, at: datetime, act: str, user: User, fields: dict[str, str], reason: str = "") -> None:
    append(
        actor=actor.code, at=at, act=f"accounts.{act}", subject=f"user:{user.code}", fields=dict(fields), reason=reason
    )
