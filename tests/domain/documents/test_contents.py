"""What a document contains, by its template and what is filled in: each declared once, and exactly what rules ask for."""

import pytest

from mingjing.domain.documents.bodies import standard_text
from mingjing.domain.documents.contents import elements_of, has_elements
from mingjing.domain.documents.kinds import kind_of, kinds
from mingjing.domain.documents.lint import grave, problems
from mingjing.domain.documents.values import cleaned
from mingjing.domain.rules.elements import ELEMENTS
from mingjing.law.parameters import parameters
from tests.contexts.documents.samples import value_of

NOTICE = "penalty_prior_notice"

WHOLE = {
    "penalty_prior_notice": "prior_notice.elements",
    "penalty_decision": "penalty.decision.elements",
    "summary_penalty_decision": "penalty.summary.elements",
    "inquiry_record": "inquiry.elements",
    "seizure_record": "seizure.record.elements",
    "seizure_decision": "seizure.decision.elements",
    "demand_notice": "execution.demand.elements",
    "execution_decision": "execution.decision.elements",
    "license_refusal": "license.refusal.elements",
}
"""Kinds that alone must contain what a parameter lists."""


def filled(code: str) -> dict[str, object]:
    kind = kind_of(code)
    return cleaned(kind, {one.code: value_of(one) for one in kind.fields})


def test_every_element_declared_is_one_that_rules_know() -> None:
    declared = {element for kind in kinds().values() for one in kind.contents for element in one.elements}
    assert declared <= set(ELEMENTS)


@pytest.mark.requirement("SS-50", "RZ-23", "RZ-24")
@pytest.mark.parametrize(("code", "parameter"), WHOLE.items())
def test_a_whole_document_contains_what_any_place_asks_for(code: str, parameter: str) -> None:
    told = elements_of(kind_of(code), standard_text(code), filled(code))
    assert told is not None
    for value in parameters()[parameter].values:
        assert set(value.value) <= told, value.citation  # type: ignore[arg-type]


@pytest.mark.requirement("SS-50")
def test_the_notice_contains_nine_elements_and_lacks_what_is_not_filled_in() -> None:
    data = filled(NOTICE)
    told = elements_of(kind_of(NOTICE), standard_text(NOTICE), data)
    assert told is not None
    assert len(told) >= 9
    for field, element in {"facts": "facts", "reasons": "reasons", "basis": "basis", "proposed": "content"}.items():
        less = elements_of(kind_of(NOTICE), standard_text(NOTICE), {**data, field: None})
        assert told - (less or frozenset()) == {element}


def test_a_template_without_its_words_lacks_the_element() -> None:
    text = "\n".join(line for line in standard_text(NOTICE).splitlines() if "申辩" not in line)
    told = elements_of(kind_of(NOTICE), text, filled(NOTICE))
    assert told is not None
    assert {"statement_right", "defense_right"}.isdisjoint(told)
    assert grave(problems(kind_of(NOTICE), text))


def test_what_only_a_plan_asks_for_does_not_keep_a_template_from_coming_into_force() -> None:
    kept = [line for line in standard_text(NOTICE).splitlines() if "救济途径" not in line and "行政复议" not in line]
    found = problems(kind_of(NOTICE), "\n".join(kept))
    assert any("SS-50" in str(one.citation) for one in found)
    assert not grave(found)


@pytest.mark.requirement("YZ-35")
def test_a_review_has_each_point_that_has_a_finding() -> None:
    kind = kind_of("legal_review_opinion")
    rows = [{"point": one.row, "finding": "符合要求"} for one in kind.contents if one.row]
    assert len(rows) == 10
    data = {**filled(kind.code), "points": rows}
    whole = elements_of(kind, standard_text(kind.code), data)
    less = elements_of(kind, standard_text(kind.code), {**data, "points": [*rows[1:], {"point": rows[0]["point"]}]})
    assert whole is not None
    assert less is not None
    assert len(whole) == 10
    assert whole - less == {"review_subject"}


def test_a_kind_that_says_nothing_of_its_contents_is_not_looked_at() -> None:
    kind = kind_of("service_receipt")
    assert not has_elements(kind)
    assert elements_of(kind, standard_text(kind.code), {}) is None
