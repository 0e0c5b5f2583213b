"""An appraisal from draft to published results: method first, traceable points, objections answered."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from mingjing.contexts.accounts.access import Actor, ForbiddenError
from mingjing.contexts.indicators import queries
from mingjing.contexts.indicators.models import Scheme, Score
from mingjing.contexts.indicators.usecases import appraise
from mingjing.contexts.indicators.usecases.appraise import SchemeGiven
from mingjing.contexts.indicators.usecases.base import IndicatorsError
from mingjing.domain.indicators.appraisal import SchemeError
from mingjing.domain.indicators.rewards import RewardsFinesError
from tests.contexts.conftest import PLACE, UserMaker
from tests.contexts.indicators.conftest import AT, Compute, Define
from tests.contexts.indicators.test_computing import case, from_set, remedy

HEADS = {"key": "heads-appear", "title": "出庭率", "weight": 60, "indicator": "heads-appear", "full": 100, "zero": 50}
PLAN = {"key": "plan", "title": "方案落实", "weight": 40}
UNTIL = date(2026, 11, 30)
AFTER = AT + timedelta(days=11)


def given(items: Sequence[dict[str, Any]] = (HEADS, PLAN), **more: Any) -> SchemeGiven:
    return SchemeGiven(
        title="依法行政考评",
        period="2026",
        method="按数据计分，可以提异议。",
        items=items,
        bonus_cap=Decimal(3),
        vetoes=["发生重大错案"],
        **more,
    )


def draft(keeper: Actor, **more: Any) -> Scheme:
    return appraise.draft_scheme(actor=keeper, at=AT, place=PLACE, given=given(**more))


@pytest.fixture
def published(define: Define, facts_of: Compute, keeper: Actor, head: Actor) -> Scheme:
    """A scheme that is open, over facts in which one agency's head appeared twice of two, the other's once."""
    define(**from_set("heads-appear"))
    heard = {"hearing_on": date(2026, 5, 4)}
    facts_of(
        {
            "cases": [case(n, agency) for agency in ("market", "health") for n in range(2)],
            "remedies": [
                remedy(n, agency, head_attended=agency == "market" or n == 0, filed_at=datetime(2026, 3, 1), **heard)
                for agency in ("market", "health")
                for n in range(2)
            ],
        }
    )
    row = draft(keeper)
    return appraise.publish_scheme(actor=head, at=AT, code=row.code, version=row.version)


def scored(row: Scheme, keeper: Actor) -> dict[str, Score]:
    fresh = Scheme.objects.get(pk=row.pk)
    appraise.score(actor=keeper, at=AT, code=row.code, version=fresh.version, objections_until=UNTIL)
    return {one.unit.code: one for one in row.scores.select_related("unit")}


class TestDrafting:
    @pytest.mark.requirement("LC-44")
    def test_weights_must_sum_to_a_hundred(self, define: Define, keeper: Actor) -> None:
        define(**from_set("heads-appear"))
        with pytest.raises(SchemeError, match="合计应当是100"):
            draft(keeper, items=[HEADS])

    def test_counts_of_inspections_are_refused_with_the_document(self, define: Define, keeper: Actor) -> None:
        define(
            code="visits",
            title="检查数",
            unit="次",
            target={"comparison": "watched"},
            source={"facts": {"table": "inspections", "when": "started_at"}},
        )
        item = {"key": "visits", "title": "检查数", "weight": 100, "indicator": "visits", "full": 500, "zero": 0}
        with pytest.raises(RewardsFinesError) as told:
            draft(keeper, items=[item])
        assert told.value.facts["basis"] == "54"
        # fewer inspections may be rewarded
        assert draft(keeper, items=[item | {"full": 0, "zero": 500}]).state == "draft"

    def test_nobody_publishes_ones_own(self, define: Define, head: Actor) -> None:
        define(**from_set("heads-appear"))
        row = draft(head)
        with pytest.raises(IndicatorsError, match="他人"):
            appraise.publish_scheme(actor=head, at=AT, code=row.code, version=row.version)

    def test_units_see_it_once_it_is_published(self, published: Scheme, keeper: Actor, clerk: Actor) -> None:
        draft(keeper)
        assert list(queries.schemes(clerk)) == [published]


class TestScoring:
    @pytest.mark.requirement("LC-44", "SS-82")
    def test_each_unit_has_total_rank_and_data_behind(self, published: Scheme, keeper: Actor) -> None:
        appraise.adjust(
            actor=keeper,
            at=AT,
            code=published.code,
            unit="health",
            kind="manual",
            item="plan",
            points="30",
            reason="台账评分",
        )
        scores = scored(published, keeper)
        market, health = scores["market"], scores["health"]
        # 60 of 60 judged; what was not judged leaves the denominator
        assert (market.total, market.covered, market.rank) == (100, 60, 1)
        assert (health.total, health.covered, health.rank) == (30, 100, 2)
        assert health.parts["heads-appear"]["points"] == "0.00"
        assert "50得零分" in health.parts["heads-appear"]["words"]
        assert scores["town"].total is None

    def test_a_veto_must_be_one_of_the_published_and_makes_naught(self, published: Scheme, keeper: Actor) -> None:
        adjust = {"actor": keeper, "at": AT, "code": published.code, "unit": "market", "kind": "veto"}
        with pytest.raises(IndicatorsError, match="公布的情形"):
            appraise.adjust(**adjust, reason="看着不好")
        appraise.adjust(**adjust, reason="发生重大错案")
        market = scored(published, keeper)["market"]
        assert (market.total, market.veto) == (0, "发生重大错案")

    def test_bonus_points_are_capped(self, published: Scheme, keeper: Actor) -> None:
        for _ in range(2):
            appraise.adjust(
                actor=keeper, at=AT, code=published.code, unit="health", kind="bonus", points="2", reason="省级表彰"
            )
        assert scored(published, keeper)["health"].bonus == 3

    def test_too_short_a_time_to_object_is_refused(self, published: Scheme, keeper: Actor) -> None:
        with pytest.raises(IndicatorsError, match="至少在5日以后"):
            appraise.score(
                actor=keeper, at=AT, code=published.code, version=published.version, objections_until=AT.date()
            )


class TestObjecting:
    def test_from_objection_to_results(self, published: Scheme, keeper: Actor, head: Actor, clerk: Actor) -> None:
        scored(published, keeper)
        made = appraise.object_to(
            actor=clerk, at=AT, code=published.code, unit="market", words="方案落实没有评分", item="plan"
        )
        fresh = Scheme.objects.get(pk=published.pk)
        finish = {"actor": head, "at": AFTER, "code": published.code}
        with pytest.raises(IndicatorsError, match="1件异议没有答复"):
            appraise.publish_results(**finish, version=fresh.version)
        appraise.answer(
            actor=keeper, at=AT + timedelta(days=2), objection=made.pk, version=made.version, upheld=True, words="补评"
        )
        with pytest.raises(IndicatorsError, match="重新评分"):
            appraise.publish_results(**finish, version=fresh.version)
        appraise.adjust(
            actor=keeper,
            at=AFTER,
            code=published.code,
            unit="market",
            kind="manual",
            item="plan",
            points="20",
            reason="补评",
        )
        appraise.score(actor=keeper, at=AFTER, code=published.code, version=fresh.version, objections_until=UNTIL)
        fresh = Scheme.objects.get(pk=published.pk)
        assert appraise.publish_results(**finish, version=fresh.version).state == "final"
        assert published.scores.get(unit__code="market").total == 80

    def test_before_the_last_day_nothing_is_final(self, published: Scheme, keeper: Actor, head: Actor) -> None:
        scored(published, keeper)
        fresh = Scheme.objects.get(pk=published.pk)
        with pytest.raises(IndicatorsError, match="异议期到"):
            appraise.publish_results(actor=head, at=AT, code=published.code, version=fresh.version)

    def test_only_to_ones_own_score(self, published: Scheme, keeper: Actor, clerk: Actor) -> None:
        scored(published, keeper)
        with pytest.raises(ForbiddenError):
            appraise.object_to(actor=clerk, at=AT, code=published.code, unit="health", words="不服")
        assert [one.unit.code for one in queries.scores(clerk, Scheme.objects.get(pk=published.pk))] == ["market"]


class TestPages:
    @pytest.mark.requirement("SS-82")
    def test_scores_go_out_with_their_parts(
        self, published: Scheme, keeper: Actor, client: Client, user_with: UserMaker
    ) -> None:
        scored(published, keeper)
        client.force_login(user_with("inspector", "justice"))
        page = client.get(f"/indicators/schemes/{published.code}/").content.decode()
        assert "按数据计分" in page
        sent = b"".join(client.get(f"/indicators/schemes/{published.code}/scores/?as=csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert "出庭率（60）" in sent
        assert "泗水县市场监督管理局" in sent
        assert client.get(f"/indicators/schemes/{published.code}/health/").status_code == 200


class TestAccountability:
    """泰山区 四（四）: shirking, poor work, or a loss rate above the average; the machine proposes only."""

    @pytest.fixture
    def lost(self, define: Define, facts_of: Compute, keeper: Actor, head: Actor) -> Scheme:
        """Two agencies of 25 lawsuits each, three and two of them lost: 12% and 8%, 10% on the whole."""
        for code in ("heads-appear", "loss-rate"):
            define(**from_set(code))
        losses = {"market": 3, "health": 2}
        facts_of(
            {
                "cases": [case(n, agency) for agency in losses for n in range(25)],
                "remedies": [
                    remedy(n, agency, decided_at=datetime(2026, 6, 1), outcome="revoked" if n < many else "upheld")
                    for agency, many in losses.items()
                    for n in range(25)
                ],
            }
        )
        row = draft(keeper)
        return appraise.publish_scheme(actor=head, at=AT, code=row.code, version=row.version)

    @pytest.mark.requirement("TS-69")
    def test_only_the_agency_above_the_average_is_proposed_and_opens_its_cases(
        self, lost: Scheme, client: Client, user_with: UserMaker
    ) -> None:
        (one,) = appraise.proposals(lost)
        assert (one.unit.code, one.trigger) == ("market", "loss_rate")
        assert "败诉率12%，高于全地区平均10%" in one.words
        client.force_login(user_with("overseer", "justice", username="looker"))
        page = client.get(f"/indicators/schemes/{lost.code}/").content.decode()
        assert "问责建议" in page and one.words in page
        assert f'href="/indicators/values/{one.values[0]}/"' in page
        client.force_login(user_with("agency_clerk", "market", username="other"))
        assert "问责建议" not in client.get(f"/indicators/schemes/{lost.code}/").content.decode()

    @pytest.mark.requirement("TS-69")
    def test_recorded_shirking_and_poor_work_are_proposed_and_cost_no_points(self, lost: Scheme, keeper: Actor) -> None:
        before = scored(lost, keeper)["health"].total
        by: dict[str, Any] = {"actor": keeper, "at": AT, "code": lost.code, "unit": "health", "kind": "liability"}
        appraise.adjust(**by, item="shirking", reason="移送线索三次退回", document="督办函3号")
        appraise.adjust(**by, item="poor_work", reason="两项任务逾期未办")
        with pytest.raises(IndicatorsError, match="推诿扯皮、落实不力"):
            appraise.adjust(**by, item="", reason="没有选情形")
        found = [one for one in appraise.proposals(lost) if one.unit.code == "health"]
        assert [one.words for one in found] == ["推诿扯皮：移送线索三次退回（督办函3号）", "落实不力：两项任务逾期未办"]
        assert scored(lost, keeper)["health"].total == before
        mistaken = lost.adjustments.get(item="poor_work")
        appraise.withdraw_adjustment(actor=keeper, at=AT, adjustment=mistaken.pk, reason="记错单位")
        assert len([one for one in appraise.proposals(lost) if one.unit.code == "health"]) == 1
