"""
Deadlines in words: from ``2024年10月底前并长期坚持`` to the day and the long-term flag.

A period named (a month, a quarter, a year) means its last day. A day that the words do not fix is not reckoned.
"""

import itertools
import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from mingjing.domain.plans.folding import fold, number_of
from mingjing.domain.plans.model import Deadline, DeadlineKind
from mingjing.kernel.moments import add_months

_N: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR: Final = r"(?P<year>(?:19|20)\d{2}\s*年|(?<!\d)2\d年(?=\d|底|末|上|下)|[一二][〇○零一二三四五六七八九]{3}年|今年|本年度?|当年|明年|次年)"
_PART: Final = r"(?P<part>上旬|中旬|下旬|月?底|月?末|初|中)?"
_POINTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{_YEAR}\s*度?)?\s*(?P<month>{_N})\s*月份?\s*(?P<day>\d{{1,2}}|[一二三]?十?[一二三四五六七八九十])\s*[日号]",
        # 12月1日—7日
        rf"(?:{_YEAR}\s*度?)?\s*(?P<month>{_N})\s*月\s*(?P<since>\d{{1,2}})\s*日?\s*[-~至到]\s*(?P<day>\d{{1,2}})\s*[日号]",
        rf"(?:{_YEAR}\s*度?)?\s*(?P<month>{_N})\s*月份?{_PART}",
        # 2026年5、6月: the month is said once for all
        rf"(?:{_YEAR}|(?<=[、和])|^)(?P<month>\d{{1,2}})(?=[、和]\d{{1,2}}(?:[、和]\d{{1,2}})*月)",
        rf"(?:{_YEAR}\s*度?)?\s*(?:第\s*)?(?P<quarter>[一二三四1-4])\s*季度(?P<part>底|末|初)?",
        rf"(?:{_YEAR}\s*)?Q(?P<quarter>[1-4])(?P<part>底|末)?",
        rf"(?:{_YEAR}\s*度?)?\s*(?P<half>上半年|下半年)(?P<part>底|末)?",
        r"(?P<year>(?:19|20)\d{2})(?P<sep>[./-])(?P<month>\d{1,2})(?:(?P=sep)(?P<day>\d{1,2}))?(?![\d%])(?P<part>月?底|月?末)?",
        rf"{_YEAR}\s*(?:年)?(?P<part>年?底|年?末|年?终|年?中|年?初|年?内|全年)?",
        r"(?<![一二三四五六七八九十两几数半])(?P<part>年底|年末|年终|年度?内|年中|全年)",
    )
)
_RANGE: Final = re.compile(r"\s*(?:[-~至到]|--)\s*")
_BARE_YEAR_RANGE: Final = re.compile(r"(?P<from>20\d{2})\s*年?\s*(?:[-~至到]|--)\s*$")
_EARLIER_PART: Final = re.compile(rf"(?:{_YEAR})?\s*(?P<month>{_N})\s*月?份?\s*$")
LONG_TERM: Final = re.compile(
    r"长期(?:坚持|推进|落实|开展|实施|执行|任务|保持|抓好|有效|进行|巩固|工作)?|持续(?:推进|开展|坚持|落实|实施|深化|抓好|加强|巩固|用力|完善|跟进|优化|进行|长效)?|"
    r"常态化?(?:推进|开展|坚持|落实|实施|长效|长期|进行|工作|管理|保持)?|常年(?:坚持|开展|推进|实施|进行)?|常抓不懈|坚持不懈|贯穿[一-鿿]{0,8}?(?:始终|全过程|全程|各环节)|久久为功|日常工作|一以贯之"
)
_EVERY: Final = re.compile(
    r"每(?:个)?(?P<unit>年度?|半年|季度?|月度?|周|日|天|学期|旬)|按(?P<unit2>年度?|半年|季度?|月度?|周)|逐(?P<unit3>年|月|季)|(?P<unit4>半年|季度|月度|年度)(?=报送|通报|调度|一)"
)
BEFORE: Final = r"(?:以前|之前|前(?![后往来期述列]|提(?![请交出报供前])))"
_ISSUED: Final = (
    r"(?:自|从|在|于)?(?:本|该|此)?(?:实施|工作|行动)?(?:意见|方案|通知|办法|规定|措施|计划|文件|要点|决定|清单)?"
    r"(?:印发|下发|发布|公布|出台|施行|实施)(?:之日)?(?:起|后|以后)?"
)
RELATIVE: Final = re.compile(
    rf"{_ISSUED}\s*(?P<amount>\d{{1,3}}|[一二两三四五六七八九十]{{1,3}}|半)\s*个?\s*(?P<unit>工作日|日|天|周|星期|月|年)(?:以内|之内|内)"
)
# 预算批复后30日内: counted from something that may happen on any day
_AFTER_EVENT: Final = re.compile(
    r"[一-鿿](?:之日起|后|起)\s*(?:\d{1,3}|[一二两三四五六七八九十]{1,3}|半)\s*个?(?:工作日|日|天|周|星期|月|年)(?:以内|之内|内)"
)
_STARTS: Final = re.compile(r"^\s*(?:起|开始|以来|以后|之后|启动后)")
_STATED: Final = re.compile(r"按|依|根据|适时|及时|立即|即时|即行|立行|同步|尽快|按期|限期|另行|视|随|即知即改|马上")


