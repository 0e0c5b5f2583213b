"""
The frame: one row per case with every step, moment and question that the chosen rules ask for.

Rules name what they need (:meth:`Frame.step`, :meth:`Frame.moment`, :meth:`Frame.condition`, :meth:`Frame.due`) and get
back the SQL of a column; :meth:`Frame.tables` then writes the queries that make just those columns, in few passes over
the events. A rule that is not run costs nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatchmethod

from mingjing.domain.deadlines import Unit
from mingjing.domain.rules.terms import (
    All,
    Allows,
    Any,
    At,
    AtNight,
    Before,
    Condition,
    Dated,
    Ended,
    Exceeds,
    FirstService,
    Flag,
    Given,
    Happened,
    HasBenchmark,
    HasPenalty,
    Is,
    MomentTerm,
    Not,
    NotAfter,
    OnDayOff,
    OnDayOrBefore,
    OnlyPenalties,
    Ordered,
    PartyIs,
    PeriodSet,
    Published,
    Remedied,
    Served,
    Some,
    Step,
    Taken,
    This,
    Urgent,
    Within,
    WithinProposal,
)
from mingjing.engine.context import Context
from mingjing.engine.store import CASE_FLAGS, CODES, PENALTY_BITS, code_of
from mingjing.kernel.moments import DAY_CODE

FIELDS = {
    "case_no": "f.has_no",
    "party_id": "(f.party IS NOT NULL)",
    "item_id": "(f.item IS NOT NULL)",
    "act_on": "(f.act IS NOT NULL)",
    "tier": "(f.tier IS NOT NULL)",
    "disclosure_exempt": "f.exempt",
    "ended_ground": "f.has_ground",
    "leniency_reason": "f.leniency_reason",
    "expires_on": "(f.expires IS NOT NULL)",
    "item.basis": "coalesce(f.item_has_basis, false)",
    "item.single_officer_basis": "coalesce(f.item_single, false)",
    "item.summary_cap_basis": "coalesce(f.item_cap_lifted, false)",
}
DAYS = {"expires_on": "f.expires"}
AMOUNTS = {"fine_fen": "f.fine", "confiscated_fen": "f.confiscated"}


BASE = (
    *("kind", "procedure", "agency", "item", "party", "act", "act_ended", "found", "fine", "confiscated", "penalties"),
    *("tier", "departs", "is_major", "is_complex", "limitation_class", "credit_class", "exempt", "status"),
    *(
        "has_ground",
        "has_no",
        "party_kind",
        "item_has_basis",
        "item_single",
        "item_cap_lifted",
        "item_act_code",
        "unread",
    ),
    *("unread_more", "tier_departure", "leniency_reason", "expires", *CASE_FLAGS),
)
"""The columns of ``case_base`` that the frame can take over."""


def names_in(text: str) -> frozenset[str]:
    """The columns of the frame ``f`` that some SQL names."""
    return frozenset(re.findall(r"\bf\.(\w+)", text))


def _served(step: Step) -> tuple[str, str]:
    return f"{step.name}_sk", f"{step.name}_sm"


def types_sql(types: tuple[str, ...], alias: str = "s") -> str:
    """Whether an event is of one of these types."""
    codes = ", ".join(str(code_of("events.type", type_)) for type_ in types)
    return f"{alias}.t IN ({codes})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Columns that one join brings to the rows of the cases; ``after`` is a column whose join must stand before."""

    columns: Mapping[str, str]
    join: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """Columns that a query by case brings: ``(c, …)``, one row for a case at most; with ``flag``, whether it has one."""

    name: str
    query: str
    columns: Mapping[str, str]
    """The column of the query by that of the frame."""
    uses: frozenset[str] = frozenset()
    """The columns of the steps that the query reads."""

    @property
    def flags(self) -> bool:
        """Whether it only says which cases have a row."""
        return "" in self.columns.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about a case: whether some event, of these types and not of these outcomes, is as ``where`` says."""

    types: tuple[str, ...]
    effective: bool
    outcomes_not: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What the frame is made of, for who makes it otherwise than by SQL."""

    columns: frozenset[str]
    steps: tuple[Step, ...]
    served: frozenset[str]
    """The steps of which the first service is asked for."""
    pieces: tuple[Keyed, ...]
    dues: tuple[tuple[str, str, list[str]], ...]
    """Last days: name, expressions for it and for whether it is set, joins."""
    questions: Mapping[str, Question]

    @property
    def services(self) -> bool:
        """Whether services are asked for at all."""
        return bool(self.served) or any("served." in question.where for question in self.questions.values())


