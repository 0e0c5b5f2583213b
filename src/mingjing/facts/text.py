# ruff: noqa: RUF001 - full-width and look-alike characters are the subject here
"""
Values as people write them: Chinese dates, hours, amounts, document numbers, names and identity codes.

Every function either understands a text in exactly one way or raises :class:`UnreadableValueError` with a reason and a
remedy. Nothing is guessed: a date without its day, a two-digit year or an amount without a unit where the unit
matters is refused, and the caller keeps the original.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from mingjing.kernel.errors import DomainError
from mingjing.kernel.moments import Moment


class UnreadableValueError(DomainError):
    """A cell that cannot be understood in exactly one way."""

    code = "facts.unreadable_value"

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}{remedy}", reason=reason, remedy=remedy)
        self.reason = reason
        self.remedy = remedy


CHINA_STANDARD_TIME: Final = timezone(timedelta(hours=8))
FAR_FUTURE: Final = date(9999, 12, 31)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
EXCEL_EPOCH: Final = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 20000, 80000

DATE_REMEDY: Final = "请写成 2026-09-25 的样式。"
MOMENT_REMEDY: Final = "请写成 2026-09-25 10:30 的样式，时刻不详的只写日期。"
AMOUNT_REMEDY: Final = "请写成数字，并在列名里注明单位，如“罚款金额（元）”。"

_WIDE_SPACES: Final = re.compile(r"[\s\u3000\u200b\u200c\u200d\u2060\ufeff\u00a0]+")


def narrow(text: str) -> str:
    """Turn full-width letters, digits and signs into half-width ones, and trim."""
    return unicodedata.normalize("NFKC", text).strip(" \t\r\n\u200b\ufeff")


# ------------------------------------------------------------------------------------------------ numerals in words

_DIGITS: Final = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    **{character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "○": 0,
    "◯": 0,
    "两": 2,
    "貳": 2,
    "叄": 3,
    "陸": 6,
    "弍": 2,
    "弌": 1,
    "參": 3,
    "参": 3,
}
_SMALL_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE_UNITS: Final = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_NUMERAL: Final = "零一二三四五六七八九壹贰叁肆伍陆柒捌玖〇○◯两貳叄陸弍弌參参"
_UNIT: Final = "十拾百佰千仟万萬亿億"


def _section(text: str) -> int:
    """Read a numeral below ten thousand, such as 一千零五, 十二 or 叁佰."""
    total, digit, last_unit, zero = 0, None, 10_000, False
    for character in text:
        if character in _SMALL_UNITS:
            unit = _SMALL_UNITS[character]
            if unit >= last_unit or (digit is None and (unit != 10 or total)):
                raise ValueError(text)
            total += (1 if digit is None else digit) * unit
            digit, last_unit, zero = None, unit, False
        else:
            value = _DIGITS[character]
            if value == 0:
                if digit is not None or zero:
                    raise ValueError(text)
                zero = True
                continue
            if digit is not None:
                raise ValueError(text)
            digit = value
    if digit is not None:
        # 一千二 is speech for 1200: refused, because it may also be a slip for 1002
        if last_unit > 10 and last_unit != 10_000 and not zero:
            raise ValueError(text)
        total += digit
    return total


def parse_chinese_integer(text: str) -> int:
    """
    Read a whole number in Chinese numerals, common or formal, by place (一千二百) or digit by digit (二〇二六).

    :raises UnreadableValueError: when it is not one.
    """
    try:
        if not text or any(c not in _NUMERAL and c not in _UNIT for c in text):
            raise ValueError(text)
        if len(text) > 1 and not any(c in _UNIT for c in text):
            return int("".join(str(_DIGITS[c]) for c in text))
        total, rest = 0, text
        for units, scale in (("亿億", 100_000_000), ("万萬", 10_000)):
            positions = [index for index, c in enumerate(rest) if c in units]
            if len(positions) > 1:
                raise ValueError(text)
            if positions:
                head, rest = rest[: positions[0]], rest[positions[0] + 1 :]
                if not head:
                    raise ValueError(text)
                total += _chinese_below(head, scale) * scale
        return total + (_section(rest) if rest else 0)
    except (ValueError, KeyError):
        raise UnreadableValueError(f"“{text}”不是能读懂的中文数字。", "请改写成阿拉伯数字。") from None


def _chinese_below(text: str, scale: int) -> int:
    """Read what stands before 万 or 亿; before 亿 another 万 may stand."""
    if scale == 100_000_000:
        for index, character in enumerate(text):
            if character in "万萬":
                tail = text[index + 1 :]
                return _section(text[:index]) * 10_000 + (_section(tail) if tail else 0)
    return _section(text)


_COMMON: Final = "零一二三四五六七八九"
_FORMAL: Final = "零壹贰叁肆伍陆柒捌玖"


def chinese_integer(number: int, *, formal: bool = False) -> str:
    """Write a whole number of at most twelve digits in Chinese numerals; ``formal`` for 壹贰叁."""
    if number < 0 or number >= 10**12:
        raise ValueError(number)
    digits = _FORMAL if formal else _COMMON
    units = ("", "拾", "佰", "仟") if formal else ("", "十", "百", "千")
    if number == 0:
        return digits[0]
    groups = [(number // 10**8, "亿"), (number // 10**4 % 10**4, "万"), (number % 10**4, "")]
    written, gap = "", False
    for group, name in groups:
        if group == 0:
            gap = gap or bool(written)
            continue
        if written and (gap or group < 1000):
            written += digits[0]
        text, zero = "", False
        for place in (3, 2, 1, 0):
            digit = group // 10**place % 10
            if digit == 0:
                zero = zero or bool(text)
                continue
            text += (digits[0] if zero else "") + digits[digit] + units[place]
            zero = False
        written, gap = written + text + name, False
    if not formal and written.startswith("一十"):
        return written[1:]
    return written


# ---------------------------------------------------------------------------------------------------------- dates

_YEAR_WORDS: Final = rf"[{_NUMERAL}]{{4}}"
_DATE_NUMERIC: Final = re.compile(
    r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*(?:日|号)?(?:\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?)?"
)
_DATE_WORDS: Final = re.compile(rf"({_YEAR_WORDS})年([{_NUMERAL}十]{{1,3}})月([{_NUMERAL}十]{{1,3}})[日号]")
_DATE_COMPACT: Final = re.compile(r"((?:19|20|21)\d{2})(\d{2})(\d{2})")
_CLOCK: Final = re.compile(
    r"(?:(上午|下午|凌晨|早上|中午|晚上|AM|PM)\s*)?(\d{1,2})\s*(?::|时|点)\s*(?:(\d{1,2})\s*(?::|分)?\s*"
    r"(?:(\d{1,2})(?:\.(\d{1,9}))?\s*秒?)?)?\s*(AM|PM)?",
    re.IGNORECASE,
)
_OFFSET: Final = re.compile(r"(Z|[+-]\d{2}:?(?:\d{2})?)$")


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        value = date(year, month, day)
    except ValueError:
        raise UnreadableValueError(f"没有“{text}”这一天。", DATE_REMEDY) from None
    return _plausible(value, text)


def _plausible(value: date, text: str) -> date:
    if FIRST_DAY <= value <= LAST_DAY or value == FAR_FUTURE:
        return value
    raise UnreadableValueError(f"“{text}”的年份不合常理。", DATE_REMEDY)


def _leading_date(text: str) -> tuple[date, str] | None:
    """Read a date at the start and give back what follows it."""
    if match := _DATE_NUMERIC.match(text):
        year, month, day = (int(part) for part in match.groups())
        return _day(year, month, day, match.group().strip()), text[match.end() :]
    if match := _DATE_WORDS.match(text):
        year, month, day = (parse_chinese_integer(part) for part in match.groups())
        return _day(year, month, day, match.group()), text[match.end() :]
    return None


def parse_moment(text: str) -> Moment:
    """
    Read a moment; a bare date is a moment of unknown hour.

    Understood: ISO forms with or without an offset (an offset is moved to China Standard Time), 2026/9/25 10:30,
    2026年9月25日上午10时30分, 二〇二六年九月二十五日, 2026.9.25, 20260925, 20260925103000, and serial numbers of workbooks.

    :raises UnreadableValueError: when the text is no moment, or may be two.
    """
    original, text = text, narrow(text)
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_serial(text)
    if match := re.fullmatch(r"((?:19|20|21)\d{6})(?:(\d{2})(\d{2})(\d{2})?)?", text):
        day = _day(int(text[:4]), int(text[4:6]), int(text[6:8]), original)
        if match[2] is None:
            return Moment(day=day)
        return _at_clock(day, int(match[2]), int(match[3]), int(match[4] or 0), 0, original)
    leading = _leading_date(text)
    if leading is None:
        raise UnreadableValueError(_why_no_date(text, original), MOMENT_REMEDY)
    day, rest = leading
    if rest[:1] in ("T", "t"):
        rest = rest[1:]
    rest = rest.strip(" ,，")
    if not rest:
        return Moment(day=day)
    return _with_clock(day, rest, original)


def _with_clock(day: date, rest: str, original: str) -> Moment:
    offset = _OFFSET.search(rest)
    clock_text = rest[: offset.start()].strip() if offset else rest
    match = _CLOCK.fullmatch(clock_text)
    if match is None:
        raise UnreadableValueError(f"“{original}”里的时刻“{rest}”读不懂。", MOMENT_REMEDY)
    half, hour_text, minute, second, fraction, suffix = match.groups()
    hour = int(hour_text)
    half = (half or suffix or "").upper()
    if (half in ("下午", "晚上", "PM") and hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    elif half in ("上午", "凌晨", "AM") and hour == 12:
        hour = 0
    micro = int((fraction or "0").ljust(6, "0")[:6])
    moment = _at_clock(day, hour, int(minute or 0), int(second or 0), micro, original)
    if offset is None or moment.clock is None:
        return moment
    zone = datetime.strptime(offset[1].replace(":", ""), "%z").tzinfo if offset[1] not in "Zz" else UTC
    if offset[1][1:].replace(":", "") == "":
        zone = UTC
    local = datetime.combine(moment.day, moment.clock, tzinfo=zone).astimezone(CHINA_STANDARD_TIME)
    return Moment(day=local.date(), clock=local.time())


def _at_clock(day: date, hour: int, minute: int, second: int, micro: int, original: str) -> Moment:
    if (hour, minute, second, micro) == (24, 0, 0, 0):
        return Moment(day=day + timedelta(days=1), clock=time(0))
    try:
        return Moment(day=day, clock=time(hour, minute, second, micro))
    except ValueError:
        raise UnreadableValueError(f"“{original}”里没有这样的时刻。", MOMENT_REMEDY) from None


def _from_serial(text: str) -> Moment:
    days, fraction = divmod(Decimal(text), 1)
    if not FIRST_SERIAL <= days <= LAST_SERIAL:
        raise UnreadableValueError(f"“{text}”不像日期，也不像电子表格的日期序号。", DATE_REMEDY)
    day = EXCEL_EPOCH + timedelta(days=int(days))
    if not fraction:
        return Moment(day=day)
    seconds = int((fraction * 86_400).to_integral_value())
    stamp = datetime.combine(day, time(0)) + timedelta(seconds=seconds)
    return Moment(day=stamp.date(), clock=stamp.time())


def _why_no_date(text: str, original: str) -> str:
    if re.fullmatch(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*月?", text) or re.fullmatch(r"\d{6}", text):
        return f"“{original}”只有年月，没有日。"
    if re.fullmatch(r"\d{4}年?", text):
        return f"“{original}”只有年份。"
    if re.fullmatch(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}日?", text):
        return f"“{original}”分不清年、月、日。"
    return f"“{original}”不是日期。"


def parse_date(text: str) -> date:
    """
    Read a date; the hour of a moment is dropped.

    :raises UnreadableValueError: when the text is no date, or may be two.
    """
    try:
        return parse_moment(text).day
    except UnreadableValueError as error:
        raise UnreadableValueError(error.reason, DATE_REMEDY) from None


def chinese_date(day: date) -> str:
    """Write a date wholly in Chinese numerals, such as 二〇二六年九月二十五日."""
    year = "".join("〇" if digit == "0" else _COMMON[int(digit)] for digit in f"{day.year:04d}")
    return f"{year}年{chinese_integer(day.month)}月{chinese_integer(day.day)}日"


# --------------------------------------------------------------------------------------------------------- amounts

FEN_PER_UNIT: Final = {
    "分": Decimal(1),
    "角": Decimal(10),
    "元": Decimal(100),
    "百元": Decimal(10_000),
    "千元": Decimal(100_000),
    "万元": Decimal(1_000_000),
    "亿元": Decimal(10_000_000_000),
}
"""What each unit of money is worth in fen."""

_CURRENCY: Final = re.compile(r"^(?:人民币|RMB|CNY|¥|￥)\s*", re.IGNORECASE)
_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_AMOUNT_DIGITS: Final = re.compile(rf"({_NUMBER})\s*(亿|千万|百万|十万|万|千|百)?\s*(元|圆|块|角|分)?(?:整|正)?")
_AMOUNT_SCALES: Final = {
    None: Decimal(1),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10_000),
    "十万": Decimal(100_000),
    "百万": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
}
_WORDS: Final = rf"[{_NUMERAL}{_UNIT}]+"
_AMOUNT_WORDS: Final = re.compile(
    rf"(?:({_WORDS})[元圆圓](?:整|正)?)?零?(?:([{_NUMERAL}])角)?(?:整|正)?零?(?:([{_NUMERAL}])分)?(?:整|正)?"
)
MOST_FEN: Final = 10**14
"""A trillion yuan (万亿元): no amount is larger, and sums over tens of thousands of cases still fit 64 bits."""


def parse_amount(text: str, *, unit: str | None = None) -> int:
    """
    Read an amount of money into fen: 1.2万元, 四百元, 壹仟贰佰元整, 1,000.50 and the like.

    ``unit`` (a key of :data:`FEN_PER_UNIT`) is what a bare number means; a unit written in the text always wins. With
    no unit anywhere (¥ and 人民币 say yuan) the number must be a whole number of fen, as in the facts standard.

    :raises UnreadableValueError: when it is no amount, negative, or not a whole number of fen.
    """
    original, text = text, _WIDE_SPACES.sub("", narrow(text))
    text, signed = _CURRENCY.subn("", text)
    if signed:
        unit = "元"
    if not text:
        raise UnreadableValueError(f"“{original}”里没有金额。", AMOUNT_REMEDY)
    if text.startswith(("-", "(")):
        raise UnreadableValueError(f"“{original}”是负数，罚没金额不能为负。", AMOUNT_REMEDY)
    if match := _AMOUNT_DIGITS.fullmatch(text):
        return _amount_in_digits(match, unit, original)
    if (match := _AMOUNT_WORDS.fullmatch(text)) and any(match.groups()):
        yuan, jiao, fen = match.groups()
        total = parse_chinese_integer(yuan) * 100 if yuan else 0
        total += (_DIGITS[jiao] * 10 if jiao else 0) + (_DIGITS[fen] if fen else 0)
        return total
    if match := re.fullmatch(rf"({_NUMBER})万(\d{{1,4}})(?:元|圆)", text):
        return int(Decimal(match[1].replace(",", "")) * 1_000_000 + int(match[2]) * 100)
    if unit is not None and re.fullmatch(_WORDS, text):
        return int(parse_chinese_integer(text) * FEN_PER_UNIT[unit])
    if re.search(r"美元|美金|港[元币]|欧元|日元|USD|HKD|\$", text, re.IGNORECASE):
        raise UnreadableValueError(f"“{original}”不是人民币金额。", "请折算成人民币，并在备注里写明折算办法。")
    raise UnreadableValueError(f"“{original}”不是金额。", AMOUNT_REMEDY)


def _amount_in_digits(match: re.Match[str], unit: str | None, original: str) -> int:
    number, scale, written = Decimal(match[1].replace(",", "")), match[2], match[3]
    if written is not None:
        worth = FEN_PER_UNIT["元" if written in "圆块" else written]
    elif scale is not None:
        # 1.2万 without 元 is an amount in yuan whatever the column says, unless the column itself is in 万元
        if unit not in (None, "元"):
            raise UnreadableValueError(f"“{original}”与列名里的单位（{unit}）重复或冲突。", AMOUNT_REMEDY)
        worth = FEN_PER_UNIT["元"]
    else:
        worth = FEN_PER_UNIT[unit or "分"]
    fen = number * _AMOUNT_SCALES[scale] * worth
    if fen != fen.to_integral_value() or (unit is None and written is None and scale is None and "." in match[1]):
        if unit is None and written is None:
            raise UnreadableValueError(f"“{original}”带小数，而本列以分为单位，应为整数。", AMOUNT_REMEDY)
        raise UnreadableValueError(f"“{original}”折算到分后不是整数。", "请核对金额和单位。")
    if fen > MOST_FEN:
        raise UnreadableValueError(f"“{original}”大得不合常理。", "请核对金额和单位。")
    return int(fen)


def amount_in_words(fen: int) -> str:
    """Write an amount in formal numerals, such as 壹仟贰佰元整."""
    yuan, rest = divmod(fen, 100)
    jiao, fen_digit = divmod(rest, 10)
    written = f"{chinese_integer(yuan, formal=True)}元" if yuan or not rest else ""
    if not rest:
        return f"{written}整"
    if jiao:
        written += f"{_FORMAL[jiao]}角"
    elif written:
        written += "零"
    return f"{written}{_FORMAL[fen_digit]}分" if fen_digit else f"{written}整"


# ------------------------------------------------------------------------------------------- what a decision imposes

_MONEY: Final = rf"(?:人民币|共计|合计|计)?\s*((?:{_NUMBER}|[{_NUMERAL}{_UNIT}]+)\s*(?:亿|千万|百万|十万|万|千|百)?\d*\s*[元圆](?:[{_NUMERAL}\d]角)?(?:[{_NUMERAL}\d]分)?整?)"
_FINE: Final = re.compile(rf"罚款(?:金额)?[:：为]?\s*{_MONEY}")
_FINE_AFTER: Final = re.compile(rf"{_MONEY}(?:的|之)?罚款")
_CONFISCATED: Final = re.compile(rf"没收[^，,;；。、]*?{_MONEY}")
_NONE_IMPOSED: Final = re.compile(r"(?:不予|免予|免于|不再给予)(?:行政)?处罚")


def _one_sum(found: list[str], what: str, text: str) -> int:
    amounts = [parse_amount(amount) for amount in found]
    if len(set(amounts)) == 1:
        return amounts[0]
    raise UnreadableValueError(
        f"“{text}”里有 {len(amounts)} 个{what}金额，不能确定总额。", f"请单列{what}金额一栏，或写明合计。"
    )


def parse_fine(text: str) -> int:
    """
    Read the fine out of the words of a decision, in fen; a decision that mentions no fine imposes none.

    :raises UnreadableValueError: when a fine is mentioned without its amount, or with several.
    """
    plain = narrow(text)
    if "罚款" not in plain and "罚没款" not in plain:
        return 0
    if _NONE_IMPOSED.search(plain) and not _FINE.search(plain):
        return 0
    found = _FINE.findall(plain) or _FINE_AFTER.findall(plain)
    if not found:
        raise UnreadableValueError(f"“{text}”提到罚款，但没有写明金额。", "请补写罚款金额。")
    return _one_sum(found, "罚款", text)


def parse_confiscation(text: str) -> int:
    """
    Read the confiscated amount out of the words of a decision, in fen; none mentioned is none imposed.

    :raises UnreadableValueError: when something is confiscated and its amount is not stated.
    """
    plain = narrow(text)
    if "没收" not in plain:
        return 0
    found = _CONFISCATED.findall(plain)
    if not found:
        raise UnreadableValueError(f"“{text}”提到没收，但没有写明金额。", "请补写没收金额；只没收实物的写明价值。")
    return sum(parse_amount(amount) for amount in found)


_PENALTY_WORDS: Final = (
    ("warning", r"警告"),
    ("criticism", r"通报批评"),
    ("license_suspended", r"暂扣"),
    ("license_revoked", r"吊销"),
    ("qualification_lowered", r"降低资质"),
    ("business_restricted", r"限制开展生产经营"),
    ("business_stopped", r"停产停业|停业整顿|停产整顿|责令停业|责令停产"),
    ("closed", r"责令关闭|予以关闭|^关闭"),
    ("occupation_barred", r"限制从业|市场禁入|禁止从业|禁业|终身不得从事"),
    ("detention", rf"行政拘留|拘留\s*[\d{_NUMERAL}{_UNIT}]+\s*[日天]"),
)

PENALTY_PHRASES: Final = {
    "warning": "警告",
    "criticism": "通报批评",
    "license_suspended": "暂扣许可证件",
    "license_revoked": "吊销许可证件",
    "qualification_lowered": "降低资质等级",
    "business_restricted": "限制开展生产经营活动",
    "business_stopped": "责令停产停业",
    "closed": "责令关闭",
    "occupation_barred": "限制从业",
    "detention": "行政拘留",
}
"""
How the penalties other than fine and confiscation are written; :func:`parse_penalties` reads each back.