# a plan of the last months of a year that names a day of the first ones means the year after
_LATE: Final = 10
_EARLY: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeContext:
    """What the words may lean on: the plan's own date, and the year that its title or its last words name."""

    issued_on: date | None = None
    title_year: int | None = None
    number_year: int | None = None
    step_year: int | None = None
    text_year: int | None = None

    @property
    def default_year(self) -> int | None:
        """The year meant where none is written."""
        return (
            self.step_year
            or self.title_year
            or (self.issued_on.year if self.issued_on else self.number_year)
            or self.text_year
        )

    def year_of(self, groups: dict[str, str | None]) -> tuple[int | None, str]:
        """The year of a day that is written without one, and what is unsure about it."""
        year, source = self.default_year, self.year_source
        if year is None:
            return None, ""
        month = number_of(groups.get("month") or "")
        issued = self.issued_on if source == "成文或者发布日期" else None
        if issued and issued.month >= _LATE and month and month <= _EARLY:
            return year + 1, f"原文未写年份，早于{source}，取次年{year + 1}年"
        return year, f"原文未写年份，按{source}取{year}年"

    @property
    def year_source(self) -> str:
        """Name, in Chinese, where that year is written."""
        if self.step_year:
            return "本阶段所写的年份"
        if self.title_year:
            return "标题"
        if self.issued_on:
            return "成文或者发布日期"
        return "发文字号" if self.number_year else "文中其他时限所写的年份"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A day or a period named at a place in the words."""

    start: int
    end: int
    first: date | None
    on: date | None
    doubt: str = ""
    has_year: bool = True
    precise: bool = False


def find_points(text: str, context: TimeContext, *, year: int | None = None) -> list[Point]:
    """Find all days and periods; ``year`` is the one that earlier words named."""
    folded = fold(text)
    points: list[Point] = []
    at = 0
    while at < len(folded):
        match = _next_match(folded, at)
        if match is None:
            break
        point, named = _point(match, context, year)
        if point is not None and not point.has_year and (masked := _MASKED.search(folded[: match.start()])):
            point, named = replace(point, start=masked.start(), first=None, on=None, doubt="原文隐去了年份"), year
        if not _LABELS_A_YEAR.match(folded, match.end()):
            year = named
        if point is not None and (point.precise or not _SEASON.match(folded, match.end())):
            points.append(point)
        at = max(match.end(), at + 1)
    return points


# 2022年12月31日前形成的欠款: which ones, not by when
_WAS: Final = (
    r"\s*(?:已)?(?:形成|发生|产生|登记|注册|设立|成立|建成|投产|出台|制定|印发|颁布|办结|作出|受理|立案|存在|排查|发现|入职|退休|签订|取得|参加|备案)"
    r"[一-鿿]{0,6}?的"
)
# 对照2025年底前目标任务
_WHAT_WAS: Final = re.compile(rf"{_WAS}|目标(?:任务|要求)?|的(?:目标|任务|要求|安排|部署)")
# 20**年, 20XX年: a year that whoever published the text left out
_MASKED: Final = re.compile(r"(?:20|2)?[*xX\u00d7○]{1,4}\s*年\s*$")


def hides_year(text: str) -> bool:
    """Say whether the words leave out the year of a day."""
    return bool(re.search(r"[*xX\u00d7○]\s*年\s*\d{1,2}\s*月", fold(text)))


# 2025年度“十佳案例”, 2023年以来: which ones, and no year for the days that follow
_LABELS_A_YEAR: Final = re.compile(rf"\s*(?:度|以来|以后|版|{BEFORE}{_WAS})")


def _next_match(text: str, at: int) -> re.Match[str] | None:
    best: re.Match[str] | None = None
    for pattern in _POINTS:
        found = pattern.search(text, at)
        if found and (
            best is None or found.start() < best.start() or (found.start() == best.start() and found.end() > best.end())
        ):
            best = found
    return best


# 春节前, 汛期前: no day that a calendar of the year fixes
_SEASON: Final = re.compile(
    r"\s*(?:春节|国庆|中秋|五一|端午|元旦|清明|汛期|主汛期|入汛|雨季|入冬|冬季|春季|夏季|秋季|采暖|供暖|开学|高考|中考|两会|暑期|暑假|寒假|农忙|秋收|三夏|三秋)"
)


def _point(match: re.Match[str], context: TimeContext, year: int | None) -> tuple[Point | None, int | None]:
    groups = match.groupdict()
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    words = groups.get("year")
    named, doubt = _year_of(words, context)
    has_year = words is not None
    value = named if has_year else year
    if value is None and not has_year:
        value, doubt = context.year_of(groups)
    elif not has_year:
        doubt = f"原文未写年份，按前文取{value}年"
    if value is None:
        lost = Point(
            start=start, end=match.end(), first=None, on=None, doubt="原文未写年份，也无从推定", has_year=False
        )
        return lost, year
    try:
        first, last, more = _span(value, groups)
    except ValueError:
        return None, year
    precise = bool(groups.get("month") or groups.get("quarter") or groups.get("half") or groups.get("part"))
    point = Point(
        start=start, end=match.end(), first=first, on=last, doubt=more or doubt, has_year=has_year, precise=precise
    )
    return point, (value if has_year or year else year)


def _year_of(words: str | None, context: TimeContext) -> tuple[int | None, str]:
    if words is None:
        return None, ""
    words = words.strip().removesuffix("度")
    if words in ("今年", "本年", "当年", "明年", "次年"):
        base = context.default_year
        if base is None:
            return None, ""
        meant = base + (1 if words in ("明年", "次年") else 0)
        return meant, f"“{words}”按{context.year_source}取{meant}年"
    value = number_of(words.removesuffix("年").strip())
    if value is not None and value < 100:
        return value + 2000, f"“{words}”按{value + 2000}年"
    return value, ""


def _span(year: int, groups: dict[str, str | None]) -> tuple[date, date | None, str]:
    part = (groups.get("part") or "").removeprefix("月").removeprefix("年")
    month = number_of(groups["month"] or "") if groups.get("month") else None
    if month is not None:
        day = number_of(groups["day"] or "") if groups.get("day") else None
        if day is not None:
            since = number_of(groups["since"] or "") if groups.get("since") else None
            return date(year, month, since or day), date(year, month, day), ""
        return _in_month(year, month, part)
    if groups.get("quarter"):
        quarter = number_of(groups["quarter"] or "") or 1
        return date(year, quarter * 3 - 2, 1), end_of_month(year, quarter * 3), ""
    if groups.get("half"):
        late = groups["half"] == "下半年"
        return date(year, 7 if late else 1, 1), end_of_month(year, 12 if late else 6), ""
    if part == "中":
        return date(year, 1, 1), end_of_month(year, 6), "“年中”按6月底"
    if part == "初":
        return date(year, 1, 1), None, "“年初”没有确定的日子"
    return date(year, 1, 1), date(year, 12, 31), ""


def _in_month(year: int, month: int, part: str) -> tuple[date, date | None, str]:
    first, last = date(year, month, 1), end_of_month(year, month)
    if part == "上旬":
        return first, date(year, month, 10), ""
    if part == "中旬":
        return date(year, month, 11), date(year, month, 20), ""
    if part == "下旬":
        return date(year, month, 21), last, ""
    if part == "初":
        return first, None, "“月初”没有确定的日子"
    if part == "中":
        return first, None, "“月中”没有确定的日子"
    return first, last, ""


def end_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _ranges(text: str, points: list[Point]) -> list[Point]:
    """Join a period from … to … into one point; ``first`` is where it begins."""
    folded, joined = fold(text), list[Point]()
    for point in points:
        before = folded[: point.start]
        between = folded[joined[-1].end : point.start] if joined else ""
        if joined and _RANGE.fullmatch(between):
            begun = joined.pop()
            point = replace(point, start=begun.start, first=begun.first, doubt="" if begun.has_year else point.doubt)
        elif found := _BARE_YEAR_RANGE.search(before):
            point = replace(point, start=found.start(), first=date(int(found["from"]), 1, 1))
        joined.append(point)
    return joined


def parse_deadline_field(text: str, context: TimeContext) -> tuple[Deadline, ...]:
    """Read the words of a deadline label or cell; several days give several deadlines."""
    text = text.strip().strip("。；;，,")
    if not text or fold(text) in ("/", "-", "--", "\\", "无"):
        return ()
    if dotted := re.fullmatch(rf"(?P<month>\d{{1,2}})\.(?P<day>\d{{1,2}})(?P<by>{BEFORE})?", fold(text)):
        days = parse_deadline_field(f"{dotted['month']}月{dotted['day']}日", context)
        return tuple(replace(one, text=text) for one in days)
    points = _ranges(text, _bare_ends(text, find_points(text, context)))
    points = [point for point in points if not _follows_issue(text, point) and not _PAST.search(text[: point.start])]
    # 2025年、2026年每年11月底前: the years say for how long it comes again
    again = [match.span() for match in _YEARS_AGAIN.finditer(fold(text))]
    points = [point for point in points if not any(start <= point.start and point.end <= end for start, end in again)]
    relative = _relative(text, context)
    if relative is not None and not points:
        return (relative,)
    event = _AFTER_EVENT.search(fold(text))
    if relative is None and event and not any(point.start > event.end() for point in points):
        return (Deadline(text=text, kind=DeadlineKind.STATED, doubt="自另一事项起算，没有确定的日子"),)
    if re.match(r"每(?:年|季度|个?月|半年|学期)", fold(text)) and not any(point.has_year for point in points):
        often, sign, rest = next(((text[:at], text[at], text[at + 1 :]) for at in _signs(text)), (text, "", ""))
        if sign and find_points(rest, context) and not re.search(r"各|每|分别", rest):
            # 每月25日前报送进展，12月15日前总结
            return (_whole(often, None), *parse_deadline_field(rest, context))
        return (_whole(text, None),)
    if len(points) <= 1:
        return (_whole(text, points[0] if points else None),)
    return _split(text, points)


def _signs(text: str) -> list[int]:
    return [at for at, char in enumerate(text) if char in "，,；;"]


def _bare_ends(text: str, points: list[Point]) -> list[Point]:
    """Read the ``6`` of ``6-9月`` and the ``6月`` of ``2024年6、9月`` as months of their own only where a range says so."""
    folded, out = fold(text), list[Point]()
    for point in points:
        head = folded[: point.start]
        found = re.search(r"(?:(?P<year>(?:19|20)\d{2})\s*年)?\s*(?P<month>\d{1,2})\s*(?:[-~至到]|--)\s*$", head)
        if found and out and not out[-1].precise and out[-1].start >= found.start():
            out.pop()
        if found and point.on and 1 <= int(found["month"]) <= 12 and (not out or found.start() >= out[-1].end):
            year = int(found["year"]) if found["year"] else point.on.year
            doubt = "" if found["year"] else point.doubt
            last = point.on if point.has_year else end_or_day(point.on, year)
            point = replace(point, start=found.start(), first=date(year, int(found["month"]), 1), on=last, doubt=doubt)
        out.append(point)
    return out


def end_or_day(day: date, year: int) -> date:
    """Move a day into another year; the 29th of February becomes the 28th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return end_of_month(year, day.month)


