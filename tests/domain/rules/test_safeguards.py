"""What the rules that guard the party tell of a breach, and what a gate does with it."""

from dataclasses import replace
from datetime import date

import pytest

from mingjing.domain.rules.elements import ELEMENT_BITS, labels_of, mask_of
from mingjing.domain.rules.examples.papers import BY_LAW, NOTICE
from mingjing.domain.rules.examples.writing import BROKEN, CASE, Tables, example, written
from mingjing.domain.rules.library import rule_of, rules
from mingjing.domain.rules.model import Reckoning, Strictness, Words
from mingjing.domain.rules.strictness import FAMILY, strictness_of
from mingjing.domain.rules.worked import facts_of, subject_of
from mingjing.law.parameters import parameters

TODAY = date(2026, 6, 30)


def judged(rule_id: str, *steps: str, more: Tables | None = None, **case: object) -> tuple[Reckoning, Words]:
    rule = rule_of(rule_id)
    base = facts_of(example("", BROKEN, *steps, more=more, **case))
    answer = rule.kind.check(subject_of(rule, base, CASE), base)
    return answer, rule.kind.describe(answer, TODAY)


class TestContents:
    def test_names_what_is_missing(self):
        answer, words = judged("penalty.notice.contents", NOTICE, more=written("告知", *BY_LAW[:4]))
        assert answer.values[1] == mask_of(("statement_right", "defense_right"))
        assert words.observed == "2026-03-02的事先告知书缺少陈述权、申辩权"
        assert answer.evidence == (("events", "告知"),)

    def test_masks_name_their_elements(self):
        assert labels_of(mask_of(ELEMENT_BITS)).count("、") == len(ELEMENT_BITS) - 1
        assert mask_of(("facts", "facts", "odd")) == ELEMENT_BITS["facts"]


class TestAnswered:
    def test_tells_what_was_asked_and_the_act(self):
        answer, words = judged(
            "penalty.recusal.decided", "2026-03-03 recusal_application @申请", "2026-03-10 decision @决定"
        )
        assert answer.evidence == (("events", "申请"), ("events", "决定"))
        assert words.expected == "作出处罚决定前，应当已对回避申请作出决定"
        assert words.observed == "2026-03-03当事人申请回避，2026-03-10作出处罚决定，此前没有对回避申请作出决定的记录"

    def test_of_several_tells_the_first_without_an_answer(self):
        answer, _ = judged(
            "penalty.supervision.answered",
            "2026-03-03 supervision_opinion @甲",
            "2026-03-04 supervision_reply about:甲 outcome:approved",
            "2026-03-05 supervision_opinion @乙",
            "2026-03-06 supervision_opinion @丙",
            "2026-03-10 decision @决定",
        )
        assert answer.evidence[0] == ("events", "乙")

    def test_a_source_that_holds_no_answers_says_nothing(self):
        types = rule_of("penalty.statement.reviewed").kind.event_types()
        assert frozenset({"statement_review"}) in types
        assert rule_of("penalty.statement.reviewed").kind.rests_on() == {"statement", "statement_review", "decision"}


def test_who_must_withdraw_is_named_with_the_step():
    answer, words = judged(
        "penalty.recusal.kept-out",
        "2026-03-04 recusal outcome:approved recused:甲",
        "2026-03-05 evidence @取证 handler:甲,丙",
    )
    assert answer.evidence == (("events", "取证"), ("officers", "甲"))
    assert words.observed == "应当回避的人员又参加了2026-03-05的环节"


class TestStrictness:
    def test_what_the_law_forbids_is_blocked_everywhere(self):
        rule = rule_of("penalty.prior-notice.before-decision")
        assert strictness_of(rule, place=None, on=TODAY) is Strictness.BLOCK
        assert strictness_of(rule, place="370902", on=TODAY) is Strictness.BLOCK

    @pytest.mark.parametrize(
        ("rule_id", "place", "on", "expected"),
        [
            ("penalty.supervision.answered", None, TODAY, Strictness.WARN),
            ("penalty.supervision.answered", "370902", TODAY, Strictness.BLOCK),
            ("penalty.supervision.answered", "370902", date(2023, 6, 20), Strictness.WARN),
            ("penalty.supervision.answered", "370902", date(2023, 6, 21), Strictness.BLOCK),
            ("penalty.legal-reviewer.not-handler", "371100", TODAY, Strictness.WARN),
            ("penalty.legal-reviewer.not-handler", "370831", TODAY, Strictness.BLOCK),
            ("penalty.tier.stated", "370902", TODAY, Strictness.BLOCK),
            ("agency.income-growth", "370902", TODAY, Strictness.RECORD),
        ],
    )
    def test_a_place_decides_by_its_plan_from_its_day(
        self, rule_id: str, place: str | None, on: date, expected: Strictness
    ):
        assert strictness_of(rule_of(rule_id), place=place, on=on) is expected

    def test_no_place_loosens_what_the_law_forbids(self):
        strict = replace(rule_of("penalty.legal-reviewer.not-handler"), strictness=Strictness.BLOCK)
        assert strictness_of(strict, place="371100", on=TODAY) is Strictness.BLOCK

    def test_every_value_is_of_a_rule_and_a_strictness(self):
        for name, parameter in parameters().items():
            if name.startswith(FAMILY):
                assert name.removeprefix(FAMILY) in rules()
                assert {Strictness(value.text) for value in parameter.values}

    def test_what_blocks_rests_on_a_law(self):
        """A plan, a review standard or a practice forbids nothing everywhere."""
        for rule in rules().values():
            if rule.strictness is Strictness.BLOCK:
                levels = {citation.source.level for citation in rule.citations}
                assert levels & {"law", "administrative_regulation", "normative_document"}, rule.id
                assert not all(citation.source.place for citation in rule.citations), rule.id


def test_the_additional_fine_is_told_with_its_limit():
    answer, words = judged(
        "execution.additional-fine.cap", "2026-03-02 decision", "2026-03-27 additional_fine @加处 yuan:31"
    )
    assert answer.values[:3] == (3_100, 3_000, 10)
    assert answer.evidence == (("events", "加处"),)
    assert words.expected == "逾期10日，加处罚款累计不得超过30元"
    assert words.observed == "2026-03-27加处罚款累计31元"


def test_a_measure_other_than_a_seizure_is_told_by_its_name():
    _, words = judged("freezing.approval", "2026-03-02 freezing")
    assert words.expected == "冻结前应当报经批准"
    _, words = judged("seizure.approval", "2026-03-02 seizure")
    assert words.expected == "查封、扣押前应当报经批准；情况紧急的，24小时内补办批准手续"