def _joined(pieces: list[_Piece], names: frozenset[str]) -> str:
    """The rows of the cases with these columns, by the joins that bring them and no other."""
    wanted = names | {piece.after for piece in pieces if piece.after and names & piece.columns.keys()}
    joins = [piece.join for piece in pieces if piece.join and wanted & piece.columns.keys()]
    columns = [f"{made} AS {name}" for piece in pieces for name, made in piece.columns.items() if name in names]
    return f"SELECT {', '.join(('b.c', *columns))} FROM case_base b {' '.join(joins)}"


class Frame:
    """Collects what the rules for one case need, and writes the tables that hold it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._steps: dict[str, Step] = {}
        self._outcomes: set[str] = set()
        self._served: set[str] = set()
        self._dues: dict[tuple[object, ...], tuple[str, str, list[str]]] = {}
        self._somes: dict[Some, str] = {}
        self._some_sql: dict[str, tuple[str, str]] = {}
        self._questions: dict[str, Question] = {}
        self._some_served = False
        self._benchmarks: dict[str, Step] = {}
        self._proposed: set[str] = set()
        self._some_calendar = self._remedied = False
        self._typed: set[str] = set()
        self._tables: dict[str, str] = {}
        self.published = False

    # -- what rules ask for -------------------------------------------------------------------------------------------
    def step(self, step: Step) -> str:
        """Ask for a step; its columns are ``f.<name>_k`` (event key) and ``f.<name>_m`` (moment code)."""
        for bound in (step.not_after, step.not_before):
            if bound is not None:
                self.step(bound)
        self._steps[step.name] = step
        return f"f.{step.name}"

    def moment(self, term: MomentTerm) -> str:
        """The moment code of a term, null when it did not happen."""
        match term:
            case At(step):
                return f"{self.step(step)}_m"
            case Served(step):
                self._served.add(step.name)
                return f"coalesce({self.step(step)}_sm, f.{step.name}_m)"
            case FirstService(step):
                self._served.add(step.name)
                return f"{self.step(step)}_sm"
            case Published(as_license):
                self.published = True
                return "f.published_license_m" if as_license else "f.published_m"
            case This(served):
                self._some_served = self._some_served or served
                return "coalesce(served.m, s.m)" if served else "s.m"
            case Dated(column):
                return f"(CAST({DAYS[column]} AS BIGINT) * {DAY_CODE})"

    def row(self, term: MomentTerm) -> str:
        """The key of the event behind a moment, null where there is none."""
        match term:
            case At(step):
                return f"{self.step(step)}_k"
            case Served(step) | FirstService(step):
                self._served.add(step.name)
                return f"{self.step(step)}_sk"
            case _:
                return "NULL"

    def row_of(self, term: MomentTerm) -> str:
        """The key of the step that a moment belongs to, whether taken or served."""
        return f"{self.step(term.step)}_k" if isinstance(term, At | Served | FirstService) else "NULL"

    def amount_of(self, step: Step) -> str:
        """Ask for the amount that a step's event speaks of."""
        self._proposed.add(step.name)
        return f"{self.step(step)}_a"

    def want_type(self, step: Step) -> None:
        """Ask for the type of a step's event as ``f.<name>_t``."""
        self._typed.add(step.name)

    def table(self, name: str, query: str) -> None:
        """Ask for a table that several rules share, made after the case rows and before the frame."""
        self._tables[name] = query

    def day(self, term: MomentTerm) -> str:
        """The day number of a term."""
        return self.context.day(self.moment(term))

    def due(
        self,
        start: MomentTerm,
        period: str,
        unit: Unit,
        *,
        rolls: bool = False,
        special: tuple[Condition, str, Unit] | None = None,
    ) -> str:
        """
        The last day of a period from a moment; null where the start, the value or the calendar is not known.

        A second column, ``<name>_set``, says whether the law had set the period when it began.
        """
        key = (start, period, unit, rolls, special)
        if key not in self._dues:
            name = f"d{len(self._dues)}"
            day = self.day(start)
            expression, joins = self._last_day(name, day, period, unit, rolls=rolls)
            amount = self.context.parameter(period, day=day, agency="f.agency")
            if special is not None:
                other, more = self._last_day(f"{name}s", day, special[1], special[2], rolls=False)
                joins += more
                chosen = self.condition(special[0])
                expression = f"CASE WHEN {chosen} THEN {other} ELSE {expression} END"
                also = self.context.parameter(special[1], day=day, agency="f.agency")
                amount = f"CASE WHEN {chosen} THEN {also} ELSE {amount} END"
            self._dues[key] = (name, f"{expression} AS {name}, ({amount}) IS NOT NULL", joins)
        return f"f.{self._dues[key][0]}"

    def _last_day(self, name: str, day: str, period: str, unit: Unit, *, rolls: bool) -> tuple[str, list[str]]:
        amount = self.context.parameter(period, day=day, agency="f.agency")
        if unit is Unit.WORKING_DAY:
            return self.context.dialect.working_day(name, day, amount)
        last = self.advance(day, amount, unit)
        if not rolls:
            return last, []
        return self.context.dialect.rolled(name, last)

    def advance(self, day: str, amount: str, unit: Unit) -> str:
        """Move a day number by calendar days, months or years."""
        if unit is Unit.CALENDAR_DAY:
            return f"({day} + {amount})"
        return self.context.dialect.add_months(day, amount if unit is Unit.MONTH else f"12 * ({amount})")

    # -- conditions -----------------------------------------------------------------------------------------------------
    @singledispatchmethod
    def condition(self, condition: Condition) -> str:
        """SQL of a condition: true, false or null, over ``f`` (and ``s`` inside :class:`Some`)."""
        raise NotImplementedError(type(condition).__name__)

    @condition.register
    def _(self, condition: All) -> str:
        return "(" + " AND ".join(self.condition(part) for part in condition.parts) + ")"

    @condition.register
    def _(self, condition: Any) -> str:
        return "(" + " OR ".join(self.condition(part) for part in condition.parts) + ")"

    @condition.register
    def _(self, condition: Not) -> str:
        return f"(NOT {self.condition(condition.part)})"

    @condition.register
    def _(self, condition: Flag) -> str:
        return f"f.{condition.column}"

    @condition.register
    def _(self, condition: Is) -> str:
        numbers = ", ".join(str(CODES[f"cases.{condition.column}"][code]) for code in condition.codes)
        return f"coalesce(f.{condition.column} IN ({numbers}), false)"

    @condition.register
    def _(self, condition: Given) -> str:
        return FIELDS[condition.column]

    @condition.register
    def _(self, condition: Exceeds) -> str:
        bound = "0"
        if condition.parameter is not None:
            day = self.day(At(condition.on))
            if condition.by_class:
                each = {
                    name: self.context.parameter(f"{condition.parameter}.{name}", day=day, agency="f.agency")
                    for name in ("citizen", "organization")
                }
                bound = (
                    f"CASE {self.party_class()} WHEN 1 THEN {each['citizen']} WHEN 2 THEN {each['organization']} END"
                )
            else:
                bound = self.context.parameter(condition.parameter, day=day, agency="f.agency")
        amount, sign = AMOUNTS[condition.column], ">=" if condition.reaches else ">"
        if bound == "0":
            return f"({amount} > 0)"
        known = f"{amount} IS NOT NULL" + (f" AND {self.party_class()} IS NOT NULL" if condition.by_class else "")
        return f"(CASE WHEN {known} THEN coalesce({amount} {sign} {bound}, false) END)"

    def party_class(self) -> str:
        """1 for a citizen, 2 for an organisation, null where not known; an individual business by parameter."""
        kinds = CODES["parties.kind"]
        classed = self.context.parameter_values("party.individual_business_as")
        business = 1 if classed == {"citizen"} else 2
        return (
            f"(CASE f.party_kind WHEN {kinds['citizen']} THEN 1 WHEN {kinds['individual_business']} THEN {business} "
            f"WHEN {kinds['legal_person']} THEN 2 WHEN {kinds['other_organization']} THEN 2 END)"
        )

    @condition.register
    def _(self, condition: HasPenalty) -> str:
        return f"((f.penalties & {sum(PENALTY_BITS[code] for code in condition.codes)}) <> 0)"

    @condition.register
    def _(self, condition: OnlyPenalties) -> str:
        allowed = sum(PENALTY_BITS[code] for code in condition.codes)
        only = f"(f.penalties & {allowed}) = f.penalties"
        return f"({only} AND f.penalties <> 0)" if condition.some else f"({only})"

    @condition.register
    def _(self, condition: Taken) -> str:
        return f"({self.step(condition.step)}_k IS NOT NULL)"

    @condition.register
    def _(self, condition: Happened) -> str:
        return f"({self.moment(condition.moment)} IS NOT NULL)"

    @condition.register
    def _(self, condition: Ended) -> str:
        self._outcomes.add(condition.step.name)
        name = self.step(condition.step)
        ended = f"({name}_o = {code_of('events.outcome', condition.outcome)})"
        if condition.null_is_no:
            ended = f"coalesce({ended}, false)"
        return f"(CASE WHEN {name}_k IS NULL THEN false ELSE {ended} END)"

    @condition.register
    def _(self, condition: Before) -> str:
        return self.context.before(self.moment(condition.first), self.moment(condition.second))

    @condition.register
    def _(self, condition: Ordered) -> str:
        order = self.context.before(self.moment(condition.first), self.moment(condition.second))
        return f"(CASE WHEN {order} IS NOT NULL THEN true END)"

    @condition.register
    def _(self, condition: PeriodSet) -> str:
        start = self.moment(condition.start)
        value = self.context.parameter(condition.period, day=self.context.day(start), agency="f.agency")
        return f"({start} IS NULL OR {value} IS NOT NULL)"

    @condition.register
    def _(self, condition: NotAfter) -> str:
        one, other = self.moment(condition.first), self.moment(condition.second)
        return f"(CASE WHEN {one} IS NOT NULL AND {other} IS NOT NULL THEN {self.context.not_after(one, other)} END)"

    @condition.register
    def _(self, condition: OnDayOrBefore) -> str:
        return f"({self.day(condition.first)} <= {self.day(condition.second)})"

    @condition.register
    def _(self, condition: Within) -> str:
        due = self.due(condition.start, condition.period, condition.unit, rolls=condition.rolls)
        inside = f"{self.day(condition.moment)} <= {due}"
        return f"(CASE WHEN {self.moment(condition.start)} IS NOT NULL AND NOT {due}_set THEN false ELSE {inside} END)"

    @condition.register
    def _(self, condition: HasBenchmark) -> str:
        name = self.step(condition.on).removeprefix("f.")
        self._benchmarks[name] = condition.on
        return f"(CASE WHEN f.{name}_k IS NOT NULL THEN f.{name}_benchmarked END)"

    @condition.register
    def _(self, condition: WithinProposal) -> str:
        self._proposed.add(condition.step.name)
        step = self.step(condition.step)
        return (
            f"(CASE WHEN {step}_a IS NOT NULL AND f.fine IS NOT NULL "
            f"THEN f.fine <= {step}_a AND (f.penalties & {step}_p) = f.penalties END)"
        )

    @condition.register
    def _(self, condition: PartyIs) -> str:
        numbers = ", ".join(str(CODES["parties.kind"][kind]) for kind in condition.kinds)
        return f"(f.party_kind IN ({numbers}))"

    @condition.register
    def _(self, condition: Remedied) -> str:
        self._remedied = True
        return "f.remedied"

    @condition.register
    def _(self, condition: Urgent) -> str:
        return "coalesce(s.urgent, false)"

    @condition.register
    def _(self, condition: OnDayOff) -> str:
        self._some_calendar = True
        return "(CASE WHEN s.m IS NOT NULL AND off.known THEN off.through = off.before END)"

    @condition.register
    def _(self, condition: AtNight) -> str:
        day = self.context.day("s.m")
        begins, ends = (
            self.context.parameter(name, day=day, agency="f.agency") for name in (condition.begins, condition.ends)
        )
        hour = self.context.dialect.divide(f"(s.m - {day} * {DAY_CODE})", str(DAY_CODE // 24))
        return (
            f"(CASE WHEN ({begins}) IS NULL OR ({ends}) IS NULL THEN false "
            f"WHEN s.m % 2 = 1 THEN {hour} >= {begins} OR {hour} < {ends} END)"
        )

    @condition.register
    def _(self, condition: Allows) -> str:
        day = self.day(At(condition.on))
        value = self.context.parameter(condition.parameter, day=day, agency="f.agency", member=condition.member)
        return f"(CASE WHEN {self.step(condition.on)}_k IS NOT NULL THEN coalesce({value}, false) END)"

    @condition.register
    def _(self, condition: Some) -> str:
        if condition not in self._somes:
            name = f"q{len(self._somes)}"
            self._somes[condition] = name
            matches = [types_sql(condition.types)]
            if condition.effective:
                matches.append("s.effective")
            if condition.outcomes_not:
                codes = ", ".join(str(code_of("events.outcome", code)) for code in condition.outcomes_not)
                matches.append(f"coalesce(s.outcome NOT IN ({codes}), true)")
            where = self.condition(condition.where) if condition.where is not None else "true"
            self._some_sql[name] = (" AND ".join(matches), where)
            self._questions[name] = Question(
                types=condition.types, effective=condition.effective, outcomes_not=condition.outcomes_not, where=where
            )
        name = self._somes[condition]
        return f"(CASE WHEN f.{name}_t THEN true WHEN f.{name}_u THEN NULL ELSE false END)"

    # -- the tables -------------------------------------------------------------------------------------------------------
    def tables(self, text: str) -> list[tuple[str, str]]:
        """
        ``(name, query)`` of the tables to make, in order; the last is ``frame``.

        ``text`` is the SQL that will read the frame: only the columns that it names are made.
        """
        asked = names_in(text)
        made: list[tuple[str, str]] = list(self._tables.items())
        pieces = [_Piece(columns={name: f"b.{name}" for name in BASE})]
        for depth in (0, 1):
            steps = [step for step in self._steps.values() if step.depth == depth]
            if steps:
                name = f"picked{depth}"
                made.append((name, self._picked(steps, depth)))
                columns = {column: f"{name}.{column}" for step in steps for column in self._columns(step)}
                pieces.append(_Piece(join=f"LEFT JOIN {name} ON {name}.c = b.c", columns=columns))
        if self._served or self._some_served:
            made.append(("services", self._services()))
        for name in sorted(self._served):
            event = f"picked{self._steps[name].depth}.{name}_k"
            join = f"LEFT JOIN services {name}_s ON {name}_s.e = {event}"
            columns = {f"{name}_s{key}": f"{name}_s.{key}" for key in ("k", "m")}
            pieces.append(_Piece(join=join, columns=columns, after=f"{name}_k"))
        for keyed in self._keyed():
            made.append((keyed.name, keyed.query))
            columns = {
                name: f"{keyed.name}.{column}" if column else f"({keyed.name}.c IS NOT NULL)"
                for name, column in keyed.columns.items()
            }
            pieces.append(_Piece(join=f"LEFT JOIN {keyed.name} ON {keyed.name}.c = b.c", columns=columns))
        asked -= {"c"}
        if not self._some_sql:
            return [*made, ("frame", self._counted(pieces, asked))]
        made.append(("quantified", self._quantified(pieces)))
        answers = [f"{name}_{answer}" for name in self._some_sql for answer in "tu"]
        kept = ", ".join(("f.c", *(f"f.{name}" for name in sorted(asked - set(answers)))))
        answered = ", ".join(f"q.{name}" for name in answers)
        counted = self._counted(pieces, asked - set(answers))
        made.append(("frame", f"SELECT {kept}, {answered} FROM ({counted}) f LEFT JOIN quantified q ON q.c = f.c"))
        return made

    def needs(self, text: str) -> Needs:
        """What ``text``, the SQL that will read the frame, needs of it."""
        asked = names_in(text)
        questions = {name: one for name, one in self._questions.items() if asked & {f"{name}_t", f"{name}_u"}}
        asked |= names_in(" ".join(question.where for question in questions.values()))
        dues = [due for due in self._dues.values() if asked & {due[0], f"{due[0]}_set"}]
        asked |= names_in(" ".join(" ".join((expression, *joins)) for _, expression, joins in dues))
        pieces = [piece for piece in self._keyed() if asked & piece.columns.keys()]
        asked |= {name for piece in pieces for name in piece.uses}
        wanted = {step.name for step in self._steps.values() if asked & {*self._columns(step), *_served(step)}}
        bounds = {bound.name for step in self._steps.values() if step.name in wanted for bound in step.bounds}
        return Needs(
            columns=asked,
            steps=tuple(step for step in self._steps.values() if step.name in wanted | bounds),
            served=frozenset(name for name in self._served if asked & set(_served(self._steps[name]))),
            pieces=tuple(pieces),
            dues=tuple(dues),
            questions=questions,
        )

    @property
    def shared(self) -> Mapping[str, str]:
        """The tables that rules share beside the frame, and their queries, in the order in which they are made."""
        return self._tables

    def _keyed(self) -> list[Keyed]:
        """What queries by case bring to the frame."""
        made = []
        if self.published:
            columns = {f"published_{name}": name for name in ("m", "license_m")}
            made.append(Keyed(name="published", query=self._published(), columns=columns))
        if self._remedied:
            query = "SELECT DISTINCT c FROM remedies WHERE c IS NOT NULL"
            made.append(Keyed(name="remedied", query=query, columns={"remedied": ""}))
        for name, step in self._benchmarks.items():
            query, uses = self._benchmarked(name, step), frozenset((f"{name}_k", f"{name}_m"))
            made.append(Keyed(name=f"{name}_benchmarks", query=query, columns={f"{name}_benchmarked": ""}, uses=uses))
        return made

    def _counted(self, pieces: list[_Piece], names: frozenset[str]) -> str:
        """The rows of the cases with these columns, last days among them."""
        dues = [due for due in self._dues.values() if names & {due[0], f"{due[0]}_set"}]
        expressions = ", ".join(f"{expression} AS {name}_set" for name, expression, _ in dues)
        lookups = " ".join(dict.fromkeys(join for _, _, each in dues for join in each))
        needed = names - {made for name, _, _ in dues for made in (name, f"{name}_set")}
        joined = _joined(pieces, needed | names_in(f"{expressions} {lookups}"))
        return f"SELECT f.*, {expressions} FROM ({joined}) f {lookups}" if dues else joined

    def _services(self) -> str:
        service = code_of("events.type", "service")
        return (
            "SELECT s.about AS e, min(s.k) AS k, min(s.m) AS m FROM steps s "
            f"WHERE s.t = {service} AND s.about IS NOT NULL GROUP BY s.about"
        )

    def _published(self) -> str:
        case_only = f"subject = {CODES['disclosures.subject']['case']}"
        return (
            f"SELECT c, min(published) FILTER (WHERE {case_only}) AS m, min(published) AS license_m "
            "FROM disclosures GROUP BY c"
        )

    def _benchmarked(self, name: str, step: Step) -> str:
        day = self.context.day(f"p.{name}_m")
        return (
            f"SELECT DISTINCT p.c FROM picked{step.depth} p JOIN case_base b ON b.c = p.c "
            f"JOIN (SELECT DISTINCT item, since, until FROM benchmarks) t ON t.item = b.item WHERE coalesce(t.since <= {day}, true) "
            f"AND coalesce(t.until >= {day}, true)"
        )

    def _columns(self, step: Step) -> list[str]:
        columns = [f"{step.name}_k", f"{step.name}_m"]
        if step.name in self._outcomes:
            columns.append(f"{step.name}_o")
        if step.name in self._typed:
            columns.append(f"{step.name}_t")
        if step.extending:
            columns.append(f"{step.name}_x")
        if step.name in self._proposed:
            columns += [f"{step.name}_a", f"{step.name}_p"]
        return columns

    def _picked(self, steps: list[Step], depth: int) -> str:
        chosen = []
        types: set[str] = set()
        for step in steps:
            types |= set(step.types)
            conditions = [types_sql(step.types)]
            if step.effective:
                conditions.append("s.effective")
            if step.extending:
                conditions.append("s.extends_to IS NOT NULL")
            if step.not_after is not None:
                bound = f"p.{step.not_after.name}_m"
                conditions += [f"{bound} IS NOT NULL", self.context.not_after("s.m", bound)]
            if step.not_before is not None:
                bound = f"p.{step.not_before.name}_m"
                conditions.append(f"({bound} IS NULL OR {self.context.not_after(bound, 's.m')})")
            where = " AND ".join(conditions)
            # CASE rather than FILTER: each filter would cut the rows anew for every one of so many aggregates.
            pick = "max" if step.latest else "min"
            chosen += [f"{pick}(CASE WHEN {where} THEN s.{key} END) AS {step.name}_{key}" for key in ("k", "m")]
            if step.name in self._outcomes:
                chosen.append(
                    f"nullif({pick}_by(coalesce(s.outcome, -1), CASE WHEN {where} THEN s.k END), -1) AS {step.name}_o"
                )
            if step.name in self._typed:
                chosen.append(f"{pick}_by(s.t, CASE WHEN {where} THEN s.k END) AS {step.name}_t")
            if step.extending:
                chosen.append(f"{pick}_by(s.extends_to, CASE WHEN {where} THEN s.k END) AS {step.name}_x")
            if step.name in self._proposed:
                amount = f"{pick}_by(coalesce(s.sum_fen, -1), CASE WHEN {where} THEN s.k END)"
                chosen.append(f"nullif({amount}, -1) AS {step.name}_a")
                chosen.append(f"{pick}_by(s.proposed, CASE WHEN {where} THEN s.k END) AS {step.name}_p")
        source = "steps s" if depth == 0 else "steps s LEFT JOIN picked0 p ON p.c = s.c"
        return f"SELECT s.c, {', '.join(chosen)} FROM {source} WHERE {types_sql(tuple(sorted(types)))} GROUP BY s.c"

    def _quantified(self, pieces: list[_Piece]) -> str:
        chosen = []
        for name, (matches, where) in self._some_sql.items():
            chosen.append(f"coalesce(bool_or(CASE WHEN {matches} THEN {where} END), false) AS {name}_t")
            chosen.append(f"coalesce(bool_or(CASE WHEN {matches} THEN ({where}) IS NULL END), false) AS {name}_u")
        types = tuple(sorted({type_ for some in self._somes for type_ in some.types}))
        more = "LEFT JOIN services served ON served.e = s.k " if self._some_served else ""
        more += f"LEFT JOIN calendar off ON off.day = {self.context.day('s.m')} " if self._some_calendar else ""
        # only what the questions compare the events with, not the whole frame
        compared = names_in(" ".join(part for parts in self._some_sql.values() for part in parts)) - {"c"}
        cases = f"JOIN ({self._counted(pieces, compared)}) f ON f.c = s.c" if compared else ""
        return f"SELECT s.c, {', '.join(chosen)} FROM steps s {cases} {more}WHERE {types_sql(types)} GROUP BY s.c"
