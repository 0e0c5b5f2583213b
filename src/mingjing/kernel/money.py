"""Money is whole fen; no float touches it. Here it is written and read as people write it."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from mingjing.kernel.errors import DomainError

FEN_IN_YUAN: Final = 100
YUAN_IN_WAN: Final = 10_000

_WRITTEN: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<wan>万)?元?")
_DIGITS: Final = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}


class UnreadableAmountError(DomainError):
    """An amount of money cannot be read, or is finer than a fen."""

    code = "kernel.unreadable_amount"


def in_yuan(fen: int) -> str:
    """Write an amount for a reader: 1,000元, 20.50元, 3万元 for whole multiples of ten thousand."""
    yuan, rest = divmod(abs(fen), FEN_IN_YUAN)
    sign = "-" if fen < 0 else ""
    if rest:
        return f"{sign}{yuan:,}.{rest:02d}元"
    if yuan and yuan % YUAN_IN_WAN == 0:
        return f"{sign}{yuan // YUAN_IN_WAN:,}万元"
    return f"{sign}{yuan:,}元"


def fen_of(text: str) -> int:
    """
    Read an amount in yuan: 1000, 1,000元, 2万元, 0.5万元, 五千元, 二十万元.

    :raises UnreadableAmountError: if it is no amount, or is finer than a fen
    """
    plain = re.sub(r"[\s,，￥¥]|人民币", "", text)
    match = _WRITTEN.fullmatch(plain)
    try:
        number = Decimal(match["number"]) if match else _chinese(plain.removesuffix("元"))
    except (InvalidOperation, KeyError) as error:
        raise UnreadableAmountError(f"看不懂金额“{text}”。写法举例：1000、2万元、五千元。", text=text) from error
    if match and match["wan"]:
        number *= YUAN_IN_WAN
    fen = number * FEN_IN_YUAN
    if fen != fen.to_integral_value():
        raise UnreadableAmountError(f"金额“{text}”精确到了分以下，请写到分为止。", text=text)
    return int(fen)


def _chinese(text: str) -> Decimal:
    """Read a Chinese numeral below a hundred million."""
    if not text:
        raise KeyError(text)
    high, wan, low = text.rpartition("万")
    return Decimal(_below_wan(high) * YUAN_IN_WAN + (_below_wan(low) if low else 0) if wan else _below_wan(text))


def _below_wan(text: str) -> int:
    total = digit = 0
    for character in text:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit
