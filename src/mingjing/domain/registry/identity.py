"""The one key of a party: the credit code, the identity number, or else the name; and how a number is masked."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mingjing.domain.registry.obstacles import obstacle, refuse

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK: Final = "10X98765432"
_CODE_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_SHAPE: Final = re.compile(r"[1-9]\d{16}[\dX]")
_CODE_SHAPE: Final = re.compile(f"[{_CODE_LETTERS}]{{18}}")


class KeyKind(StrEnum):
    """By what a party is known."""

    CREDIT_CODE = "credit_code"
    IDENTITY = "identity"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyKey:
    """The key of a party, in the form in which equal parties are equal."""

    kind: KeyKind
    value: str


def plain_name(text: str) -> str:
    """Write a name so that its spellings are equal: full and half width, brackets, spaces, case."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s+", "", text).replace("(", "（").replace(")", "）").upper()


def is_identity_number(text: str) -> bool:
    """Say whether a citizen's number has the right form and check digit (GB 11643)."""
    if _ID_SHAPE.fullmatch(text) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    return _ID_CHECK[total % 11] == text[17]


def is_credit_code(text: str) -> bool:
    """Say whether a unified social credit code has the right form and check character (GB 32100)."""
    if _CODE_SHAPE.fullmatch(text) is None:
        return False
    total = sum(_CODE_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(text[:17]))
    return _CODE_LETTERS[(31 - total % 31) % 31] == text[17]


def key_of(*, name: str, credit_code: str = "", identity_number: str = "") -> PartyKey:
    """
    Return the one key of a party: the credit code before the identity number before the name.

    :raises RegistryError: if a number is wrong, or there is nothing to know the party by
    """
    code, number = credit_code.strip().upper(), identity_number.strip().upper()
    if code:
        if not is_credit_code(code):
            refuse(obstacle("credit_code", f"统一社会信用代码“{code}”的格式或者校验位不对。", "请照营业执照逐位核对。"))
        return PartyKey(kind=KeyKind.CREDIT_CODE, value=code)
    if number:
        if not is_identity_number(number):
            refuse(obstacle("identity_number", "公民身份号码的格式或者校验位不对。", "请照身份证逐位核对。"))
        return PartyKey(kind=KeyKind.IDENTITY, value=number)
    if not plain_name(name):
        refuse(obstacle("no_key", "没有名称、统一社会信用代码或者身份号码，无法登记当事人。", "请至少填写名称。"))
    return PartyKey(kind=KeyKind.NAME, value=plain_name(name))


def mask_identity(text: str) -> str:
    """Show of an identity number no more than its first and last digits."""
    return f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}" if len(text) > 5 else "*" * len(text)


def mask_person(name: str) -> str:
    """Show of a person's name no more than the family name."""
    return f"{name[:1]}{'*' * (len(name) - 1)}" if name else ""


def mask_mobile(text: str) -> str:
    """Show of a telephone number no more than its first three and last two digits."""
    return f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}" if len(text) > 5 else "*" * len(text)
