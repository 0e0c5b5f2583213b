"""
Indicators over the facts in force: every figure with its bounds, its colour, and the rows that it is made of.

Nothing here knows the database: facts are a folder, agencies are ids, and what comes out is frozen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb

from mingjing.domain.indicators.aggregates import Aggregate, Measure, Related, needs
from mingjing.domain.indicators.definitions import Definition, FactsSource, RuleSource
from mingjing.domain.indicators.evaluate import Tally
from mingjing.domain.indicators.judging import (
    HUNDRED,
    Around,
    Figure,
    Form,
    Judgement,
    judge,
    made,
    not_evaluated,
    share,
)
from mingjing.domain.indicators.periods import Period, PeriodKind, periods_up_to, to_date
from mingjing.domain.rules.library import rule_of
from mingjing.domain.rules.model import Rule, Subject
from mingjing.engine.aggregates import SHAPES, Tallies, open_facts, open_periods, rows_query, summed
from mingjing.engine.compile import missing_of
from mingjing.engine.duck import DuckEngine, Evaluation
from mingjing.engine.findings import SUBJECT_TABLES, write_findings
from mingjing.engine.store import Store, build_store
from mingjing.engine.union import FactsInForce
from mingjing.facts.schema import TABLES

PERIODS_BACK: Final[Mapping[PeriodKind, int]] = {
    PeriodKind.MONTH: 13,
    PeriodKind.QUARTER: 6,
    PeriodKind.HALF: 4,
    PeriodKind.YEAR: 3,
    PeriodKind.ROLLING: 13,
}
"""How many periods are computed, the running one among them: enough for a trend and for the year before."""
SAME_DAYS: Final = "同期"
"""The key of the days of the year before that correspond to what has passed of the running period."""
_DECIDED: Final = "'decision', 'no_penalty', 'grant', 'refusal', 'withdrawal', 'ending'"
_DAYS: Final[Mapping[Subject, str]] = {
    Subject.CASE: "SELECT id, day FROM case_days",
    Subject.INSPECTION: "SELECT inspection_id AS id, CAST(started_at AS DATE) AS day FROM f_inspections",
    Subject.REMEDY: "SELECT remedy_id AS id, CAST(coalesce(received_at, filed_at) AS DATE) AS day FROM f_remedies",
    Subject.REFERRAL: (
        "SELECT referral_id AS id, CAST(coalesce(transferred_at, decided_at, report_received_at) AS DATE) AS day "
        "FROM f_referrals"
    ),
    Subject.MEDIA: "SELECT media_id AS id, CAST(started_at AS DATE) AS day FROM f_media",
}
"""The day by which a rule's subject falls into a period; officers and agencies are judged as of the period's end."""

type Tell = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A figure of one agency (``None``: the whole place) in one period, and what is to be said of it."""

    code: str
    agency: str | None
    period: Period
    figure: Figure
    judgement: Judgement
    provisional: str = ""
    last_year: Decimal | None = None
    average: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class _Reckoned:
    """What one definition came to before it is judged."""

    figures: dict[tuple[str | None, str], Figure] = field(default_factory=dict)
    provisional: dict[tuple[str | None, str], str] = field(default_factory=dict)
    year_before: dict[tuple[str | None, str], Decimal | None] = field(default_factory=dict)
    """Of the running period: the same days of the year before."""


