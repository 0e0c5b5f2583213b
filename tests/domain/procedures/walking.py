"""
A random walk over a procedure, in the domain alone: whatever steps, in whatever order, with whatever answers.

Each move is drawn from a seed of its own and from what is open then, so that a walk that fails is made shorter by leaving
moves out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from mingjing.domain.documents.kinds import kind_of
from mingjing.domain.procedures import acts
from mingjing.domain.procedures.answers import AnswersError, read
from mingjing.domain.procedures.gates import (
    PERIODS,
    GatesUnmetError,
    ReasonsMissingError,
    case_rules,
    require_met,
    weigh,
)
from mingjing.domain.procedures.model import AskKind, Part, Procedure, Step
from mingjing.domain.rules import facts
from mingjing.domain.rules.facts import Event, FactBase
from mingjing.domain.rules.judge import judge
from mingjing.domain.rules.model import Rule, Status, Strictness
from mingjing.domain.rules.strictness import strictness_of
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel.moments import Moment

CASE = "C1"
BEGAN = datetime(2026, 3, 2, 9, 0)
OFFICERS = ("甲", "乙", "丙", "丁")
BOSSES = ("局长", "副局长", "副局长二")
REVIEWERS = ("审一", "审二")
PAUSES = (0, 0, 5, 60, 60 * 24, 60 * 24, 60 * 24 * 3, 60 * 24 * 8, 60 * 24 * 40)
"""Minutes that pass before a move."""
FINES = (0, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 2_500_000)
BY_ROLE = {
    "handler": OFFICERS,
    "server": OFFICERS,
    "recorder": OFFICERS,
    "assistant": OFFICERS,
    "recused": OFFICERS,
    "approver": BOSSES,
    "voter": BOSSES,
    "reviewer": REVIEWERS,
    "chair": REVIEWERS,
}
MANY = ("handler", "server", "voter")


class BrokenError(AssertionError):
    """Something was reached that a rule which blocks forbids."""


@dataclass(kw_only=True)
class Walk:
    """A case under way; ``trace`` says what was done, ``refused`` how many moves the gates stopped."""

    procedure: Procedure
    place: str
    base: FactBase
    stage: str
    now: datetime = BEGAN
    trace: list[str] = field(default_factory=list)
    refused: int = 0

    @property
    def view(self) -> CaseFacts:
        """The case as rules see it."""
        return CaseFacts(case=self.base.case[CASE], base=self.base)

    def move(self, seed: int) -> None:
        """Try a step that is open; what the gates refuse does not happen."""
        chance = Random(seed)
        self.now += timedelta(minutes=chance.choice(PAUSES))
        self.base = replace(self.base, as_of=self.now.date())
        steps = self.procedure.open_steps(self.stage, self.view)
        if not steps:
            return
        if chance.random() < 0.9:  # most walks should go far
            steps = tuple(one for one in steps if one.status in (None, "closed")) or steps
        ahead = [one for one in steps if one.main]
        step = chance.choice(ahead if ahead and chance.random() < 0.5 else steps)
        act = self._act(chance, step)
        if act is None:
            return
        after = acts.taken(self.base, CASE, act)
        undone = act.outcome in Event.UNDONE
        if not acts.is_refused(step, act.outcome):
            gates = weigh(before=self.base, after=after, case=CASE, step=act.code)
            reasons = [gate.rule.id for gate in gates if gate.needs_reason] if chance.random() < 0.9 else []
            try:
                require_met(gates, reasons)
            except (GatesUnmetError, ReasonsMissingError):
                self.refused += 1
                return
        self.base = after
        self.stage = (step.stage_of(act.outcome) or self.stage) if undone else step.leads_to(self.stage, act.outcome)
        self.trace.append(f"{act.at} {step.code}{f' {act.outcome}' if act.outcome else ''} {act.people} → {self.stage}")
        self.require_lawful(self.now.date())

    def require_lawful(self, on: date) -> None:
        """
        Require that nothing which blocks is broken, as of a day.

        :raises BrokenError: if something is, with the way that led there
        """
        base = replace(self.base, as_of=on)
        view = CaseFacts(case=base.case[CASE], base=base)
        for rule in blocking(self.place, self.now.date()):
            if judge(rule, view, base).status is Status.BROKEN:
                raise BrokenError(
                    "\n".join([f"{self.procedure.code} in {self.place}: {rule.id} is broken", *self.trace])
                )

    # -- what a move is made of -----------------------------------------------------------------------------------------
    def _act(self, chance: Random, step: Step) -> acts.Act | None:
        code = f"E{len(self.base.events) + 1}"
        given = {ask.name: self._answer(chance, ask) for ask in step.asks if ask.required or chance.random() < 0.6}
        try:
            answers = read(step, given, options={"tiers": ("轻微", "一般", "较重")})
        except AnswersError:
            return None
        about = self._about(chance, step)
        if step.about and about is None:
            return None
        happened = self.now
        if chance.random() < 0.15:  # entered later than it happened
            happened -= timedelta(days=chance.randrange(12), minutes=chance.randrange(600))
        outcome = chance.choice([one.code for one in step.outcomes]) if step.outcomes else ""
        if step.outcomes and chance.random() < 0.8:
            outcome = step.outcomes[0].code
        if answers.words.get("credential_shown"):
            outcome = outcome or "credential_shown"
        self._film(chance, code)
        people = self._people(chance, step)
        if acts.is_refused(step, outcome):
            people = tuple(one for one in people if one[0] == "approver")
        return acts.Act(
            step=step,
            answers=answers,
            code=code,
            at=Moment.of(happened),
            order=len(self.base.events),
            about=about,
            outcome=outcome,
            people=people,
            documents=tuple(self._papers(chance, step, code)),
        )

    def _answer(self, chance: Random, ask: Any) -> object:
        match ask.kind:
            case AskKind.MOMENT:
                return self.now.isoformat()
            case AskKind.DAY:
                return (self.now.date() + timedelta(days=chance.choice((-900, -30, 0, 10, 25, 60)))).isoformat()
            case AskKind.FEN:
                return chance.choice(FINES)
            case AskKind.FLAG:
                return chance.random() < 0.6
            case AskKind.CHOICE:
                codes = [code for code, _ in ask.choices] or ["轻微", "一般", "较重"]
                return chance.choice(codes)
            case AskKind.CHOICES:
                return chance.sample([code for code, _ in ask.choices], chance.choice((0, 0, 0, 1)))
            case _:
                return "已经核实。"

    def _about(self, chance: Random, step: Step) -> str | None:
        found = [str(one.id) for one in self.view.events if one.type in step.about and one.is_effective]
        return chance.choice(found) if found else None

    def _people(self, chance: Random, step: Step) -> tuple[tuple[str, str], ...]:
        return tuple((part.role, one) for part in step.parts for one in self._who(chance, part))

    def _who(self, chance: Random, part: Part) -> Sequence[str]:
        known = BY_ROLE[part.role]
        if part.role in MANY:
            least = min(len(known), max(part.least, 2))
            return known[:least] if chance.random() < 0.7 else chance.sample(known, chance.randrange(len(known) + 1))
        if chance.random() < 0.85:
            return [chance.choice(known)]
        return chance.sample([*OFFICERS, *BOSSES, *REVIEWERS], chance.randrange(2))

    def _papers(self, chance: Random, step: Step, code: str) -> list[facts.Document]:
        made = []
        for paper in step.papers:
            if not paper.required and chance.random() < 0.5:
                continue
            kind = kind_of(paper.kind)
            known = sorted({element for one in kind.contents for element in one.elements})
            if known and chance.random() < 0.3:
                known = chance.sample(known, len(known) - 1)
            elements = frozenset(known) if any(one.elements for one in kind.contents) else None
            made.append(
                facts.Document(id=f"{code}.{kind.code}", case_id=CASE, event_id=code, kind=kind.name, elements=elements)
            )
        return made

    def _film(self, chance: Random, code: str) -> None:
        if chance.random() < 0.5:
            film = facts.Media(id=f"V{code}", case_id=CASE, event_id=code, kind="video", started_at=Moment.of(self.now))
            self.base = replace(self.base, media=[*self.base.media, film])


def begun(procedure: Procedure, place: str, seed: int) -> Walk:
    """Open a case on a procedure at a place."""
    chance = Random(seed)
    valid = {"valid_from": date(2024, 1, 1), "valid_until": date(2029, 12, 31)}
    people = (*OFFICERS, *BOSSES, *REVIEWERS)
    base = FactBase(
        as_of=BEGAN.date(),
        place=place,
        agencies=[facts.Agency(id="A", name="县局", jurisdiction_code=place, domain="market_regulation")],
        parties=[facts.Party(id="P", kind=chance.choice(("citizen", "legal_person", "individual_business")))],
        items=[
            facts.Item(id="I", agency_id="A", act_code="X", basis="《某条例》第三条", published_on=date(2025, 1, 1))
        ],
        benchmarks=[
            facts.Benchmark(item_id="I", tier="轻微", fine_min_fen=0, fine_max_fen=50_000),
            facts.Benchmark(item_id="I", tier="一般", fine_min_fen=50_000, fine_max_fen=500_000),
            facts.Benchmark(item_id="I", tier="较重", fine_min_fen=500_000, fine_max_fen=5_000_000),
        ],
        officers=[facts.Officer(id=one, agency_id="A", legal_qualification_on=date(2019, 1, 1)) for one in people],
        officer_roles=[
            facts.OfficerRole(officer_id=one, role=role, since=date(2020, 1, 1))
            for one in people
            for role in ("officer", *(("legal_reviewer",) if one in REVIEWERS else ()))
        ],
        credentials=[facts.Credential(officer_id=one, **valid) for one in people if one != "丁"],
        cases=[
            facts.Case(
                id=CASE,
                kind=procedure.kind,
                procedure=procedure.procedure,
                agency_id="A",
                item_id="I",
                party_id="P",
                act_on=date(2026, 2, 20),
                found_on=date(2026, 3, 1),
                status="open",
            )
        ],
    )
    return Walk(procedure=procedure, place=place, base=base, stage=procedure.start)


_BLOCKING: dict[tuple[str, date], tuple[Rule, ...]] = {}


def blocking(place: str, on: date) -> tuple[Rule, ...]:
    """Return the rules of a case that block at a place."""
    key = place, on
    if key not in _BLOCKING:
        _BLOCKING[key] = tuple(
            rule
            for rule in case_rules(on)
            if not isinstance(rule.kind, PERIODS)
            and strictness_of(rule, place=place, on=on, domain="market_regulation") is Strictness.BLOCK
        )
    return _BLOCKING[key]


def walk(procedure: Procedure, place: str, seed: int, moves: Sequence[int]) -> Walk:
    """
    Walk, and look again long after.

    :raises BrokenError: if something unlawful was reached
    """
    case = begun(procedure, place, seed)
    for move in moves:
        case.move(move)
    case.require_lawful(case.now.date() + timedelta(days=500))
    return case


def shortest(procedure: Procedure, place: str, seed: int, moves: list[int]) -> str:
    """Return the shortest way found to the same kind of failure, move by move left out."""
    told, left = "", list(moves)
    grew = True
    while grew:
        grew = False
        for place_of in range(len(left)):
            fewer = left[:place_of] + left[place_of + 1 :]
            try:
                walk(procedure, place, seed, fewer)
            except BrokenError as error:
                told, left, grew = str(error), fewer, True
                break
    return told
