"""
Statutory periods: when they end, and why.

A period is counted from the day after its start. Its unit belongs to the provision, never to a setting: 行政处罚法 art. 85
makes some periods working days and leaves the others calendar days. The steps are always taken in the same order:

1. the amount, together with extensions by an amount;
2. suspensions, merged, in the order of their days; one counts if it begins no later than the day reached so far;
3. extensions to a named day, within what the provision allows;
4. the roll from a rest day to the next working day, only where the provision is read so (reading INT-0001).

Nothing here knows today's date. Where the holiday notice of a year that matters is not loaded, the result says so.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import assert_never

from mingjing.kernel.errors import DomainError
from mingjing.kernel.moments import Moment, add_months
from mingjing.law.calendars import WEEKDAYS, Calendar, DayOutOfRangeError
from mingjing.law.calendars import calendar as stored_calendar
from mingjing.law.citations import Citation
from mingjing.law.parameters import ParameterValue


class InvalidTimeLimitError(DomainError):
    """The amount, the unit or an interval makes no period."""

    code = "deadline.invalid_time_limit"


class HourUnknownError(DomainError):
    """A period of hours starts at a moment whose hour is not recorded."""

    code = "deadline.hour_unknown"


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"

    @property
    def label(self) -> str:
        """Name the unit after a number."""
        return _UNIT_LABELS[self]


_UNIT_LABELS = {
    Unit.WORKING_DAY: "个工作日",
    Unit.CALENDAR_DAY: "日",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
    Unit.HOUR: "小时",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """
    A period fixed by a provision. ``rolls`` says that a last day on a rest day moves to the next working day.

    :raises InvalidTimeLimitError: if the amount is negative
    """

    amount: int
    unit: Unit
    rolls: bool = False
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise InvalidTimeLimitError(f"期限不能是负数：{self.amount}{self.unit.label}。", amount=self.amount)

    @property
    def label(self) -> str:
        """Write amount and unit: 90日, 7个工作日."""
        return f"{self.amount}{self.unit.label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """
    An interval that is not counted: from ``from_day`` up to, but not including, ``until_day``.

    :raises InvalidTimeLimitError: if it ends before it begins
    """

    from_day: date
    until_day: date
    ground: str = "中止"

    def __post_init__(self) -> None:
        if self.until_day < self.from_day:
            raise InvalidTimeLimitError(
                f"“{self.ground}”的结束日（{self.until_day}）早于开始日（{self.from_day}）。", ground=self.ground
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """
    A longer period, approved: by ``amount`` (in the unit of the limit) or to the day ``extends_to``.

    ``at_most`` bounds both, in the unit of the limit: an approval beyond it reaches only as far as the provision allows.
    An extension never shortens a period.

    :raises InvalidTimeLimitError: if not exactly one of amount and day is given, or a number is negative
    """

    amount: int | None = None
    extends_to: date | None = None
    at_most: int | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if (self.amount is None) == (self.extends_to is None):
            raise InvalidTimeLimitError("延长须写明延长多少，或者延长到哪一天，二者只写一项。")
        if min(self.amount or 0, self.at_most or 0) < 0:
            raise InvalidTimeLimitError("延长的数量不能是负数。")

    @property
    def granted(self) -> int:
        """Return the amount that counts, after the bound."""
        amount = self.amount or 0
        return amount if self.at_most is None else min(amount, self.at_most)


class StepKind(StrEnum):
    """What a step of a count did."""

    BASE = "base"
    SUSPENDED = "suspended"
    NOT_SUSPENDED = "not_suspended"
    EXTENDED = "extended"
    NOT_EXTENDED = "not_extended"
    ROLLED = "rolled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a count: the last day before it and after it, and by how many units it moved."""

    kind: StepKind
    before: date
    after: date
    amount: int = 0
    from_day: date | None = None
    until_day: date | None = None
    ground: str = ""
    citation: Citation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """
    The end of a period, with the way there.

    ``due`` is the last day on which the act is in time; ``due_at`` has the hour where the period is one of hours.
    ``provisional`` means that the notices of ``missing_years`` are not loaded, so the day may still change.
    """

    start: date
    limit: TimeLimit
    due: date
    due_at: Moment | None
    missing_years: tuple[int, ...]
    steps: tuple[Step, ...]
    calendar: Calendar = field(repr=False, compare=False)

    @property
    def provisional(self) -> bool:
        """Say whether a holiday notice that matters is not loaded."""
        return bool(self.missing_years)

    def explain(self) -> tuple[str, ...]:
        """Tell in Chinese, line by line, how the last day was reached."""
        return tuple(_explain(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A time to wait: an act up to and including ``last`` comes too early; ``free_from`` is the first day after it."""

    last: date
    free_from: date
    deadline: Deadline


def limit_of(value: ParameterValue, *, rolls: bool = False) -> TimeLimit:
    """
    Make a time limit of a parameter's value.

    :raises InvalidTimeLimitError: if the parameter is no period
    """
    try:
        unit = Unit(value.unit)
    except ValueError as error:
        raise InvalidTimeLimitError(f"这个参数不是期限：{value.label}。", unit=value.unit) from error
    return TimeLimit(amount=value.whole, unit=unit, rolls=rolls, citation=value.citation)


def count(
    start: date | Moment,
    limit: TimeLimit,
    suspensions: Iterable[Suspension] = (),
    extensions: Iterable[Extension] = (),
    calendar: Calendar | None = None,
) -> Deadline:
    """
    Count a period from the day after ``start``.

    A period of hours runs from the recorded moment and knows neither suspension nor extension.

    :raises HourUnknownError: if the period is one of hours and the hour of ``start`` is not known
    :raises InvalidTimeLimitError: if a period of hours comes with suspensions or extensions
    :raises DayOutOfRangeError: if the end lies beyond the year 9999
    """
    calendar = stored_calendar() if calendar is None else calendar
    moment = start if isinstance(start, Moment) else Moment.of(start)
    pauses, longer = tuple(suspensions), tuple(extensions)
    if limit.unit is Unit.HOUR:
        if pauses or longer:
            raise InvalidTimeLimitError("以小时计的期限不能中止或者延长。")
        return _count_hours(moment, limit, calendar)
    try:
        return _count_days(moment.day, limit, pauses, longer, calendar)
    except (OverflowError, ValueError) as error:
        raise DayOutOfRangeError("推算的日期超出公元1年至9999年，请核对起算日和日数。") from error


def due(start: date, limit: TimeLimit, calendar: Calendar) -> date:
    """Return the last day of a period that is neither suspended nor extended nor rolled."""
    return _advance(start, limit.amount, limit.unit, calendar)


def window(start: date, limit: TimeLimit, calendar: Calendar | None = None) -> Window:
    """Return the window after ``start`` within which an act would come too early."""
    deadline = count(start, limit, calendar=calendar)
    return Window(last=deadline.due, free_from=deadline.due + timedelta(days=1), deadline=deadline)


def earliest(start: date, limit: TimeLimit, calendar: Calendar | None = None) -> Deadline:
    """Return the first day on which an act is far enough after ``start``: the n-th day after it, itself included."""
    return count(start, limit, calendar=calendar)


def latest_start(act: date, limit: TimeLimit, calendar: Calendar | None = None) -> date:
    """
    Return the last day on which one may still give notice of an act that needs ``limit`` days of notice.

    :raises InvalidTimeLimitError: if the limit is not in working or calendar days
    """
    calendar = stored_calendar() if calendar is None else calendar
    if limit.unit is Unit.CALENDAR_DAY or limit.amount == 0:
        return act - timedelta(days=limit.amount)
    if limit.unit is not Unit.WORKING_DAY:
        raise InvalidTimeLimitError("提前通知的期限只能以工作日或者日计。")
    # The n-th working day after a start s is on or before the act iff ordinal(s) <= ordinal(act) - n; rest days share
    # the ordinal of the working day before them.
    ordinal = calendar.working_days_through(act) - limit.amount
    return calendar.day_of_ordinal(ordinal + 1) - timedelta(days=1)


class Period(StrEnum):
    """A period of the calendar that ends on a fixed day."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_MONTHS_OF = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: 12}


def end_of(period: Period, day: date) -> date:
    """Return the last day of the month, quarter, half-year or year that ``day`` lies in."""
    months = _MONTHS_OF[period]
    last_month = ((day.month - 1) // months + 1) * months
    return date(day.year, last_month, monthrange(day.year, last_month)[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyDay:
    """
    A day of every year by which something is due, such as 31 March; 29 February falls on the 28th in common years.

    :raises InvalidTimeLimitError: if no year has such a day
    """

    month: int
    day: int
    rolls: bool = False
    citation: Citation | None = None

    def __post_init__(self) -> None:
        try:
            date(2024, self.month, self.day)
        except ValueError as error:
            raise InvalidTimeLimitError(f"没有{self.month}月{self.day}日这一天。") from error

    def in_year(self, year: int, calendar: Calendar | None = None) -> date:
        """Return the day in this year, rolled where it rolls."""
        last = end_of(Period.MONTH, date(year, self.month, 1))
        day = date(year, self.month, min(self.day, last.day))
        if not self.rolls:
            return day
        return (stored_calendar() if calendar is None else calendar).next_working_day(day)

    def next_on_or_after(self, day: date, calendar: Calendar | None = None) -> date:
        """Return the next such day that is not before ``day``."""
        # A rolled day of the year before may still lie ahead.
        candidates = (self.in_year(year, calendar) for year in range(day.year - 1, day.year + 2))
        return next(candidate for candidate in candidates if candidate >= day)


def merge(start: date, suspensions: Iterable[Suspension]) -> tuple[Suspension, ...]:
    """
    Clip suspensions to the period and join those that overlap or touch, in the order of their days.

    What lies before ``start`` does not count; grounds of joined intervals are kept.
    """
    merged: list[Suspension] = []
    for each in sorted(suspensions, key=lambda pause: (pause.from_day, pause.until_day)):
        first = max(each.from_day, start)
        if each.until_day <= first:
            continue
        if merged and first <= merged[-1].until_day:
            grounds = merged[-1].ground.split("、")
            ground = merged[-1].ground if each.ground in grounds else f"{merged[-1].ground}、{each.ground}"
            until = max(merged[-1].until_day, each.until_day)
            merged[-1] = Suspension(from_day=merged[-1].from_day, until_day=until, ground=ground)
        else:
            merged.append(Suspension(from_day=first, until_day=each.until_day, ground=each.ground))
    return tuple(merged)


def _count_days(
    start: date,
    limit: TimeLimit,
    suspensions: Sequence[Suspension],
    extensions: Sequence[Extension],
    calendar: Calendar,
) -> Deadline:
    reached = due(start, limit, calendar)
    steps = [Step(kind=StepKind.BASE, before=start, after=reached, amount=limit.amount, citation=limit.citation)]
    total = limit.amount
    for extension in extensions:
        if extension.amount is not None:
            total += extension.granted
            steps.append(_step_of(extension, reached, _advance(start, total, limit.unit, calendar)))
            reached = steps[-1].after
    for pause in merge(start, suspensions):
        steps.append(_suspend(reached, pause, limit.unit, calendar))
        reached = steps[-1].after
    unextended = reached
    for extension in extensions:
        if extension.extends_to is not None:
            bound = extension.extends_to
            if extension.at_most is not None:
                bound = min(bound, _advance(unextended, extension.at_most, limit.unit, calendar))
            steps.append(_step_of(extension, reached, max(reached, bound)))
            reached = steps[-1].after
    unrolled = reached
    if limit.rolls and not calendar.is_working_day(reached):
        reached = calendar.next_working_day(reached)
        steps.append(Step(kind=StepKind.ROLLED, before=unrolled, after=reached))
    return Deadline(
        start=start,
        limit=limit,
        due=reached,
        due_at=None,
        missing_years=_missing_years(start, unrolled, reached, limit, calendar),
        steps=tuple(steps),
        calendar=calendar,
    )


def _count_hours(start: Moment, limit: TimeLimit, calendar: Calendar) -> Deadline:
    if start.clock is None:
        raise HourUnknownError(f"{start.isoformat()}没有记录时刻，无法按小时计算，请补记几时几分。", start=start.day)
    try:
        end = datetime.combine(start.day, start.clock) + timedelta(hours=limit.amount)
    except OverflowError as error:
        raise DayOutOfRangeError("推算的日期超出公元1年至9999年，请核对起算日和日数。") from error
    step = Step(kind=StepKind.BASE, before=start.day, after=end.date(), amount=limit.amount, citation=limit.citation)
    return Deadline(
        start=start.day,
        limit=limit,
        due=end.date(),
        due_at=Moment.of(end),
        missing_years=(),
        steps=(step,),
        calendar=calendar,
    )


def _advance(day: date, amount: int, unit: Unit, calendar: Calendar) -> date:
    """Move ``day`` by so many units."""
    match unit:
        case Unit.WORKING_DAY:
            return calendar.day_of_ordinal(calendar.working_days_through(day) + amount) if amount else day
        case Unit.CALENDAR_DAY:
            return day + timedelta(days=amount)
        case Unit.MONTH:
            return add_months(day, amount)
        case Unit.YEAR:
            return add_months(day, 12 * amount)
        case Unit.HOUR:
            raise InvalidTimeLimitError("以小时计的期限须从记录的时刻起算。")
        case _:
            assert_never(unit)


def _suspend(reached: date, pause: Suspension, unit: Unit, calendar: Calendar) -> Step:
    if pause.from_day > reached:
        kind, after, amount = StepKind.NOT_SUSPENDED, reached, 0
    elif unit is Unit.WORKING_DAY:
        amount = _working_days_before(pause.until_day, calendar) - _working_days_before(pause.from_day, calendar)
        kind, after = StepKind.SUSPENDED, _advance(reached, amount, unit, calendar)
    else:
        amount = (pause.until_day - pause.from_day).days
        kind, after = StepKind.SUSPENDED, reached + timedelta(days=amount)
    return Step(
        kind=kind,
        before=reached,
        after=after,
        amount=amount,
        from_day=pause.from_day,
        until_day=pause.until_day,
        ground=pause.ground,
    )


def _working_days_before(day: date, calendar: Calendar) -> int:
    return calendar.working_days_through(day) - calendar.is_working_day(day)


def _step_of(extension: Extension, before: date, after: date) -> Step:
    return Step(
        kind=StepKind.EXTENDED if after > before else StepKind.NOT_EXTENDED,
        before=before,
        after=after,
        amount=extension.granted,
        until_day=extension.extends_to,
        citation=extension.citation,
    )


def _missing_years(start: date, unrolled: date, reached: date, limit: TimeLimit, calendar: Calendar) -> tuple[int, ...]:
    """List the years whose notice matters: all that working days are counted through, or the one that the roll asks."""
    if limit.unit is Unit.WORKING_DAY:
        return calendar.unloaded_years(start, reached)
    if limit.rolls:
        return calendar.unloaded_years(unrolled, reached)
    return ()


def _explain(deadline: Deadline) -> Iterable[str]:
    limit, book = deadline.limit, deadline.calendar
    basis = f"依据{limit.citation.label}，" if limit.citation else ""
    if deadline.due_at is not None:
        yield f"{basis}期限{limit.label}，从记录的时刻连续计算。"
        yield f"届满时刻：{deadline.due_at.isoformat()}（{book.describe(deadline.due)}）。"
        return
    yield f"{basis}期限{limit.label}。"
    if limit.amount == 0:
        yield f"须在{_name(deadline.start, book)}当日完成。"
    else:
        following = deadline.start + timedelta(days=1)
        yield f"起始日{_name(deadline.start, book)}不计，从{_name(following, book)}起算。"
    for step in deadline.steps:
        yield from _explain_step(step, limit, book)
    if deadline.provisional:
        years = "、".join(f"{year}年" for year in deadline.missing_years)
        yield f"暂定届满日：{_name(deadline.due, book)}。{years}的节假日安排尚未收录，收录后可能变动。"
    else:
        yield f"届满日：{_name(deadline.due, book)}。"


def _explain_step(step: Step, limit: TimeLimit, book: Calendar) -> Iterable[str]:
    unit = limit.unit.label if limit.unit is Unit.WORKING_DAY else "日"
    match step.kind:
        case StepKind.BASE if limit.unit is Unit.WORKING_DAY:
            yield from _runs(step.before, step.after, book)
        case StepKind.BASE if limit.amount:
            yield f"计满{limit.label}，最后一日是{_name(step.after, book)}。"
        case StepKind.BASE:
            pass
        case StepKind.SUSPENDED:
            yield (
                f"扣除{step.ground}：{step.from_day}起至{step.until_day}前，共{step.amount}{unit}，"
                f"最后一日由{step.before}移到{_name(step.after, book)}。"
            )
            if limit.unit is Unit.WORKING_DAY:
                yield from _rests(step.before, step.after, book)
        case StepKind.NOT_SUSPENDED:
            yield f"{step.ground}从{step.from_day}开始，已过最后一日{step.before}，不扣除。"
        case StepKind.EXTENDED:
            how = f"延长到{step.until_day}" if step.until_day else f"延长{step.amount}{limit.unit.label}"
            basis = f"依据{step.citation.label}" if step.citation else "经批准"
            capped = "（超出允许的延长，只算到允许的最后一日）" if step.until_day not in (None, step.after) else ""
            yield f"{basis}{how}{capped}，最后一日由{step.before}移到{_name(step.after, book)}。"
        case StepKind.NOT_EXTENDED:
            yield f"延长没有晚于原来的最后一日{step.before}，不改变届满日。"
        case StepKind.ROLLED:
            yield f"{_name(step.before, book)}是休息日，顺延到其后第一个工作日{_name(step.after, book)}。"
        case _:
            assert_never(step.kind)


def _name(day: date, book: Calendar) -> str:
    return f"{day}（{book.describe(day)}）"


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _runs(start: date, last: date, book: Calendar) -> Iterable[str]:
    """Tell every day after ``start``, in runs of days that are counted or skipped for the same reason."""
    counted = 0
    for (why, loaded), group in groupby(_days(start + timedelta(days=1), last), key=lambda day: _class(day, book)):
        days = tuple(group)
        guess = "" if loaded else f"（{days[0].year}年节假日安排未收录，暂按周一至周五为工作日）"
        if why:
            yield f"{_rest_span(days)}：{why}，不计{guess}。"
            continue
        first, counted = counted + 1, counted + len(days)
        number = f"第{first}" if first == counted else f"第{first}至第{counted}"
        yield f"{_working_span(days)}：{number}个工作日{guess}。"


def _rests(before: date, after: date, book: Calendar) -> Iterable[str]:
    """Tell which rest days were skipped on the way from one last day to the next."""
    for (why, _), group in groupby(_days(before + timedelta(days=1), after), key=lambda day: _class(day, book)):
        if why:
            yield f"{_rest_span(tuple(group))}：{why}，不计。"


def _class(day: date, book: Calendar) -> tuple[str, bool]:
    """Say why a day is not counted (empty: it is), and whether its year is loaded."""
    return _why_rest(day, book), book.is_loaded(day.year)


def _working_span(days: Sequence[date]) -> str:
    swapped = {day: "，调休上班" for day in days if day.weekday() >= 5}
    ends = [f"{day}（{WEEKDAYS[day.weekday()]}{swapped.get(day, '')}）" for day in (days[0], days[-1])]
    return "至".join(dict.fromkeys(ends))


def _rest_span(days: Sequence[date]) -> str:
    return "至".join(dict.fromkeys(f"{day}（{WEEKDAYS[day.weekday()]}）" for day in (days[0], days[-1])))


def _why_rest(day: date, book: Calendar) -> str:
    if book.is_working_day(day):
        return ""
    year = book.years.get(day.year)
    festival = year.holidays.get(day) if year else None
    return f"{festival}放假" if festival else "周末"