Source: 行政处罚法（2021）第九条.
"""


def parse_penalties(text: str) -> tuple[str, ...]:
    """Read the penalties other than fine and confiscation out of the words of a decision, as codes in fixed order."""
    plain = narrow(text)
    if _NONE_IMPOSED.search(plain):
        return ()
    return tuple(code for code, pattern in _PENALTY_WORDS if re.search(pattern, plain))


_DETENTION: Final = re.compile(rf"拘留\s*(\d+|[{_NUMERAL}{_UNIT}]+)\s*[日天]")


def parse_detention_days(text: str) -> int | None:
    """Read the days of administrative detention; ``None`` when there is none."""
    match = _DETENTION.search(narrow(text))
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else parse_chinese_integer(match[1])


# ------------------------------------------------------------------------------------------------- document numbers

_OPENING, _CLOSING = "〔[(【［（﹝<《〈", "〕])】］）﹞>》〉"
_DOCUMENT_NO: Final = re.compile(
    rf"(?P<agency>.*?)\s*(?:[{re.escape(_OPENING)}]\s*(?P<year>(?:19|20)\d{{2}})\s*年?\s*[{re.escape(_CLOSING)}]"
    r"|(?P<bare>(?:19|20)\d{2})(?:\s*年\s*|\s*[-－—]\s*|\s+|(?=第)))"
    r"\s*(?:第\s*)?(?P<serial>\d{1,9})(?P<branch>(?:\s*[-－—]\s*\d{1,4}|之[一二三四五六七八九十]+)?)\s*号?"
)
_BRACKETS: Final = str.maketrans("()[]［］【】〔〕﹝﹞{}", "（）（）（）（）（）（）（）")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNumber:
    """
    A document number: the agency's words, the year, the serial as written, and a branch such as ``-1``.

    Source: GB/T 9704-2012, 7.2.5 (the year in six-angle brackets 〔〕).
    """

    agency: str
    year: int
    serial: str
    branch: str = ""

    @property
    def canonical(self) -> str:
        """Write with 〔〕 around the year and （） elsewhere."""
        return f"{self.agency}〔{self.year}〕{self.serial}{self.branch}号"

    @property
    def key(self) -> str:
        """Write so that two spellings of one number are equal: without leading zeros."""
        return f"{self.agency}〔{self.year}〕{int(self.serial)}{self.branch}号"


def parse_document_number(text: str) -> DocumentNumber:
    """
    Take a document number apart, whatever brackets stand around its year.

    :raises UnreadableValueError: when no year and serial are found.
    """
    plain = _WIDE_SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    match = _DOCUMENT_NO.fullmatch(plain)
    if match is None:
        raise UnreadableValueError(
            f"“{text}”不是完整的文号。", "文号由机关代字、年份和序号组成，如 沪公行罚决字〔2024〕187号。"
        )
    agency = _WIDE_SPACES.sub("", match["agency"]).translate(_BRACKETS)
    branch = re.sub(r"\s*[-－—]\s*", "-", match["branch"])
    return DocumentNumber(
        agency=agency, year=int(match["year"] or match["bare"]), serial=match["serial"], branch=branch
    )


# ----------------------------------------------------------------------------------------------------- names, codes

_MIDDLE_DOTS: Final = re.compile(r"\s*[·•・‧∙⋅●᛫・]\s*")
_CJK: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_BY_CJK: Final = re.compile(rf"(?<=[{_CJK}（）·])\s+|\s+(?=[{_CJK}（）·])")
_MASK: Final = re.compile(r"[*＊×✱某]|[xX]{2,}")


def normalise_name(text: str) -> str:
    """
    Write a party's name in one way, for comparing; the original is kept elsewhere.

    Full-width letters become half-width, brackets become （）, every kind of middle dot becomes ·, and spaces beside
    Chinese characters go (one stays between Latin words).
    """
    plain = _WIDE_SPACES.sub(" ", unicodedata.normalize("NFKC", _MIDDLE_DOTS.sub("·", text))).strip()
    plain = _MIDDLE_DOTS.sub("·", plain.translate(_BRACKETS))
    return _SPACE_BY_CJK.sub("", plain)


def is_masked(text: str) -> bool:
    """Say whether a name is partly hidden (王*、丁某某), so that two equal ones need not be one person."""
    return bool(_MASK.search(text))


def uscc_problem(text: str) -> str | None:
    """
    Say in Chinese what is wrong with a unified social credit code, or ``None``.

    Source: GB 32100-2015.
    """
    plain = narrow(text).upper()
    if len(plain) != 18:
        return f"统一社会信用代码应为 18 位，这里是 {len(plain)} 位。"
    try:
        uscc.validate(plain)
    except ValidationError:
        return "统一社会信用代码的校验位或字符不对。"
    return None


def identity_problem(text: str) -> str | None:
    """
    Say in Chinese what is wrong with a citizen's identity number, or ``None``; a masked number is not checked.

    Source: GB 11643-1999.
    """
    plain = narrow(text).upper()
    if is_masked(plain):
        return None
    if len(plain) != 18:
        return f"公民身份号码应为 18 位，这里是 {len(plain)} 位。"
    try:
        ric.validate(plain)
    except ValidationError:
        return "公民身份号码的地区、生日或者校验位不对。"
    return None
