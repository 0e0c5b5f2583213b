"""What is known of a case whose steps could not all be read."""

from dataclasses import replace

import pytest

from mingjing.domain.rules.facts import ANY_STEP
from mingjing.domain.rules.judge import judge
from mingjing.domain.rules.library import rule_of
from mingjing.domain.rules.model import Reckoning, Status
from mingjing.domain.rules.terms import CaseFacts
from tests.domain.rules.test_terms import case

NOTIFIED = rule_of("penalty.prior-notice.before-decision")
DECIDED = ("2026-03-02 filing", "2026-03-20 decision")


def judged(rule_id: str, unread: str, *steps: str, **columns: object) -> Reckoning:
    view = case(*steps, **columns)
    view = CaseFacts(replace(view.case, unread=frozenset(unread.split())), view.base)
    return judge(rule_of(rule_id), view, view.base)


class TestUnreadStep:
    """行政处罚法 art. 44: without notice no penalty. A notice whose day is mistyped is a notice."""

    @pytest.mark.parametrize(
        ("unread", "expected"),
        [
            ("", Status.BROKEN),
            ("prior_notice", Status.NOT_EVALUATED),
            ("decision", Status.NOT_EVALUATED),
            (ANY_STEP, Status.NOT_EVALUATED),
            ("evidence payment", Status.BROKEN),
        ],
    )
    def test_leaves_open_only_what_turns_on_it(self, unread: str, expected: Status):
        assert judged(NOTIFIED.id, unread, *DECIDED).status is expected

    def test_leaves_open_what_seemed_in_order(self):
        steps = ("2026-03-02 filing", "2026-03-05 prior_notice", "2026-03-20 decision")
        assert judged(NOTIFIED.id, "", *steps).status is Status.HOLDS
        assert judged(NOTIFIED.id, "prior_notice", *steps).status is Status.NOT_EVALUATED

    def test_makes_no_rule_apply_that_does_not(self):
        assert judged(NOTIFIED.id, "decision", "2026-03-02 filing").status is Status.NOT_APPLICABLE
        assert judged(NOTIFIED.id, "decision", *DECIDED, kind="license").status is Status.NOT_APPLICABLE

    def test_keeps_figures_and_evidence(self):
        known, opened = (judged(NOTIFIED.id, unread, *DECIDED) for unread in ("", "prior_notice"))
        assert opened == replace(known, status=Status.NOT_EVALUATED)

    def test_says_nothing_of_rules_that_ask_no_step(self):
        assert rule_of("penalty.disclosure.withdrawn-when-void").kind.rests_on() == frozenset()


@pytest.mark.parametrize(
    ("rule_id", "types"),
    [
        (NOTIFIED.id, "decision prior_notice"),
        ("penalty.hearing-notice.when-large", "decision hearing_notice service"),
        (
            "penalty.decision.in-time",
            "announcement appraisal decision extension filing hearing no_penalty resumption suspension testing",
        ),
        (
            "seizure.duration",
            "appraisal decision no_penalty resumption seizure seizure_extension seizure_release testing",
        ),
        ("seizure.approval", "approval seizure"),
        ("penalty.limitation", "decision no_penalty"),
        ("penalty.legal-reviewer.qualified", "legal_review"),
        (
            "penalty.hearing.chair-not-handler",
            "evidence filing hearing inquiry inspection investigation_report preservation seizure",
        ),
    ],
)
def test_a_rule_names_the_steps_on_which_it_rests(rule_id: str, types: str):
    """Those of its terms, their services, the times that are not counted, and who handled the case."""
    assert rule_of(rule_id).kind.rests_on() == frozenset(types.split())