def _whole(text: str, point: Point | None) -> Deadline:
    folded = fold(text)
    long_term = bool(LONG_TERM.search(fold(text)))
    every = _every(folded)
    if every:
        on = point.on if point is not None and _stands_alone(folded, point) and not _is_start(folded, point) else None
        return Deadline(text=text, on=on, recurring=True, long_term=long_term, kind=DeadlineKind.RECURRING, every=every)
    if point is None:
        kind = DeadlineKind.LONG_TERM if long_term else DeadlineKind.STATED
        doubt = "" if long_term or _STATED.search(text) else "认不出日期"
        return Deadline(text=text, long_term=long_term, kind=kind, doubt=doubt)
    if _is_start(folded, point):
        return Deadline(text=text, long_term=long_term, kind=DeadlineKind.START, starts_on=point.first)
    starts_on = point.first if point.on and _is_range(folded, point) else None
    return Deadline(text=text, on=point.on, long_term=long_term, starts_on=starts_on, doubt=point.doubt)


def _stands_alone(folded: str, point: Point) -> bool:
    """Beside ``每…`` a day counts if it names its year, or stands in a clause of its own (``按月推进，12月底前完成``)."""
    found = _EVERY.search(folded)
    between = folded[min(found.end(), point.end) : max(found.start(), point.start)] if found else ""
    return point.has_year or bool(re.search(r"[,;。(]", between))