class Counting:
    """Counts indicators over one snapshot. ``scopes`` says for each definition's code of which agencies it speaks."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        facts: FactsInForce,
        *,
        as_of: date,
        agencies: frozenset[str],
        work: Path,
        place: str | None = None,
    ) -> None:
        self.connection, self.facts, self.as_of = connection, facts, as_of
        self.agencies, self.work, self.place = agencies, work, place
        self._evaluated: Evaluation | None = None
        self._store: Store | None = None
        open_facts(connection, facts.folder)
        # of units that are no enforcement subjects nothing is expected
        subjects = {row[0] for row in connection.execute("SELECT agency_id FROM f_agencies").fetchall()}
        self.subjects = agencies & subjects if subjects else agencies
        connection.execute("CREATE OR REPLACE TEMP TABLE ours (agency VARCHAR)")
        connection.executemany("INSERT INTO ours VALUES (?)", [[one] for one in sorted(agencies)] or [[None]])
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE behind (indicator VARCHAR, part VARCHAR, tbl VARCHAR, period VARCHAR, "
            "k VARCHAR, agency VARCHAR, member BOOLEAN, meets BOOLEAN, amount DECIMAL(38, 6))"
        )
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE case_days AS SELECT case_id AS id, CAST(coalesce("
            f'min("at") FILTER (type IN ({_DECIDED})), max("at")) AS DATE) AS day FROM f_events GROUP BY case_id'
        )

    def count(
        self, definitions: Sequence[Definition], scopes: Mapping[str, frozenset[str]], tell: Tell
    ) -> list[Computed]:
        """Count the definitions that rest on facts or rules; what others rest on is not counted here."""
        mine = [one for one in definitions if isinstance(one.source, FactsSource | RuleSource)]
        self._judge_rules([one.source.rule for one in mine if isinstance(one.source, RuleSource)], tell)
        found: list[Computed] = []
        for done, one in enumerate(mine, start=1):
            tell(done, len(mine), one.title)
            periods = periods_up_to(one.period, self.as_of, PERIODS_BACK[one.period])
            running = periods[-1]
            open_periods(self.connection, periods, {SAME_DAYS: to_date(running, self.as_of)})
            reckoned = (
                self._facts(one, periods, scopes)
                if isinstance(one.source, FactsSource)
                else self._rule(one, periods, scopes)
            )
            found += judged(one, periods, reckoned.figures, reckoned.provisional, self.as_of, reckoned.year_before)
        return found

    def write_rows(self, file: Path) -> None:
        """Write the rows behind all figures."""
        quoted = str(file).replace("'", "''")
        self.connection.execute(
            f"COPY (SELECT * FROM behind ORDER BY indicator, period, agency, part, k) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)"
        )

    def write_findings(self, file: Path) -> None:
        """Write what the rules found, in words."""
        if self._evaluated is not None and self._store is not None:
            write_findings(self.connection, self._store, self._evaluated, file)

    # facts

    def _facts(self, one: Definition, periods: Sequence[Period], scopes: Mapping[str, frozenset[str]]) -> _Reckoned:
        assert isinstance(one.source, FactsSource)
        parts = [part for part in (one.source.numerator, one.source.denominator) if part is not None]
        lacking = missing_words(one_ for part in parts for one_ in needs(part, SHAPES) if one_ in self.facts.missing)
        tables = list(dict.fromkeys(name for part in parts for name in (part.table, *_related(part))))
        if lacking:
            return self._nothing(one, periods, scopes, lacking)
        tallied = [self._tallied(one.code, part, "nd"[number]) for number, part in enumerate(parts)]
        earliest = self._earliest(parts[0])
        reckoned = _Reckoned()
        for agency in self._spoken_of(one, scopes):
            before = [each.get((SAME_DAYS, agency), Tally()) for each in tallied]
            reckoned.year_before[(agency, periods[-1].key)] = self._before(
                periods[-1], earliest, figure_of(one, parts, before)
            )
            for period in periods:
                lacks, why = self._covered(tables, agency, period, earliest)
                key = (agency, period.key)
                if lacks:
                    reckoned.figures[key] = not_evaluated(lacks)
                    continue
                tallies = [each.get((period.key, agency), Tally()) for each in tallied]
                reckoned.figures[key] = figure_of(one, parts, tallies)
                reckoned.provisional[key] = why
        return reckoned

    def _tallied(self, code: str, part: Aggregate, name: str) -> Tallies:
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE counted AS SELECT * FROM ({rows_query(part)}) "
            "WHERE agency IS NULL OR agency IN (SELECT agency FROM ours)"
        )
        self._keep(code, name, part.table)
        return summed(self.connection, "counted", part.measure, once=bool(part.once_by))

    def _keep(self, code: str, part: str, table: str) -> None:
        self.connection.execute(
            "INSERT INTO behind SELECT ?, ?, ?, period, k, agency, member, meets, amount FROM counted "
            "WHERE period <> ?",
            [code, part, table, SAME_DAYS],
        )

    def _earliest(self, part: Aggregate) -> date | None:
        if part.when is None or "." in part.when.column:
            return None
        query = f'SELECT min(CAST("{part.when.column}" AS DATE)) FROM f_{part.table}'
        row = self.connection.execute(query).fetchone()
        return row[0] if row else None

    def _covered(
        self, tables: Sequence[str], agency: str | None, period: Period, earliest: date | None
    ) -> tuple[str, str]:
        """Say what lacks for a figure to be made at all, and why one that is made is provisional."""
        why: list[str] = []
        if not period.is_over(self.as_of):
            why.append("本期尚未结束")
        for name in tables:
            told, label = self.facts.coverage[name], TABLES[name].label
            if agency is not None and agency not in told.agencies:
                return f"没有收到该单位的“{label}”数据", ""
            if told.until < period.first:
                return f"“{label}”数据只到{told.until.isoformat()}", ""
            if told.since is not None and told.since > period.last:
                return f"“{label}”数据从{told.since.isoformat()}开始", ""
            if told.until < min(period.last, self.as_of):
                why.append(f"“{label}”数据截至{told.until.isoformat()}")
            if told.since is not None and told.since > period.first:
                why.append(f"“{label}”数据自{told.since.isoformat()}起")
            if agency is None and (absent := self.subjects - told.agencies):
                why.append(f"{len(absent)}个单位没有“{label}”数据")
        if earliest is None:
            return "", "；".join(why)
        if earliest > period.last:
            return f"本期没有数据，最早的记录在{earliest.isoformat()}", ""
        return "", "；".join(why)

    def _before(self, running: Period, earliest: date | None, figure: Figure) -> Decimal | None:
        """The figure of the same days of the year before, where the facts reach back so far."""
        if earliest is not None and earliest > to_date(running, self.as_of)[1]:
            return None
        return figure.value

    def _spoken_of(self, one: Definition, scopes: Mapping[str, frozenset[str]]) -> list[str | None]:
        if one.place_only:
            return [None]
        units: list[str | None] = [*sorted(scopes.get(one.code, self.subjects) & self.subjects)]
        return units if one.units_only else [None, *units]

    def _nothing(
        self, one: Definition, periods: Sequence[Period], scopes: Mapping[str, frozenset[str]], lacking: tuple[str, ...]
    ) -> _Reckoned:
        figure = not_evaluated(*lacking)
        return _Reckoned(
            figures={(agency, period.key): figure for agency in self._spoken_of(one, scopes) for period in periods}
        )

    # rules

    def _judge_rules(self, ids: Iterable[str], tell: Tell) -> None:
        rules = [rule_of(one) for one in dict.fromkeys(ids)]
        if not rules or "agencies" not in self.facts.rows:
            return
        self._store = build_store(self.facts.folder, self.work / "store", connection=self.connection)
        dated = [rule for rule in rules if rule.subject in _DAYS]
        engine = DuckEngine(self.connection, self._store, as_of=self.as_of, place=self.place, keep_statuses=True)
        self._evaluated = engine.run(dated, progress=lambda words, done: tell(int(100 * done), 100, f"检查{words}"))

    def _rule(self, one: Definition, periods: Sequence[Period], scopes: Mapping[str, frozenset[str]]) -> _Reckoned:
        assert isinstance(one.source, RuleSource)
        rule = rule_of(one.source.rule)
        if self._store is None:
            return self._nothing(one, periods, scopes, missing_words(["agencies"]))
        if lacking := missing_words(missing_of(rule, self._store.absent)):
            return self._nothing(one, periods, scopes, lacking)
        table = SUBJECT_TABLES[rule.subject]
        if rule.subject in _DAYS:
            self._dated_rows(rule)
        else:
            self._rows_at_ends(rule, periods)
        self._keep(one.code, "n", table)
        tallies = summed(self.connection, "counted", Measure.SHARE)
        reckoned = _Reckoned()
        for agency in self._spoken_of(one, scopes):
            before = _of_rule(one.source, tallies.get((SAME_DAYS, agency), Tally()))
            reckoned.year_before[(agency, periods[-1].key)] = self._before(periods[-1], None, before)
            for period in periods:
                lacks, why = self._covered([table], agency, period, None)
                key = (agency, period.key)
                tally = tallies.get((period.key, agency), Tally())
                reckoned.figures[key] = not_evaluated(lacks) if lacks else _of_rule(one.source, tally)
                reckoned.provisional[key] = why
        return reckoned

    def _dated_rows(self, rule: Rule) -> None:
        assert self._evaluated is not None
        statuses = self._evaluated.statuses.get(rule.id)
        if statuses is None:
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE counted AS {_EMPTY}")
            return
        self.connection.register("status_rows", statuses)
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE counted AS SELECT p.key AS period, n.id AS k, n.agency, TRUE AS member, "
            f"{_MEETS} AS meets, NULL::DECIMAL(38, 6) AS amount, '' AS once FROM status_rows s "
            f"JOIN ({self._named(rule)}) n ON n.k = s.k JOIN ({_DAYS[rule.subject]}) d ON d.id = n.id "
            "JOIN periods p ON d.day BETWEEN p.first AND p.last "
            "WHERE n.agency IS NULL OR n.agency IN (SELECT agency FROM ours)"
        )
        self.connection.unregister("status_rows")

    def _rows_at_ends(self, rule: Rule, periods: Sequence[Period]) -> None:
        assert self._store is not None
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE counted AS {_EMPTY}")
        for period in periods:
            engine = DuckEngine(
                self.connection, self._store, as_of=min(period.last, self.as_of), place=self.place, keep_statuses=True
            )
            statuses = engine.run([rule]).statuses.get(rule.id)
            if statuses is None:
                continue
            self.connection.register("status_rows", statuses)
            self.connection.execute(
                f"INSERT INTO counted SELECT ?, n.id, n.agency, TRUE, {_MEETS}, NULL, '' FROM status_rows s "
                f"JOIN ({self._named(rule)}) n ON n.k = s.k "
                "WHERE n.agency IS NULL OR n.agency IN (SELECT agency FROM ours)",
                [period.key],
            )
            self.connection.unregister("status_rows")

    def _named(self, rule: Rule) -> str:
        """The ids of a rule's subjects, with their agencies."""
        assert self._store is not None
        store, table = self._store, SUBJECT_TABLES[rule.subject]
        if table == "agencies":
            return f"SELECT k, id, id AS agency FROM {store.rows(table)}"
        if table in ("cases", "inspections", "officers"):
            join = f"LEFT JOIN {store.rows('agencies')} a ON a.k = t.agency"
        else:
            join = (
                f"LEFT JOIN {store.rows('cases')} c ON c.k = t.c LEFT JOIN {store.rows('agencies')} a ON a.k = c.agency"
            )
        return f"SELECT t.k, t.id, a.id AS agency FROM {store.rows(table)} t {join}"


