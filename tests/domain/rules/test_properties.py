"""What holds of every rule for one case, whatever the file: properties over drawn files."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.rules.examples.writing import CASE, example
from mingjing.domain.rules.facts import FactBase
from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Reckoning, Status
from mingjing.domain.rules.terms import CaseFacts
from mingjing.domain.rules.worked import facts_of

RULES = tuple(rule for rule in rules().values() if rule.judges_steps)
FIRST = date(2026, 3, 2)
LAST_OFFSET = 60
AS_OF = FIRST + timedelta(days=LAST_OFFSET)

PENALTY_STEPS = (
    "filing inspection inquiry evidence preservation preservation_disposal seizure seizure_release seizure_extension "
    "approval investigation_report prior_notice statement hearing_notice hearing_request hearing_convened hearing "
    "legal_review deliberation decision no_penalty service payment execution demand court_application closing "
    "instalment_application instalment testing suspension resumption extension"
).split()
LICENSE_STEPS = (
    "application acceptance correction_notice grant refusal delivery extension testing hearing seizure".split()
)
CLOCKS = st.sampled_from(["", "", "T09:00", "T15:30"])
OUTCOMES = st.sampled_from(["", "", "", "outcome:approved", "outcome:rejected", "outcome:waived", "outcome:withdrawn"])
PEOPLE = st.sampled_from(
    ["", "handler:甲", "handler:甲,乙", "recorder:丙", "chair:甲", "reviewer:老审核员,甲", "voter:丙", "approver:乙"]
)


@st.composite
def lines(draw: st.DrawFn, types: list[str], first: int = 0, last: int = LAST_OFFSET) -> str:
    """One step as a line, perhaps about another."""
    on = FIRST + timedelta(days=draw(st.integers(first, last)))
    about = draw(st.sampled_from(["", "", "about:第1步", "about:第2步", "about:第3步"]))
    urgent = draw(st.sampled_from(["", "", "urgent:yes", "urgent:no"]))
    words = (draw(OUTCOMES), draw(PEOPLE), about, urgent)
    return " ".join([f"{on}{draw(CLOCKS)}", draw(st.sampled_from(types)), *filter(None, words)])


AMOUNTS = st.sampled_from([None, 0, 1, 10_000, 20_001, 2_000_000])
FLAGS = st.sampled_from([None, True, False])


@st.composite
def files(draw: st.DrawFn) -> tuple[list[str], dict[str, object]]:
    """The steps and columns of one case."""
    kind = draw(st.sampled_from(["penalty", "penalty", "penalty", "license", "compulsory_measure"]))
    types = LICENSE_STEPS if kind == "license" else PENALTY_STEPS
    steps = draw(st.lists(lines(types), max_size=14))
    columns = {
        "kind": kind,
        "procedure": draw(st.sampled_from([None, "ordinary", "summary", "expedited"])),
        "agency_id": draw(st.sampled_from([None, "城管局", "市场监管局", "日照市局"])),
        "party_id": draw(st.sampled_from([None, "公司", "公民", "个体户", "身份不详"])),
        "item_id": draw(st.sampled_from([None, "有基准事项", "无基准事项"])),
        "fine_fen": draw(AMOUNTS),
        "confiscated_fen": draw(AMOUNTS),
        "is_major": draw(FLAGS),
        "is_complex": draw(FLAGS),
        "tier": draw(st.sampled_from([None, "一般", "严重"])),
        "act_on": draw(st.sampled_from([None, "2024-02-29", "2026-01-05"])),
        "found_on": draw(st.sampled_from([None, "2026-02-28", "2026-03-01"])),
        "status": draw(st.sampled_from(["open", "closed", "withdrawn", "ended"])),
    }
    return steps, columns


def base_of(file: tuple[list[str], dict[str, object]], *more: str) -> FactBase:
    steps, columns = file
    return facts_of(example("", Status.HOLDS, *steps, *more, as_of=AS_OF.isoformat(), **columns))


def answers(base: FactBase) -> dict[str, Reckoning]:
    return {rule.id: rule.kind.check(CaseFacts(base.cases[0], base), base) for rule in RULES}


class TestWhateverTheFile:
    @given(files(), st.lists(lines(PENALTY_STEPS + LICENSE_STEPS, LAST_OFFSET + 1, LAST_OFFSET + 30), max_size=5))
    def test_what_comes_after_the_day_of_evaluation_changes_nothing(self, file, later: list[str]):
        assert answers(base_of(file, *later)) == answers(base_of(file))

    @given(files(), st.randoms(use_true_random=False))
    def test_the_order_in_which_people_are_listed_changes_nothing(self, file, dice):
        base = base_of(file)
        people = list(base.participants)
        dice.shuffle(people)
        assert answers(base_of(file)) == answers(replace(base, participants=people))

    @given(files())
    def test_a_breach_has_words_and_names_rows_that_are_there(self, file):
        base = base_of(file)
        known = {
            "events": {event.id for event in base.events},
            "officers": {person.officer_id for person in base.participants},
        }
        for rule in RULES:
            answer = rule.kind.check(CaseFacts(base.cases[0], base), base)
            for (table, key), expected in zip(answer.evidence, rule.kind.evidence_tables, strict=False):
                assert table == expected
                assert key in known[table]
            if answer.status is Status.BROKEN:
                words = rule.kind.describe(answer, AS_OF)
                assert "None" not in words.expected + words.observed
                assert words.overdue_days is None or words.overdue_days > 0

    @given(files())
    def test_evaluating_twice_gives_the_same(self, file):
        base = base_of(file)
        assert answers(base) == answers(base)

    @given(files())
    def test_of_a_case_of_another_kind_no_penalty_rule_speaks(self, file):
        steps, columns = file
        base = base_of((steps, {**columns, "kind": "other"}))
        spoken = [rule_id for rule_id, answer in answers(base).items() if answer.status is not Status.NOT_APPLICABLE]
        assert [one for one in spoken if one.startswith(("penalty.", "license."))] == []


def test_the_case_of_an_example_is_the_only_one():
    assert [one.id for one in base_of(([], {})).cases] == [CASE]