def _is_range(folded: str, point: Point) -> bool:
    return bool(re.search(r"[-~至到]", folded[point.start : point.end]))


def _every(folded: str) -> str:
    found = _EVERY.search(folded)
    if not found:
        return ""
    unit = next(value for value in found.groups() if value)
    return unit.removesuffix("度") if unit != "季度" else "季"


def _is_start(folded: str, point: Point) -> bool:
    if _is_range(folded, point):
        return False
    after = folded[point.end :]
    if _UNTIL_SEASON.match(after):
        return True
    # 4月启动，长期推进: what goes on for ever is not done when it begins
    return bool(_STARTS.match(after) or (re.match(r"\s*启动", after) and LONG_TERM.search(after)))


def _follows_issue(text: str, point: Point) -> bool:
    found = RELATIVE.search(fold(text))
    return bool(found and found.start() <= point.start < found.end())


# 2026年11月至2027年春节前: the end is no day of the calendar, and the beginning none by which it is done
_UNTIL_SEASON: Final = re.compile(rf"\s*(?:[-~至到]|--)\s*(?:20\d{{2}}年|次年|翌年)?(?:{_SEASON.pattern})")
# 已于2024年上线，持续优化: what is behind
_PAST: Final = re.compile(r"已(?:经)?(?:于|在)?\s*$")
_YEARS_AGAIN: Final = re.compile(r"20\d{2}年(?:[、和及]20\d{2}年)+(?=每)")
_BEGINS: Final = re.compile(r"[\d月日号底旬度年前](?:正式)?(?:启动|开始)(?:实施|建设|工作)?[。;,]?$")


