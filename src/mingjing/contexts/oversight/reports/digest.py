"""The figures of a report, counted once and shared by page, workbook and notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from mingjing.contexts.oversight.reports.findings import FindingStore
from mingjing.contexts.oversight.reports.labels import SEVERITIES, Place
from mingjing.contexts.oversight.reports.result import RuleResult, Summary
from mingjing.kernel.moments import add_months

TREND_MONTHS: Final = 18
SHARE_NEEDS_CASES: Final = 100
"""Below so many cases a share says little, and no agency is named for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Findings by severity."""

    fatal: int = 0
    serious: int = 0
    notice: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.fatal + self.serious + self.notice

    def __add__(self, other: "Count") -> "Count":
        return Count(
            fatal=self.fatal + other.fatal, serious=self.serious + other.serious, notice=self.notice + other.notice
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFigures:
    """What came of one agency."""

    number: int
    agency_id: str
    name: str
    short: str
    cases: int | None
    cases_found: int
    count: Count
    top_rule: RuleResult | None
    top_rule_findings: int

    @property
    def share(self) -> float | None:
        """Cases with a finding among all its cases."""
        return self.cases_found / self.cases if self.cases else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """What came of one rule."""

    rule: RuleResult
    count: int
    agencies: int
    worst_agency: str
    worst_agency_findings: int

    @property
    def share(self) -> float | None:
        """Findings among the subjects checked."""
        return self.count / self.rule.subjects if self.rule.subjects else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """What fell in one month; ``month`` is empty where no day is known, and ``label`` says so."""

    month: str
    label: str
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Everything that is counted for a report."""

    title: str
    place: Place
    issued_on: date
    summary: Summary
    rules: tuple[RuleFigures, ...]
    agencies: tuple[AgencyFigures, ...]
    cells: Mapping[tuple[str, str], int] = field(repr=False)
    months: tuple[MonthFigures, ...]
    count: Count
    cases: int | None
    cases_found: int
    inspections: int | None
    notes: tuple[str, ...]

    @property
    def evaluated(self) -> tuple[RuleFigures, ...]:
        """Rules that were checked."""
        return tuple(one for one in self.rules if one.rule.evaluated)

    @property
    def found(self) -> tuple[RuleFigures, ...]:
        """Rules with findings, in the library's order."""
        return tuple(one for one in self.rules if one.count)

    @property
    def not_evaluated(self) -> tuple[RuleResult, ...]:
        """Rules that could not be checked."""
        return tuple(one.rule for one in self.rules if not one.rule.evaluated)

    @property
    def answerable(self) -> tuple[AgencyFigures, ...]:
        """Agencies with findings, most first."""
        return tuple(one for one in self.agencies if one.count.total)

    @property
    def checks(self) -> int:
        """How many times a rule was held against a subject."""
        return sum(one.rule.subjects for one in self.rules)

    @property
    def reply_due_on(self) -> date:
        """When the answer is due if the notice is received on the day it is dated."""
        return self.issued_on + timedelta(days=self.place.reply_days)


