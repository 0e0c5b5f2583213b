"""Numeric targets in a task's words: the clause, the figure, its unit and which way it binds."""

import re
from typing import Final

from mingjing.domain.plans.folding import fold, number_of
from mingjing.domain.plans.model import Target
from mingjing.domain.plans.timing import RELATIVE

_UNITS: Final = (
    r"个百分点|百分点|%|‰|个?学时|个?课时|万人次|人次|万人|万户|万亩|万吨|万元|亿元|万亿元|亿立方米|元|个?工作日|小时|分钟|个月|周年|年|天|日|"
    r"家次|家|户次|户|起|件次|件|宗|案|期|场次|场|次|轮|项|条|部|个|名|人|位|支|台套|台|套|辆|艘|架|所|处|座|间|篇|份|册|本|门|堂|节|批|类|种|例|组|级|倍|分|公里|千米|米|平方公里|平方米|亩|公顷|"
    r"吨标准煤|吨|千瓦时|千瓦|兆瓦|立方米|张|幅|枚|条次|篇次|档|章|岁|周|代|字|成"
)
_NUMBER: Final = r"\d+(?:,\d{3})*(?:\.\d+)?"
_FIGURE: Final = re.compile(
    rf"(?P<value>{_NUMBER})\s*(?:[-~]\s*(?P<to>{_NUMBER})\s*)?(?P<scale>余|多)?(?P<unit>{_UNITS})"
)
_CHINESE: Final = re.compile(
    r"(?:每(?:年|季度|月|半年|周|季)[^,。;:]{0,22}?)(?P<value>[一二两三四五六七八九十]{1,3}|\d+)(?P<unit>次|期|场|轮|遍|报送|通报|调度|检查|抽查|会议|报告|汇总|更新)"
)
_PERIOD: Final = re.compile(r"每(?P<period>年度?|季度?|月度?|半年|周|人每年|个?月)")
_FIRM_LEAST: Final = re.compile(
    r"(?:不少于|不低于|不小于|不得少于|不得低于|至少|超过|高于|大于|突破|最少)[^\d,。;]{0,14}$"
)
_AT_MOST: Final = re.compile(
    r"(?:不超过|不高于|不多于|不大于|不得超过|不得高于|(?<![不得])(?:低于|少于|小于)|最长|最高|控制在|压缩至|压缩到|压减至|压减到|缩短至|缩短到|降至|降到|最多)[^\d,。;]{0,10}$"
)
_EXACT: Final = re.compile(r"(?:达到?|保持|实现|为|均|率|是|全覆盖|落实)[^\d,。;]{0,4}$")
_QUOTED: Final = re.compile(
    r"《[^《》]*》|“[^“”]*”|[(][^()]*?(?:19|20)\d{2}[)]\s*第?\d+号|[(]\d+[)]"
    r"|(?:19|20)\d{2}\s*[-~]\s*(?:19|20)\d{2}年|(?:19|20)\d{2}\s*年度?|\d{1,2}\s*月份?(?:\s*\d{1,2}\s*日)?|\d{1,2}日前|第\s*\d+\s*[条章节项款次届]"
)
_CLAUSES: Final = re.compile(r"(?:[^,。;!?\n]|(?<=\d),(?=\d{3}))+")


def find_targets(text: str) -> tuple[Target, ...]:
    """Find the clauses that carry a figure with a unit; dates, document numbers and quoted names are none."""
    hidden = fold(text)
    for pattern in (RELATIVE, _QUOTED):  # a term from issue is a deadline
        hidden = pattern.sub(lambda match: "\uff0a" * len(match.group()), hidden)
    out = []
    for clause in _CLAUSES.finditer(hidden):
        words = text[clause.start() : clause.end()].strip()
        out += _in_clause(clause.group(), words)
    return tuple(dict.fromkeys(out))


def _in_clause(clause: str, words: str) -> list[Target]:
    found = [one for one in (_target(clause, match, words) for match in _FIGURE.finditer(clause)) if one is not None]
    return found or [one for match in _CHINESE.finditer(clause) if (one := _recurrence(match, words)) is not None]


def _recurrence(match: re.Match[str], words: str) -> Target | None:
    value = number_of(match["value"])
    if value is None:
        return None
    period = _period(match.group())
    unit = match["unit"] if match["unit"] in ("次", "期", "场", "轮", "遍") else "次"
    return Target(text=words, value=value, unit=f"{unit}/{period}" if period else unit, recurring=True)


def _period(clause: str) -> str:
    found = _PERIOD.search(clause)
    if not found:
        return ""
    return found["period"].removesuffix("度").removeprefix("个").replace("人每年", "年")


def _target(clause: str, match: re.Match[str], words: str) -> Target | None:
    before, after = clause[: match.start()], clause[match.end() :]
    if re.search(r"[A-Za-z\d.\uff0a]$", before) or (match["unit"] in "年月日" and re.match(r"[底末前初来度]", after)):
        return None
    if match["unit"] == "个" and re.match(r"[工学课百]", after):
        return None
    raw = match["value"].replace(",", "")
    value: int | float | str = float(raw) if "." in raw else int(raw)
    if match["to"]:
        value = f"{raw}-{match['to'].replace(',', '')}"
    unit = match["unit"].removeprefix("个") if match["unit"] not in ("个", "个月", "个百分点") else match["unit"]
    period = _period(before)
    recurring = bool(period)
    return Target(
        text=words,
        value=value,
        unit=f"{unit}/{period}"
        if recurring and unit in ("次", "期", "场", "人", "名", "件", "家", "轮", "个")
        else unit,
        direction=_direction(before, after, match["unit"], value),
        recurring=recurring,
    )


def _direction(before: str, after: str, unit: str, value: float | str) -> str:
    if _AT_MOST.search(before):
        return "<="
    if _FIRM_LEAST.search(before) or re.match(r"\s*(?:[(]含[)])?(?:及)?以上", after) or re.search(r"提前\s*$", before):
        return ">="
    if re.match(r"\s*(?:及)?(?:以下|以内|之内|内)", after):
        return "<="
    if unit == "%" and value == 100:
        return "="
    if _EXACT.search(before):
        return "=" if unit == "%" and value == 100 else ">="
    return ""