def _split(text: str, points: list[Point]) -> tuple[Deadline, ...]:
    """Cut the words at the signs between the points, so that each deadline keeps its own words."""
    cuts = [0]
    for one, other in itertools.pairwise(points):
        gap = text[one.end : other.start]
        sign = max((gap.rfind(char) for char in "，；、,;\n。和及"), default=-1)
        cuts.append(one.end + sign + 1 if sign >= 0 else other.start)
    cuts.append(len(text))
    out = []
    for point, start, end in zip(points, cuts, cuts[1:], strict=False):
        piece = text[start:end].strip().strip("，；、,;。\n")
        offset = text.index(piece, start) if piece else start
        moved = replace(point, start=max(point.start - offset, 0), end=point.end - offset)
        out.append(_whole(piece, moved))
    # 一季度启动，年底前总结: of several days the one on which it begins is no deadline
    ends = [one for one in out if one.kind is not DeadlineKind.START and not _BEGINS.search(fold(one.text))]
    if ends and any(one.long_term for one in out if one not in ends):
        ends[-1] = replace(ends[-1], long_term=True)
    return tuple(ends) or tuple(out)


def _relative(text: str, context: TimeContext) -> Deadline | None:
    found = RELATIVE.search(fold(text))
    if not found:
        return None
    words = text[found.start() : found.end()].strip()
    amount = 0 if found["amount"] == "半" else number_of(found["amount"])
    if context.issued_on is None or amount is None:
        return Deadline(text=words, kind=DeadlineKind.RELATIVE, doubt="自印发起计算，但没有读到成文日期")
    on, doubt = _after(context.issued_on, amount, found["unit"])
    return Deadline(text=words, on=on, kind=DeadlineKind.RELATIVE, doubt=doubt)


