"""Figures that units enter with evidence: lists name what is open, surveys are not the assessed units' to change."""

from decimal import Decimal

import pytest
from django.test import Client

from mingjing.contexts.accounts.access import Actor, ForbiddenError
from mingjing.contexts.indicators import queries
from mingjing.contexts.indicators.models import Indicator, Reported
from mingjing.contexts.indicators.usecases.base import FileGiven, IndicatorsError
from mingjing.contexts.indicators.usecases.behind import rows_behind
from mingjing.contexts.indicators.usecases.define import approve_all, load_set, retire_indicator
from mingjing.contexts.indicators.usecases.report_figures import FigureGiven, judge_figure, lines_of, submit_figure
from mingjing.contexts.work.todos import todos_for
from tests.contexts.conftest import PLACE, UserMaker
from tests.contexts.indicators.conftest import AT, UNTIL, Define, value_of
from tests.contexts.indicators.test_computing import from_set

PAPER = FileGiven(name="证明.pdf", content=b"%PDF-1.7 evidence")


def listed(done: int, open_: int) -> FigureGiven:
    lines = [(f"第{n}件", n > open_, "" if n > open_ else "正在办理") for n in range(1, done + open_ + 1)]
    return FigureGiven(lines=lines)


def enter(by: Actor, judge: Actor, code: str, unit: str, period: str, given: FigureGiven, **more: str) -> Reported:
    made = submit_figure(
        actor=by, at=AT, indicator=code, place=PLACE, unit=unit, period=period, given=given, files=[PAPER], **more
    )
    return judge_figure(actor=judge, at=AT, figure=made.pk, version=made.version, accepted=True)


class TestLists:
    @pytest.mark.parametrize(
        ("code", "unit", "period", "done", "open_", "value"),
        [
            pytest.param("judgments-performed", "market", "2026", 9, 1, 90, marks=pytest.mark.requirement("SS-61")),
            pytest.param("counsel-coverage", "", "2026", 38, 2, 95, marks=pytest.mark.requirement("SS-62")),
            pytest.param("certificates-implemented", "", "2026", 49, 1, 98, marks=pytest.mark.requirement("SS-74")),
            pytest.param("services-on-platform", "", "2026", 97, 3, 97, marks=pytest.mark.requirement("SS-77")),
            pytest.param("bad-ratings-answered", "market", "2026Q3", 3, 1, 75, marks=pytest.mark.requirement("SS-78")),
            pytest.param("key-objects-inspected", "market", "2025", 38, 2, 95, marks=pytest.mark.requirement("RZ-44")),
            pytest.param("media-in-reviewed-files", "", "2026H1", 8, 2, 80, marks=pytest.mark.requirement("TS-13")),
        ],
    )
    def test_the_share_fails_and_what_is_open_is_named(
        self, define: Define, keeper: Actor, head: Actor, clerk: Actor, code: str, unit: str, period: str, done: int, open_: int, value: int
    ) -> None:  # fmt: skip
        define(**from_set(code))
        enter(clerk if unit else keeper, head, code, unit, period, listed(done, open_))
        held = value_of(code, period, unit or None)
        assert (held.value, held.colour in ("red", "yellow")) == (Decimal(value), True)
        rows = rows_behind(queries.value(keeper, held.pk)).rows
        assert [row.cells[0] for row in rows if row.counts == "未完成"] == [f"第{n}件" for n in range(1, open_ + 1)]

    def test_a_list_is_read_from_lines(self) -> None:
        assert lines_of("甲，是\n乙,否,等资金\n\n丙\t已完成") == [
            ("甲", True, ""),
            ("乙", False, "等资金"),
            ("丙", True, ""),
        ]
        with pytest.raises(IndicatorsError, match="第2行"):
            lines_of("甲，是\n乙")


class TestSurveys:
    @pytest.mark.requirement("LC-49")
    def test_are_entered_by_the_justice_bureau_and_not_by_the_assessed(
        self, define: Define, keeper: Actor, head: Actor, clerk: Actor
    ) -> None:
        define(**from_set("satisfaction"))
        given = FigureGiven(numerator="91.5", sample=640, surveyor="某测评机构")
        figure = enter(keeper, head, "satisfaction", "market", "2026H1", given)
        value = value_of("satisfaction", "2026H1")
        assert (value.value, value.colour, figure.sample) == (Decimal("91.5"), "green", 640)
        assert figure.proofs.get().name == "证明.pdf"
        with pytest.raises(ForbiddenError, match="不能填改"):
            submit_figure(
                actor=clerk, at=AT, indicator="satisfaction", place=PLACE, unit="market", period="2026H1",
                given=FigureGiven(numerator="99"), files=[PAPER], reason="更正",
            )  # fmt: skip

    @pytest.mark.requirement("LC-01", "RZ-01")
    def test_the_goal_board_shows_the_rise_and_what_has_no_data(
        self, define: Define, keeper: Actor, head: Actor, client: Client, user_with: UserMaker
    ) -> None:
        define(**from_set("satisfaction"))
        for period, score in (("2025H2", "82"), ("2026H1", "90")):
            enter(keeper, head, "satisfaction", "", period, FigureGiven(numerator=score))
        client.force_login(user_with("inspector", "justice"))
        page = client.get("/indicators/goals/").content.decode()
        assert "比上期+8，上升" in page
        assert "没有数据" in page
        assert "2025-12-31" in page


