"""Definitions as data: the sets that come along are sound; what contradicts itself is refused."""

from importlib.resources import files
from typing import Any

import pytest
import yaml

from mingjing.domain.indicators.aggregates import require_declared
from mingjing.domain.indicators.definitions import (
    Definition,
    DefinitionError,
    FactsSource,
    ReportedSource,
    RuleSource,
    definition_data,
    definition_of,
)
from mingjing.domain.indicators.matching import candidates
from mingjing.domain.indicators.rewards import RewardsFinesError, refusal_of, require_no_reward
from mingjing.domain.rules.library import rule_of
from mingjing.engine.aggregates import SHAPES
from mingjing.law.citations import cite


def loaded(name: str) -> list[Definition]:
    text = files("mingjing.contexts.indicators").joinpath("data", f"{name}.yaml").read_text("utf-8")
    return [definition_of(row) for row in yaml.safe_load(text)]


SETS = {name: loaded(name) for name in ("indicators", "demonstration")}
EVERY = [one for each in SETS.values() for one in each]
PLAIN: dict[str, Any] = {
    "code": "cases",
    "title": "案件数",
    "target": {"comparison": "watched"},
    "source": {"facts": {"table": "cases", "when": "found_on"}},
}


class TestSets:
    @pytest.mark.parametrize("one", EVERY, ids=lambda one: one.code)
    def test_each_is_sound_and_is_read_again(self, one: Definition) -> None:
        assert definition_of(definition_data(one)) == one
        assert one.citation
        for reference in one.citation:
            cite(reference)
        if isinstance(one.source, RuleSource):
            rule_of(one.source.rule)
        if isinstance(one.source, FactsSource):
            for part in (one.source.numerator, one.source.denominator):
                if part is not None:
                    require_declared(part, SHAPES)

    def test_codes_are_alone(self) -> None:
        assert len({one.code for one in EVERY}) == len(EVERY)

    def test_every_indicator_that_the_plans_require_is_there(self, shared: Any) -> None:
        from tools.requirements import committed

        kinds = {one.id for one in committed()}
        text = (shared / "requirements.yaml").read_text("utf-8")
        wanted = {
            block.split("id:", 1)[1].split("\n", 1)[0].strip()
            for block in text.split("\n- ")
            if "kind: indicator" in block and "id:" in block
        }
        assert len(wanted) == 28
        assert wanted <= kinds
        assert wanted <= {reference for one in EVERY for reference in one.citation}

    @pytest.mark.requirement("TS-36")
    def test_the_demonstration_set_has_twenty_one_each_with_who_answers_and_evidence(self) -> None:
        assert len(SETS["demonstration"]) == 21
        assert all(one.responsible and one.evidence for one in SETS["demonstration"])

    def test_no_set_rewards_fining_or_inspecting(self) -> None:
        # merged visits may be had by planning more of them: to be watched, not to be appraised by
        assert [one.code for one in EVERY if refusal_of(one)] == ["visits-saved"]


class TestRefusing:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"sql": "x"}, "不认识"),
            ({"title": ""}, "编号和名称"),
            ({"target": {"comparison": "at_least"}}, "目标值"),
            ({"target": {"comparison": "watched", "value": 3}}, "目标值"),
            ({"target": {"comparison": "at_least", "value": "many"}}, "不是数"),
            ({"target": {"comparison": "at_least", "value": 3}, "direction": "down"}, "相反"),
            ({"source": {"rule": "x", "register": "y"}}, "一种"),
            ({"source": {}}, "一种"),
            ({"scope": {"place_only": True, "units_only": True}}, "不能既"),
            ({"period": "decade"}, "统计周期"),
            ({"source": {"reported": "list", "due_days": 500}}, "0至120"),
        ],
    )
    def test_what_does_not_hold_together(self, change: dict[str, Any], words: str) -> None:
        with pytest.raises(DefinitionError, match=words):
            definition_of(PLAIN | change)


def rising(**change: Any) -> Definition:
    return definition_of(PLAIN | {"target": {"comparison": "at_least", "value": 100}, "unit": "件"} | change)


class TestNoRewardForFines:
    @pytest.mark.parametrize(
        ("change", "basis"),
        [
            ({"title": "处罚案件数"}, "CF 74"),
            ({"source": {"facts": {"table": "inspections", "when": "started_at"}}}, "54"),
            (
                {"source": {"facts": {"table": "cases", "measure": "sum", "of": "fine_fen", "when": "found_on"}}},
                "CF 74",
            ),
            ({"title": "罚没收入总额", "source": {"reported": "number"}, "unit": "元"}, "CF 74"),
            ({"title": "入企检查次数", "source": {"reported": "number"}, "unit": "次"}, "54"),
        ],
    )
    def test_counts_are_refused_with_the_provision(self, change: dict[str, Any], basis: str) -> None:
        with pytest.raises(RewardsFinesError) as told:
            require_no_reward(rising(**change))
        assert basis in str(told.value.facts["basis"])

    @pytest.mark.parametrize(
        "change",
        [
            {"target": {"comparison": "below_last_year"}},
            {"target": {"comparison": "watched"}},
            {"source": {"rule": "penalty.disclosure.in-time"}, "unit": "%"},
            {"title": "行政检查备案率", "source": {"reported": "fraction"}, "unit": "%"},
            {"title": "集中培训次数", "source": {"facts": {"table": "training", "when": "held_on"}}},
            {"title": "满意度得分", "source": {"reported": "number"}, "unit": "分"},
        ],
    )
    def test_quality_and_fewer_are_not(self, change: dict[str, Any]) -> None:
        require_no_reward(rising(**change))

    def test_what_falls_may_not_be_turned_round_by_points(self) -> None:
        fewer = definition_of(PLAIN | {"target": {"comparison": "below_last_year"}})
        with pytest.raises(RewardsFinesError):
            require_no_reward(fewer, points_rise=True)


class TestMatching:
    @pytest.mark.parametrize(
        ("text", "unit", "code"),
        [
            ("每名执法人员每年接受不少于60学时的培训", "学时", "training-hours"),
            ("行政机关负责人出庭应诉率达到100%", "%", "heads-appear"),
            ("法制审核人员原则上不少于本单位执法人员总数的5%", "%", "reviewers-share"),
            ("重大执法决定法制审核率达到100%", "%", "review-rate"),
            ("涉企检查频次切实减少20%", "%", "visits-per-enterprise"),
            ("各单位每年开展集中培训4次以上", "次", "training-sessions"),
        ],
    )
    def test_words_and_unit_offer_the_indicator(self, text: str, unit: str, code: str) -> None:
        found = candidates(text, unit if code != "training-hours" else "", None, EVERY)
        if code == "visits-per-enterprise":
            found = candidates(text, "", None, EVERY)
        assert found[0].code == code
        assert "原文有" in found[0].why

    def test_a_unit_that_contradicts_offers_nothing(self) -> None:
        assert not candidates("集中培训达到90%", "%", None, [one for one in EVERY if one.code == "training-sessions"])

    def test_no_word_offers_nothing(self) -> None:
        assert not candidates("建成文化广场三座", "座", None, EVERY)

    def test_reported_ones_say_who_enters(self) -> None:
        reported = [one for one in EVERY if isinstance(one.source, ReportedSource)]
        assert all(one.evidence or one.code == "satisfaction" for one in reported)