def _after(day: date, amount: int, unit: str) -> tuple[date | None, str]:
    base = f"自成文日期{day.isoformat()}起计算"
    if unit == "工作日":
        return None, f"{base}，工作日须按节假日安排计算，请核定"
    if unit in ("日", "天"):
        return day + timedelta(days=amount), base
    if unit in ("周", "星期"):
        return day + timedelta(days=7 * amount), base
    months = amount * 12 if unit == "年" else amount
    if not months:
        return (day + timedelta(days=15) if unit == "月" else add_months(day, 6)), base
    return add_months(day, months), base


# --- deadlines in running text -------------------------------------------------------------------------------------

_QUOTED: Final = re.compile(
    r"《[^《》]*(?:《[^《》]*》[^《》]*)*》|[(]?[一-鿿]{1,8}[〔(\[]\s*(?:19|20)\d{2}\s*[〕)\]]\s*第?\d+号[)]?|[(][^()]*版[)]"
)
_AFTER_POINT: Final = re.compile(rf"\s*(?P<by>{BEFORE})")
_DONE: Final = re.compile(
    r"(?:要|应|须|须要|力争|基本|全部|全面|率先|初步|争取|确保|将|前后)?(?:组织|制定|研究)?"
    r"(?:完成|实现|建成|出台|印发|报送|启动|投入|形成|达到|上报|开展|竣工|建立|完工|开工|发布|公布|投用|拆除|办结|全覆盖|举办|召开)"
)
# 2025年，完成…；2026年，接入…
_YEARS_WORK: Final = re.compile(
    rf"\s*(?:基本|全面)?(?:完成|建成)|\s*,\s*(?:{_DONE.pattern}|接入|新增|新建|打造|推广|培育|覆盖)"
)
_REACH: Final = re.compile(r"(?:到|至|截至|截止|截止到|截至到)\s*$")
# 政策延长到今年年底: how long something holds
_HOLDS_UNTIL: Final = re.compile(
    r"(?:延长|延续|顺延|执行|暂缓|推迟|保留|有效期)(?:实施|执行|缴纳|施行)?(?:到|至)\s*$|"
    r"(?:政策|优惠|执行|缓缴|补贴|补助|享受|有效|受理|免征|减免)(?:实施|执行|享受|有效)?(?:期限|时限|时间|期)(?:为|均)?(?:截至|截止到?|暂定至|到|至)\s*$"
)
# 年内组织专项监督不少于2次: how often, not by when
_HOW_OFTEN: Final = re.compile(
    r"[^,;。]{0,40}?(?:不少于|不低于|不超过|不多于|至少|不得超过)[^,;。\d]{0,6}(?:\d+|[一二两三四五六七八九十]+)(?:次|轮|场|期|遍|批次)"
)
_BEGINS_CLAUSE: Final = re.compile(r"(?:^|[,;。:(\n]|于|在)\s*(?:力争|争取|确保|计划|拟|预计)?(?:于|在)?\s*$")
_FROM: Final = re.compile(r"(?:自|从|由)\s*$")
# 每季度末前通报
_AT_EACH_END: Final = re.compile(rf"每个?(?P<unit>季度?|月|半年)(?:[末底]{BEFORE}?|{BEFORE}|\d{{1,2}}日{BEFORE})")
# 年底前并长期坚持
_AND_ALWAYS: Final = re.compile(
    rf"\s*(?:{BEFORE})?(?:完成|落实)?[,、]?(?:并|且)(?:长期|持续)(?:坚持|推进|开展|保持|落实|实施)"
)