class TestEntering:
    def test_evidence_is_required(self, define: Define, clerk: Actor) -> None:
        define(**from_set("judgments-performed"))
        with pytest.raises(IndicatorsError, match="佐证材料"):
            submit_figure(
                actor=clerk, at=AT, indicator="judgments-performed", place=PLACE, unit="market", period="2026",
                given=listed(1, 0),
            )  # fmt: skip

    def test_nobody_accepts_ones_own(self, define: Define, keeper: Actor) -> None:
        define(**from_set("satisfaction"))
        made = submit_figure(
            actor=keeper, at=AT, indicator="satisfaction", place=PLACE, unit="", period="2026H1",
            given=FigureGiven(numerator="90"), files=[PAPER],
        )  # fmt: skip
        with pytest.raises(IndicatorsError, match="自己填报"):
            judge_figure(actor=keeper, at=AT, figure=made.pk, version=made.version, accepted=True)

    def test_what_was_accepted_is_corrected_with_a_reason_and_stays_to_be_read(
        self, define: Define, head: Actor, clerk: Actor
    ) -> None:
        define(**from_set("judgments-performed"))
        enter(clerk, head, "judgments-performed", "market", "2026", listed(9, 1))
        with pytest.raises(IndicatorsError, match="理由"):
            enter(clerk, head, "judgments-performed", "market", "2026", listed(10, 0))
        enter(clerk, head, "judgments-performed", "market", "2026", listed(10, 0), reason="漏计一件")
        assert value_of("judgments-performed", "2026").value == 100
        assert Reported.objects.filter(replaced=True).count() == 1

    def test_what_is_not_reported_is_not_evaluated(self, define: Define, head: Actor, clerk: Actor) -> None:
        define(**from_set("judgments-performed"))
        enter(clerk, head, "judgments-performed", "market", "2026", listed(9, 1))
        other = value_of("judgments-performed", "2026", "health")
        assert (other.value, other.colour, "还没有填报" in other.words) == (None, "none", True)
        assert value_of("judgments-performed", "2026", None).value is None

    def test_only_for_ones_own_unit(self, define: Define, clerk: Actor) -> None:
        define(**from_set("judgments-performed"))
        with pytest.raises(ForbiddenError):
            submit_figure(
                actor=clerk, at=AT, indicator="judgments-performed", place=PLACE, unit="health", period="2026",
                given=listed(1, 0), files=[PAPER],
            )  # fmt: skip

    def test_what_is_due_is_a_todo_until_it_is_there(self, define: Define, clerk: Actor) -> None:
        define(**from_set("bad-ratings-answered"))
        titles = [todo.title for todo in todos_for(clerk, UNTIL)]
        assert any("2026年第三季度“实名差评回访整改率”" in title for title in titles)
        submit_figure(
            actor=clerk, at=AT, indicator="bad-ratings-answered", place=PLACE, unit="market", period="2026Q3",
            given=listed(3, 1), files=[PAPER],
        )  # fmt: skip
        assert not any("实名差评" in todo.title for todo in todos_for(clerk, UNTIL))


class TestDefining:
    def test_loaded_indicators_count_once_somebody_else_approved_them(self, keeper: Actor, head: Actor) -> None:
        count = load_set(actor=keeper, at=AT, place=PLACE, name="demonstration")
        assert (count, Indicator.objects.filter(state="active").count()) == (21, 0)
        assert approve_all(actor=head, at=AT, place=PLACE) == 21
        assert load_set(actor=keeper, at=AT, place=PLACE, name="demonstration") == 0

    def test_nobody_approves_ones_own(self, head: Actor) -> None:
        load_set(actor=head, at=AT, place=PLACE, name="demonstration")
        assert approve_all(actor=head, at=AT, place=PLACE) == 0

    def test_only_who_may_defines(self, clerk: Actor) -> None:
        with pytest.raises(ForbiddenError):
            load_set(actor=clerk, at=AT, place=PLACE, name="demonstration")

    def test_what_is_out_of_use_stays_to_be_read(self, define: Define, head: Actor) -> None:
        row = define(**from_set("heads-appear"))
        with pytest.raises(IndicatorsError, match="理由"):
            retire_indicator(actor=head, at=AT, place=PLACE, code=row.code, version=row.version, reason=" ")
        gone = retire_indicator(actor=head, at=AT, place=PLACE, code=row.code, version=row.version, reason="并入另一项")
        assert gone.state == "retired"

    @pytest.mark.requirement("TS-36")
    def test_the_demonstration_list_flags_what_has_no_evidence(
        self, keeper: Actor, head: Actor, client: Client, user_with: UserMaker
    ) -> None:
        load_set(actor=keeper, at=AT, place=PLACE, name="demonstration")
        approve_all(actor=head, at=AT, place=PLACE)
        enter(keeper, head, "demo-17", "", "2026H1", listed(29, 1))
        client.force_login(user_with("overseer", "justice", username="looker"))
        page = client.get("/indicators/demonstration/").content.decode()
        assert "21 项中有 20 项还没有数据或者佐证材料" in page
        assert page.count("缺佐证") == 20
