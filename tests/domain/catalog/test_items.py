"""Items, lists, delegations, clean-ups: what they lack, who acts, what follows."""

from dataclasses import replace
from datetime import date

import pytest

from mingjing.domain.catalog import cleanups, delegations
from mingjing.domain.catalog.criteria import Effect, marks, standards_of_data
from mingjing.domain.catalog.items import (
    Duty,
    Found,
    IncompleteError,
    ItemContent,
    ItemKind,
    RandomCheck,
    flows,
    flows_for,
    item_gaps,
    item_of_data,
    procedure_basis_of,
    require_complete,
)
from mingjing.domain.catalog.lists import UnknownListKindError, kinds_at, list_gaps, list_kind, list_kinds
from mingjing.facts.schema import EVENT_TYPES
from mingjing.law.written import WrittenCitation, citations_in

DAY = date(2026, 11, 20)
SOUND = ItemContent(
    name="对未按规定明码标价的处罚",
    kind=ItemKind.PENALTY,
    basis=("《价格法》第四十二条",),
    section="价监竞争科",
    flow="penalty_ordinary",
    records=(Duty(stage="filing"),),
)


class Books:
    """A library of two: one in force with 48 articles, one repealed."""

    def find(self, citation: WrittenCitation) -> Found | None:
        if citation.title == "价格法":
            has = (citation.article or 0) <= 48
            return Found(title="价格法", in_force=True, status="现行有效", has_text=True, has_article=has)
        if citation.title == "投机倒把行政处罚暂行条例":
            return Found(title=citation.title, in_force=False, status="已经废止", has_text=False, has_article=False)
        return None


def fields(content: ItemContent) -> set[str]:
    return {gap.field for gap in item_gaps(content, Books()) if gap.blocks}


def test_a_complete_item_lacks_nothing() -> None:
    assert item_gaps(SOUND, Books()) == ()
    assert item_of_data(SOUND.as_data()) == SOUND


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ((), "没有写依据"),
        (("价格方面的规定",), "看不懂依据"),
        (("《价格法》第九十九条",), "没有第九十九条"),
        (("《不存在的条例》第一条",), "法律法规库中没有"),
        (("《投机倒把行政处罚暂行条例》第一条",), "已经废止"),
    ],
)
def test_a_basis_that_does_not_resolve_blocks(basis: tuple[str, ...], words: str) -> None:
    gaps = item_gaps(replace(SOUND, basis=basis), Books())
    with pytest.raises(IncompleteError, match=words):
        require_complete(gaps)


def test_a_random_inspection_needs_all_its_elements() -> None:
    """YZ-07: without 频次 it may not be submitted."""
    content = replace(
        SOUND,
        kind=ItemKind.INSPECTION,
        flow="inspection",
        random=RandomCheck(object="企业", content="价格行为", ratio="5%", manner="按主体随机"),
    )
    assert fields(content) == {"random.frequency"}


def test_a_missing_flow_or_benchmark_is_named_but_does_not_block() -> None:
    gaps = item_gaps(replace(SOUND, flow=""), Books(), has_benchmark=False)
    assert {gap.field for gap in gaps} == {"flow", "benchmark"}
    require_complete(gaps)


def test_a_flow_of_another_kind_blocks() -> None:
    assert fields(replace(SOUND, flow="license")) == {"flow"}


def test_flows_speak_the_words_of_the_facts_standard() -> None:
    assert {step.event for flow in flows().values() for step in flow.steps} <= set(EVENT_TYPES)
    assert all(flows_for(kind) for kind in ItemKind)


def test_the_provincial_procedure_is_the_default() -> None:
    assert procedure_basis_of(SOUND, "370831") == ("《山东省行政程序规定》", True)
    assert procedure_basis_of(replace(SOUND, procedure_basis="甲"), "370831") == ("甲", False)
    assert procedure_basis_of(SOUND, "410000") == ("", False)


def test_each_place_keeps_the_leniency_lists_of_its_plan() -> None:
    def lenient(place: str) -> set[str]:
        return {kind.code for kind in kinds_at(place, DAY) if kind.leniency}

    assert lenient("370902") == {"no_penalty", "exempt"}
    assert lenient("370112") == {"no_penalty", "mitigated", "lighter", "heavier"}
    assert lenient("371100") == {"no_penalty", "lighter", "no_measure"}
    assert lenient("410000") == {kind.code for kind in list_kinds().values() if kind.leniency}
    assert list_kind("lighter").name_at("371102") == "轻罚清单"
    with pytest.raises(UnknownListKindError):
        list_kind("nonsense")