_MEETS: Final = "CASE s.s WHEN 1 THEN TRUE WHEN 2 THEN FALSE END"
_EMPTY: Final = (
    "SELECT ''::VARCHAR AS period, ''::VARCHAR AS k, ''::VARCHAR AS agency, TRUE AS member, TRUE AS meets, "
    "NULL::DECIMAL(38, 6) AS amount, ''::VARCHAR AS once WHERE false"
)


def judged(
    one: Definition,
    periods: Sequence[Period],
    figures: Mapping[tuple[str | None, str], Figure],
    provisional: Mapping[tuple[str | None, str], str],
    as_of: date,
    year_before: Mapping[tuple[str | None, str], Decimal | None] = MappingProxyType({}),
) -> list[Computed]:
    """
    Judge each figure by what lies around it: the same days of the year before, and the whole place.

    ``year_before`` holds the former where they are not those of a whole period.
    """
    by_key = {period.key: period for period in periods}
    found = []
    for (agency, key), figure in figures.items():
        period = by_key[key]
        before = figures.get((agency, period.a_year_earlier().key), Figure()).value
        if (agency, key) in year_before:
            before = year_before[(agency, key)]
        average = figures.get((None, key), Figure()).value
        around = Around(last_year=before, average=average, is_over=period.is_over(as_of))
        found.append(
            Computed(
                code=one.code,
                agency=agency,
                period=period,
                figure=figure,
                judgement=judge(figure, one.target, around, one.unit),
                provisional=provisional.get((agency, key), "") if figure.is_evaluated else "",
                last_year=before,
                average=average,
            )
        )
    return found


