"""What a password must be, as far as the password alone tells; lists of common ones and the past are the caller's."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mingjing.kernel.errors import DomainError

LONGEST: Final = 128
"""Longer ones are refused: a slow digest of a megabyte is a way to stop the server."""

_KINDS: Final = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
_RUN: Final = 4
_ROWS: Final = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class WeakPasswordError(DomainError):
    """A password that somebody could guess; ``facts["faults"]`` are all that is wrong with it."""

    code = "accounts.weak_password"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRule:
    """How long, and of how many kinds of signs."""

    length: int
    kinds: int


def faults(password: str, rule: PasswordRule, *, personal: Sequence[str]) -> Sequence[str]:
    """
    Return, in words, everything that is wrong with a password.

    ``personal`` is what others know of the person: names, numbers, addresses.
    """
    found = []
    if len(password) < rule.length:
        found.append(f"至少 {rule.length} 个字符，现在 {len(password)} 个")
    if len(password) > LONGEST:
        found.append(f"最多 {LONGEST} 个字符")
    if sum(bool(re.search(kind, password)) for kind in _KINDS) < rule.kinds:
        found.append(f"小写字母、大写字母、数字、其他符号至少要有 {rule.kinds} 类")
    small = unicodedata.normalize("NFKC", password).lower()
    if any(len(one) >= _RUN and one.lower() in small for one in personal):
        found.append("不能含有登录名、姓名、手机号或者邮箱")
    if re.search(rf"(.)\1{{{_RUN - 1}}}", small):
        found.append(f"同一个字符不能连续出现 {_RUN} 次")
    if _has_row(small):
        found.append("不能有五个以上相连的数字、字母或者键盘键，如 12345、qwert")
    return found


def _has_row(password: str, least: int = 5) -> bool:
    rows = [one for row in _ROWS for one in (row, row[::-1])]
    return any(password[start : start + least] in row for start in range(len(password) - least + 1) for row in rows)