def find_prose_deadlines(text: str, context: TimeContext) -> tuple[Deadline, ...]:
    """
    Find the deadlines that stand in running text.

    Only words that say *by when* count: a day with ``前``, the end of a period, ``到2025年``, a day with ``完成``. A
    period in which something holds (``2019年1月1日至12月31日``) and a beginning (``自…起``) do not.
    """
    hidden = _QUOTED.sub(lambda match: "\uff0a" * len(match.group()), text)
    folded = fold(hidden)
    points = _ranges(hidden, _bare_ends(hidden, find_points(hidden, context)))
    out = []
    for point in points:
        found = _prose_deadline(text, folded, point, context.issued_on)
        if found is not None:
            out.append(found)
    for again in _AT_EACH_END.finditer(folded):
        if "日" in again.group() and any(one.on for one in out):
            continue
        every, words = again["unit"].removesuffix("度"), text[again.start() : again.end()]
        out.append(Deadline(text=words, recurring=True, kind=DeadlineKind.RECURRING, every=every, in_prose=True))
    out = [one for one in out if one.text != "全年" or not any(_is_by_then(other, one) for other in out)]
    relative = _relative(hidden, context)
    if relative is not None and not _OF_OTHERS.search(folded):
        out.append(replace(relative, in_prose=True))
    return _with_long_term(text, tuple(dict.fromkeys(out)))


def _is_by_then(one: Deadline, whole: Deadline) -> bool:
    """Beside a day of the same year ``全年`` says how much is done, and not by when."""
    return one is not whole and one.on is not None and whole.on is not None and one.on.year == whole.on.year


# 规范性文件应当自公布之日起15日内报备: the day of papers to come, not of this plan
_OF_OTHERS: Final = re.compile(
    r"[一-鿿](?:应当|应|须|要)?(?:自|从|在|于)(?:公布|发布|印发|出台|施行|实施)(?:之日)?(?:起|后)"
)


_WORK_PERIOD: Final = re.compile(
    r"(?:^|[。;,\n])\s*(?:(?:自|从|在|于|计划于|拟于|(?P<whose>[一-鿿]{2,8}于))\s*)?(?P<when>[^,。;\n]{2,26}?)(?:期间)?\s*(?=,|集中|组织|开展|实施|统一|对|登录|报名|参加|进行)(?=(?P<work>[^。;\n]*))"
)
_NO_WORK: Final = re.compile(
    r"(?:印发|出台|发布|召开|启动|通过)了|国务院|党中央|习近平|已|曾|返还|放宽|费率|税率|优惠|奖补|免征|减免|减按|减半|享受|补贴|补助|继续执行|有效|实现(?:营|税|增)|累计|同比|共(?:办|查|立|受)"
)


# 6月、11月各组织一次集中评查
_EACH_OF: Final = re.compile(r"(?:^|[。;,\n])\s*(?P<when>(?:\d{1,2}月份?[、和及])+\d{1,2}月份?)\s*(?:各|分别)")


def says_more(one: Deadline, labelled: Iterable[Deadline]) -> bool:
    """Say whether a deadline in the text says more than those of the label beside it; ``年内`` and that it goes on say less."""
    known = {other.on for other in labelled if other.on}
    if not one.on:
        return not (known and one.long_term)
    is_vague = bool(re.fullmatch(r"年度?内|全年", one.text))
    return one.on not in known and not (known and is_vague)


def find_work_months(text: str, context: TimeContext) -> tuple[Deadline, ...]:
    """The months in each of which the work is done once."""
    found = _EACH_OF.search(fold(text))
    if found is None:
        return ()
    days = parse_deadline_field(text[found.start("when") : found.end("when")], context)
    return tuple(replace(one, in_prose=True) for one in days if one.on)


def find_work_period(text: str, context: TimeContext) -> Deadline | None:
    """``2026年5月至7月，围绕…开展专项监督``: a sentence begins with the period of the work, whose end is the deadline."""
    folded = fold(text)
    for found in _WORK_PERIOD.finditer(folded):
        when = text[found.start("when") : found.end("when")]
        points = _ranges(when, _bare_ends(when, find_points(when, context)))
        point = points[0] if len(points) == 1 else None
        if point is None or point.on is None or _NO_WORK.search(found["work"]) or _HOW_OFTEN.match(found["work"]):
            continue
        is_past = context.issued_on is not None and point.on < context.issued_on
        says_when = (point.precise and not found["whose"]) or _is_range(fold(when), point)
        if point.start == 0 and point.end == len(when) and says_when and not is_past:
            return Deadline(text=when, on=point.on, starts_on=point.first, in_prose=True, doubt=point.doubt)
    return None