def test_an_entry_names_what_it_lacks() -> None:
    rows = [{"number": "1", "matter": "未明码标价", "basis": "《价格法》第四十二条"}, {"number": "1"}]
    gaps = list_gaps(list_kind("no_penalty"), rows, Books())
    messages = [gap.message for gap in gaps]
    assert "第1项没有写适用条件。" in messages
    assert "有不止一个第1项。" in messages
    assert [gap.field for gap in list_gaps(list_kind("no_penalty"), [], Books())] == ["entries"]


def test_citations_are_read_as_lists_write_them() -> None:
    text = "《食品安全法》第一百二十四条第一款第（五）项、第（六）项和第一百三十条；《条例》（国务院令第1号） 违反本条例第八条"
    assert [one.label for one in citations_in(text)] == [
        "《食品安全法》第一百二十四条第一款第（五）项",
        "《食品安全法》第一百二十四条第一款第（六）项",
        "《食品安全法》第一百三十条",
        "《条例》",
    ]
    assert citations_in("《刑法》第一百二十条之一")[0].article_key == "120-1"


class TestDelegation:
    HANDED = (
        delegations.Delegation(
            item="I1",
            giver="market",
            taker="town",
            form=delegations.Form.EMPOWERED,
            started_on=date(2024, 6, 1),
            ended_on=date(2026, 1, 1),
        ),
    )

    def test_is_evaluated_a_year_after_it_began_where_the_place_says_so(self) -> None:
        assert delegations.evaluation_due(date(2024, 6, 1), "371102") == date(2025, 6, 1)
        assert delegations.evaluation_due(date(2024, 6, 1), "410000") is None

    def test_the_town_acts_until_the_item_is_taken_back_then_its_owner_does(self) -> None:
        assert delegations.exerciser("market", self.HANDED, "town", date(2025, 12, 31)) == "town"
        assert delegations.exerciser("market", self.HANDED, "town", date(2026, 1, 1)) == "market"
        delegations.require_exerciser("market", "市监局", "market", self.HANDED, date(2026, 1, 1))
        with pytest.raises(delegations.NotActingError, match="已于2026-01-01收回"):
            delegations.require_exerciser("town", "泗河街道", "market", self.HANDED, date(2026, 1, 1))
        with pytest.raises(delegations.NotActingError, match="没有这个事项"):
            delegations.require_exerciser("health", "卫健局", "market", self.HANDED, date(2026, 1, 1))


def test_a_clean_up_that_changes_something_is_argued_first() -> None:
    proposal = cleanups.Proposal(
        outcome=cleanups.Outcome.CANCEL, reason="没有法定依据", argued="专家论证意见", effective_on=DAY
    )
    cleanups.require_approvable(proposal, today=DAY)
    for wrong in (
        replace(proposal, reason=""),
        replace(proposal, argued=""),
        replace(proposal, effective_on=None),
        replace(proposal, effective_on=date(2020, 1, 1)),
    ):
        with pytest.raises(cleanups.IncompleteProposalError):
            cleanups.require_approvable(wrong, today=DAY)


def test_a_case_is_marked_by_the_standards_that_it_meets() -> None:
    """RZ-26: amount over X, or more than one region."""
    standards = standards_of_data(
        [
            {
                "label": "罚款五万元以上",
                "effect": "major",
                "criteria": [{"fact": "fine_fen", "operator": "at_least", "value": 5_000_000}],
            },
            {
                "label": "涉及两个以上县区",
                "effect": "cross_region",
                "criteria": [{"fact": "regions", "operator": "above", "value": 1}],
            },
        ]
    )
    found = marks(standards, {"fine_fen": 100, "regions": 2})
    assert [(mark.standard.effect, mark.certain) for mark in found] == [(Effect.CROSS_REGION, True)]
    assert [mark.certain for mark in marks(standards, {"fine_fen": 9_000_000})] == [True, False]
    assert "上一级" in Effect.CROSS_REGION.route