def common_prefix(names: list[str]) -> str:
    """Return the place name that all names begin with (``泗水县``), or nothing."""
    if len(names) < 2:
        return ""
    low, high = min(names), max(names)
    length = next((at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    shared = low[:length]
    end = max(shared.rfind(mark) for mark in "省市县区")
    prefix = shared[: end + 1]
    # A name that is nothing but the place keeps it: a column head must not be empty.
    return prefix if prefix and all(len(name) > len(prefix) + 1 for name in names) else ""


def _counts(rows: list[tuple[Any, ...]]) -> dict[str, Count]:
    counts: dict[str, dict[str, int]] = {}
    for key, severity, number in rows:
        kind = severity if severity in SEVERITIES else "notice"
        counts.setdefault(key, dict.fromkeys(SEVERITIES, 0))[kind] += number
    return {key: Count(**value) for key, value in counts.items()}


def _agencies(store: FindingStore, rules: Mapping[str, RuleResult]) -> tuple[AgencyFigures, ...]:
    counts = _counts(store.query("SELECT agency_id, severity, count(*) FROM shown GROUP BY ALL"))
    found = dict(
        store.query("SELECT agency_id, count(DISTINCT subject_id) FROM shown WHERE subject = 'case' GROUP BY 1")
    )
    top = {
        agency: (rule, number)
        for agency, rule, number in store.query(
            """SELECT DISTINCT ON (agency_id) agency_id, rule_id, n FROM
            (SELECT agency_id, rule_id, count(*) AS n, min(gravity) AS g FROM shown GROUP BY ALL)
            ORDER BY agency_id, n DESC, g, rule_id"""
        )
    }
    cases = store.cases_by_agency()
    names = dict(store.query("SELECT agency_id, name FROM agency"))
    for agency in cases:
        names.setdefault(agency, agency)
    prefix = common_prefix([name for agency, name in names.items() if agency])
    ranked = sorted(names, key=lambda one: (-counts.get(one, Count()).total, names[one], one))
    return tuple(
        AgencyFigures(
            number=number,
            agency_id=agency,
            name=names[agency],
            short=names[agency].removeprefix(prefix),
            cases=cases.get(agency, 0) if cases else None,
            cases_found=found.get(agency, 0),
            count=counts.get(agency, Count()),
            top_rule=rules.get(top[agency][0]) if agency in top else None,
            top_rule_findings=top[agency][1] if agency in top else 0,
        )
        for number, agency in enumerate(ranked)
        if agency or agency in counts
    )


def _months(store: FindingStore, as_of: date) -> tuple[MonthFigures, ...]:
    counts = _counts(store.query("SELECT month, severity, count(*) FROM shown GROUP BY ALL"))
    last = as_of.replace(day=1)
    window = [add_months(last, -back).isoformat()[:7] for back in range(TREND_MONTHS - 1, -1, -1)]
    older = sum((count for month, count in counts.items() if month and month < window[0]), Count())
    newer = sum((count for month, count in counts.items() if month > window[-1]), Count())
    months = [MonthFigures(month=month, label=month, count=counts.get(month, Count())) for month in window]
    if older.total:
        months.insert(0, MonthFigures(month="", label="更早", count=older))
    if newer.total:
        months.append(MonthFigures(month="", label="截至日后", count=newer))
    if "" in counts:
        months.append(MonthFigures(month="", label="无日期", count=counts[""]))
    return tuple(months)


def _rules(store: FindingStore, rules: tuple[RuleResult, ...]) -> tuple[RuleFigures, ...]:
    rows = store.query(
        """SELECT rule_id, sum(n), count(*), first(name ORDER BY n DESC, name, agency_id), max(n) FROM
        (SELECT rule_id, agency_id, any_value(agency) AS name, count(*) AS n FROM shown GROUP BY rule_id, agency_id)
        GROUP BY rule_id"""
    )
    by_rule = {row[0]: row[1:] for row in rows}
    return tuple(
        RuleFigures(
            rule=rule,
            count=int(by_rule[rule.rule_id][0]) if rule.rule_id in by_rule else 0,
            agencies=by_rule[rule.rule_id][1] if rule.rule_id in by_rule else 0,
            worst_agency=by_rule[rule.rule_id][2] if rule.rule_id in by_rule else "",
            worst_agency_findings=by_rule[rule.rule_id][3] if rule.rule_id in by_rule else 0,
        )
        for rule in rules
    )


def _with_strangers(store: FindingStore, rules: tuple[RuleResult, ...]) -> tuple[RuleResult, ...]:
    """Add rules that have findings and do not stand in ``rules.json``, so that no finding is lost."""
    known = {rule.rule_id for rule in rules}
    rows = store.query(
        "SELECT rule_id, first(severity ORDER BY gravity, severity), min(subject) FROM shown GROUP BY 1 ORDER BY 1"
    )
    strangers = [row for row in rows if row[0] not in known]
    return rules + tuple(
        RuleResult(
            number=number,
            rule_id=rule_id,
            title=rule_id,
            statement="规则清单（rules.json）没有说明这条规则。",
            kind="",
            subject=subject,
            severity=severity,
            citations=(),
            evaluated=True,
            missing=(),
            subjects=0,
            not_evaluated_subjects=0,
            declared_findings=0,
            remedy="",
        )
        for number, (rule_id, severity, subject) in enumerate(strangers, len(rules))
    )


def _notes(store: FindingStore, figures: tuple[RuleFigures, ...]) -> tuple[str, ...]:
    notes = []
    differing = [one.rule.title for one in figures if one.rule.declared_findings != one.count]
    if differing:
        notes.append(
            f"规则清单与问题清单的条数不一致（以问题清单为准）：{'、'.join(differing[:5])}等 {len(differing)} 条规则。"
        )
    nameless = store.query("SELECT count(*) FROM shown WHERE agency_id = ''")[0][0]
    if nameless:
        notes.append(f"有 {nameless:,} 条问题没有标明执法主体，不能制作监督通知书。")
    unnamed = store.query("SELECT count(*) FROM agency WHERE agency_id <> '' AND name = agency_id")[0][0]
    if unnamed:
        notes.append(f"有 {unnamed:,} 个执法主体只有编码没有名称，请补充《执法主体》表。")
    return tuple(notes)


def make_digest(*, store: FindingStore, summary: Summary, title: str, place: Place, issued_on: date) -> Digest:
    """Count everything that a report shows."""
    rules = _with_strangers(store, summary.rules)
    figures = _rules(store, rules)
    counts = _counts(store.query("SELECT '', severity, count(*) FROM shown GROUP BY ALL"))
    cells = {
        (agency, rule): number
        for agency, rule, number in store.query("SELECT agency_id, rule_id, count(*) FROM shown GROUP BY ALL")
    }
    return Digest(
        title=title,
        place=place,
        issued_on=issued_on,
        summary=summary,
        rules=figures,
        agencies=_agencies(store, {rule.rule_id: rule for rule in rules}),
        cells=cells,
        months=_months(store, summary.as_of),
        count=counts.get("", Count()),
        cases=store.count("cases"),
        cases_found=store.query("SELECT count(DISTINCT subject_id) FROM shown WHERE subject = 'case'")[0][0],
        inspections=store.count("inspections"),
        notes=_notes(store, figures),
    )
