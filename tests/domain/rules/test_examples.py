"""Every rule shows by worked examples what holds, what is broken and what cannot be said, and ``check`` answers so."""

import pytest

from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Rule, Status
from mingjing.domain.rules.worked import ExampleSubjectError, facts_of, run_examples, subject_of

NEVER_UNKNOWN = {
    "penalty.hearing.chair-not-handler": "who chaired and who handled are compared as far as they are recorded",
    "penalty.legal-reviewer.not-handler": "who reviewed and who handled are compared as far as they are recorded",
    "penalty.legal-reviewer.qualified": "a role or a qualification that is not on record is not held",
    "penalty.deliberation.handler-not-voter": "who voted and who handled are compared as far as they are recorded",
    "penalty.approver.not-handler": "who approved and who handled are compared as far as they are recorded",
    "penalty.officers.two": "somebody who is not on record was not there",
    "penalty.officers.credential": "a credential that is not on record is not held",
    "penalty.officers.showed-credential": "it asks for the record itself",
    "penalty.tier.stated": "it asks for the statement itself",
    "penalty.facts.complete": "it asks what is missing",
    "seizure.duration": "calendar days that do not roll need no calendar",
    "seizure.two-officers": "somebody who is not on record was not there",
    "seizure.record": "it asks for the record itself",
    "seizure.officers.credential": "a credential that is not on record is not held",
    "seizure.handed-over": "calendar days that do not roll need no calendar",
    "seizure.extension.in-time": "calendar days that do not roll need no calendar",
    "freezing.duration": "calendar days that do not roll need no calendar",
    "penalty.execution.in-time": "months need no calendar",
    "license.correction.once": "days alone are compared",
    "license.check.two": "somebody who is not on record was not there",
    "license.renewal.before-expiry": "days alone are compared",
    "license.handed-to-regulator": "it asks for the record itself",
    "penalty.inquiry.recorded": "it asks for the record itself",
    "penalty.hearing.recorded": "it asks for the record itself",
    "penalty.deliberation.minutes": "it asks for the record itself",
    "penalty.crime.handover.in-time": "calendar days that do not roll need no calendar",
    "penalty.crime.returned.decided": "calendar days that do not roll need no calendar",
    "penalty.closing.after-service": "days alone are compared",
    "agency.fine-quota-signal": "units whose months cannot be compared are no group",
    "officer.two-places": "acts without hours or place are not compared",
}
"""Rules that always know their answer, and why."""

EVERY = tuple(rules().values())


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
class TestEveryRule:
    def test_answers_its_examples_as_they_say(self, rule: Rule):
        answers = [(example.title, example.expected, said) for example, said in run_examples(rule)]
        assert [answer for answer in answers if answer[1] is not answer[2]] == []

    def test_shows_each_answer_that_it_can_give(self, rule: Rule):
        shown = {example.expected for example in rule.examples}
        wanted = {Status.HOLDS, Status.BROKEN} | (set() if rule.id in NEVER_UNKNOWN else {Status.NOT_EVALUATED})
        assert wanted <= shown

    def test_puts_each_breach_into_words(self, rule: Rule):
        for example in rule.examples:
            if example.expected is not Status.BROKEN:
                continue
            base = facts_of(example)
            words = rule.kind.describe(rule.kind.check(subject_of(rule, base, example.subject), base), example.as_of)
            assert words.expected
            assert words.observed
            assert "None" not in words.expected + words.observed, example.title
            if words.overdue_days is not None:
                assert words.overdue_days > 0

    def test_titles_each_example_once(self, rule: Rule):
        titles = [example.title for example in rule.examples]
        assert len(titles) == len(set(titles))


def test_rules_that_are_never_unknown_show_no_unknown_example():
    assert {rule.id for rule in EVERY} >= NEVER_UNKNOWN.keys()
    shown = {rule.id for rule in EVERY if Status.NOT_EVALUATED in {example.expected for example in rule.examples}}
    assert shown & NEVER_UNKNOWN.keys() == set()


def test_an_example_about_something_else_is_an_error():
    rule = rules()["penalty.decision.in-time"]
    with pytest.raises(ExampleSubjectError, match="没有编号为“他案”的案件"):
        subject_of(rule, facts_of(rule.examples[0]), "他案")
