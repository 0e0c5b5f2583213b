"""What rules say that they need, and by which parameters they judge."""

from dataclasses import replace

import pytest

from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Rule
from mingjing.facts.schema import TABLES
from mingjing.law import parameters

EVERY = tuple(rules().values())
OWN_TABLE = {"case": "cases", "inspection": "inspections", "officer": "officers", "agency": "agencies"}


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
class TestEveryRule:
    def test_needs_tables_and_columns_of_the_standard(self, rule: Rule):
        assert rule.kind.needs()
        for need in rule.kind.needs():
            table, _, column = need.partition(".")
            assert column in ("", *TABLES[table].names), need

    def test_needs_the_table_of_what_it_judges(self, rule: Rule):
        table = OWN_TABLE.get(rule.subject.value, rule.subject.value if rule.subject.value == "media" else None)
        table = table or f"{rule.subject.value}s".replace("remedys", "remedies")
        assert table in {need.split(".")[0] for need in rule.kind.needs()}

    def test_names_parameters_of_the_law(self, rule: Rule):
        for name in rule.kind.parameters():
            assert parameters.get(name).id == name


NEEDS = {
    "penalty.officers.two": {"cases", "events", "participants", "officer_roles"},
    "penalty.officers.credential": {"cases", "events", "participants", "officer_roles", "credentials"},
    "penalty.officers.showed-credential": {"cases", "events", "documents", "media"},
    "seizure.record": {"cases", "events", "documents", "media"},
    "penalty.hearing.chair-not-handler": {"cases", "events", "participants"},
    "penalty.facts.complete": {"cases", "events", "items"},
    "penalty.preservation.decided": {"cases", "events"},
    "seizure.approval": {"cases", "events", "events.about_event_id"},
    "penalty.disclosure.withdrawn-when-void": {
        "cases",
        "disclosures",
        "disclosures.published_at",
        "disclosures.withdrawn_at",
        "remedies",
    },
    "disclosure.withdrawn-in-time": {
        "cases",
        "cases.credit_class",
        "disclosures",
        "disclosures.published_at",
        "disclosures.withdrawn_at",
    },
}


@pytest.mark.parametrize(("rule_id", "needs"), NEEDS.items(), ids=NEEDS)
def test_without_these_a_rule_cannot_be_evaluated(rule_id: str, needs: set[str]):
    assert rules()[rule_id].kind.needs() >= needs


def test_a_rule_needs_no_more_than_it_reads():
    assert "credentials" not in rules()["penalty.officers.two"].kind.needs()
    without_media = replace(rules()["seizure.record"].kind, media_parameter=None)
    assert "media" not in without_media.needs()


EVENT_TYPES = {
    "penalty.prior-notice.before-decision": {("decision",), ("prior_notice",)},
    "penalty.preservation.decided": {("preservation",), ("preservation_disposal",)},
    "penalty.officers.showed-credential": {("inspection",)},
    "penalty.hearing.chair-not-handler": {("hearing",)},
    "penalty.legal-review.again-after-new-evidence": {("decision",), ("legal_review",), ("evidence", "inquiry")},
    "license.acceptance.in-time": {("application",), ("acceptance", "correction_notice")},
}


@pytest.mark.parametrize(("rule_id", "types"), EVENT_TYPES.items(), ids=EVENT_TYPES)
def test_a_source_that_cannot_hold_such_events_says_nothing(rule_id: str, types: set[tuple[str, ...]]):
    assert rules()[rule_id].kind.event_types() == {frozenset(one) for one in types}


PARAMETERS = {
    "penalty.decision.in-time": ["penalty.decision.days", "penalty.decision.deduct"],
    "penalty.service.in-time": ["penalty.service.days", "penalty.service.present_days"],
    "license.decision.in-time": ["license.decision.days", "license.extension.days", "license.deduct"],
    "license.delivery.in-time": ["license.delivery.days"],
    "seizure.duration": ["seizure.days", "seizure.extension_days", "seizure.deduct"],
    "penalty.preservation.decided": ["preservation.days"],
    "penalty.officers.two": ["officers.minimum"],
    "penalty.legal-reviewer.qualified": ["legal_review.qualification_since"],
    "penalty.limitation": ["limitation.years", "limitation.extended_years"],
    "penalty.disclosure.withdrawn-when-void": ["disclosure.withdraw_void.days"],
    "disclosure.withdrawn-in-time": [
        "disclosure.max_months.minor",
        "disclosure.max_months.general",
        "disclosure.max_months.serious",
    ],
    "seizure.record": ["seizure.media_required"],
    "penalty.officers.showed-credential": [],
    "seizure.approval": ["seizure.urgent_hours"],
}


@pytest.mark.parametrize(("rule_id", "names"), PARAMETERS.items(), ids=PARAMETERS)
def test_a_rule_applies_these_parameters(rule_id: str, names: list[str]):
    assert list(rules()[rule_id].kind.parameters()) == names