_LONG_CLAUSE: Final = re.compile(
    r"(?:(?<=[，,；;。])|^)\s*(?:并|且)?(?P<words>长期(?:坚持|推进|实施|落实|保持))\s*(?=[。；;，,]|$)"
)


def _with_long_term(text: str, found: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
    """A clause of its own says that the work goes on; beside a day it belongs to that day."""
    match = _LONG_CLAUSE.search(fold(text))
    if match is None:
        return found
    dated = [at for at, one in enumerate(found) if one.on is not None]
    if dated:
        return tuple(replace(one, long_term=True) if at == dated[-1] else one for at, one in enumerate(found))
    return (*found, Deadline(text=match["words"], long_term=True, kind=DeadlineKind.LONG_TERM, in_prose=True))


def _prose_deadline(text: str, folded: str, point: Point, issued_on: date | None) -> Deadline | None:
    before, after = folded[: point.start], folded[point.end :]
    words = folded[point.start : point.end]
    if _STARTS.match(after) or _FROM.search(before) or re.match(r"\s*(?:年度|度|版|年以来|以来|[\d.%])", after):
        return None
    if re.fullmatch(r"年[终底末]", words.strip()) and re.match(
        r"\s*(?:工作)?(?:总结|考核|考评|述职|述法|评议|绩效)", after
    ):
        # 年终总结 is a thing, no day
        return None
    if re.search(r"[\d.\-/第]$", before) and not re.search(r"(?:^|\n)\s*\d{1,2}[.]$", before):
        # 1.2021年8月底前: the mark of a point stands in front
        return None
    if _HOLDS_UNTIL.search(before) or _PAST.search(before):
        return None
    by = _AFTER_POINT.match(after)
    if by and _WHAT_WAS.match(after, by.end()):
        return None
    if re.fullmatch(r"(?:20\d{2}\s*年)?(?:年度?内|全年)", words.strip()) and _HOW_OFTEN.match(after):
        return None
    reach = _REACH.search(before)
    every = re.search(r"每(?:年|季度|月|半年)(?:的)?\s*$", before)
    at_end = bool(re.search(r"[底末内终]$", words))
    if every:
        if not by and not at_end:
            return None
        end = point.end + (by.end() if by else 0)
        unit = every.group().strip().removeprefix("每").removesuffix("的").removesuffix("度")
        return Deadline(
            text=text[every.start() : end], recurring=True, kind=DeadlineKind.RECURRING, every=unit, in_prose=True
        )
    if _is_range(words, point) or (point.on is None and not by):
        return None
    done = bool(point.precise and _DONE.match(after.lstrip(", ")))
    if not point.precise and point.has_year and _YEARS_WORK.match(after):
        is_past = issued_on is not None and point.on is not None and point.on < issued_on
        done = not is_past
    done = done and (point.has_year or (bool(_BEGINS_CLAUSE.search(before)) and not after.startswith("前后")))
    closes = re.search(
        r"截止(?:时间|日期)?(?:为|是|:|到|至|于)?\s*$|(?<!当前)(?:考试|活动|检查|举办|召开|报送|评查|培训|测试)时间(?:为|是)\s*$",
        before,
    )
    if not (by or at_end or done or closes or (reach and point.has_year)):
        return None
    start = reach.start() if reach and not by else point.start
    always = _AND_ALWAYS.match(after)
    end = point.end + (always.end() if always else by.end() if by else 0)
    doubt = point.doubt
    if not doubt and by and not at_end and not re.search(r"[日号旬]$", words) and re.search(r"[年月度]$", words):
        doubt = f"“{text[point.start : end]}”按该期间的最后一日"
    return Deadline(text=text[start:end].strip(), on=point.on, long_term=bool(always), in_prose=True, doubt=doubt)