def figure_of(one: Definition, parts: Sequence[Aggregate], tallies: Sequence[Tally]) -> Figure:
    """Make the figure of what was tallied."""
    none_there = f"本期没有“{one.denominator or one.numerator or '应计的记录'}”"
    if parts[0].measure is Measure.SHARE:
        return share(tallies[0].met, tallies[0].rows, tallies[0].unknown, none_there)
    first = _amount(parts[0], tallies[0])
    if first is None:
        unknown = tallies[0].unknown
        return Figure(unknown=unknown, missing=(f"{unknown}条记录内容不全" if unknown else none_there,))
    if len(parts) == 1:
        return _bounded(made(Form.NUMBER, first, None, none_there), parts, tallies)
    return _bounded(made(one.form, first, _amount(parts[1], tallies[1]), none_there), parts, tallies, one.form)


def _amount(part: Aggregate, tally: Tally) -> Decimal | None:
    """The number of an aggregate; a sum over no rows is naught, a median over none is nothing."""
    if part.measure is Measure.COUNT:
        return Decimal(tally.rows)
    if tally.amount is None and part.measure is Measure.SUM and not tally.unknown:
        return Decimal(0)
    return tally.amount


def _bounded(figure: Figure, parts: Sequence[Aggregate], tallies: Sequence[Tally], form: Form = Form.NUMBER) -> Figure:
    unknown = sum(tally.unknown for tally in tallies)
    if not unknown or figure.value is None:
        return figure
    lowest: Decimal | None = None
    highest: Decimal | None = None
    if all(part.measure is Measure.COUNT for part in parts):
        least = [Decimal(tally.rows) for tally in tallies]
        most = [Decimal(tally.rows + tally.unknown) for tally in tallies]
        if form is Form.NUMBER:
            lowest, highest = least[0], most[0]
        elif form is Form.DIFFERENCE:
            lowest, highest = least[0] - most[1], most[0] - least[1]
        else:
            factor = HUNDRED if form is Form.PERCENT else Decimal(1)
            lowest, highest = factor * least[0] / most[1], factor * most[0] / least[1]
    return Figure(
        numerator=figure.numerator,
        denominator=figure.denominator,
        value=figure.value,
        lowest=lowest,
        highest=highest,
        unknown=unknown,
    )


def _of_rule(source: RuleSource, tally: Tally) -> Figure:
    none_there = "本期没有适用这条规则的对象"
    if not source.counts_findings:
        return share(tally.met, tally.rows, tally.unknown, none_there)
    if not tally.rows:
        return share(0, 0, tally.unknown, none_there)
    broken = Decimal(tally.rows - tally.met)
    return Figure(numerator=broken, value=broken, lowest=broken, highest=broken + tally.unknown, unknown=tally.unknown)


def _related(part: Aggregate) -> list[str]:
    return [each.table for each in (*part.where, *part.meets) if isinstance(each, Related)]


def missing_words(names: Iterable[str]) -> tuple[str, ...]:
    """Say in Chinese which tables and columns lack."""
    words = []
    names = sorted(set(names))
    for name in names:
        table, _, column = name.partition(".")
        if column and table in names:
            continue
        if table not in TABLES:
            words.append(f"缺少{name}")
        elif not column:
            words.append(f"没有“{TABLES[table].label}”表")
        else:
            label = next((one.label for one in TABLES[table].columns if one.name == column), column)
            words.append(f"“{TABLES[table].label}”表没有“{label}”")
    return tuple(words)
