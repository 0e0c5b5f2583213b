"""Indicators over delivered facts: the plans' ratios come out as by hand, and open the rows that they are made of."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.files.storage import default_storage
from django.test import Client

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.indicators import queries
from mingjing.contexts.indicators.models import Delivery, Indicator, Snapshot, Value
from mingjing.contexts.indicators.usecases.base import IndicatorsError
from mingjing.contexts.indicators.usecases.behind import rows_behind
from mingjing.contexts.indicators.usecases.compute import compute
from mingjing.contexts.indicators.usecases.deliver import deliver, take_in, withdraw
from mingjing.contexts.indicators.usecases.draw import draw_examinees, drawn
from mingjing.contexts.records.queries import history
from mingjing.domain.indicators.judging import Colour
from tests.contexts.conftest import PLACE, UserMaker
from tests.contexts.indicators.conftest import AT, UNTIL, Compute, Define, value_of, write_facts


def from_set(code: str) -> dict[str, Any]:
    text = files("mingjing.contexts.indicators").joinpath("data", "indicators.yaml").read_text("utf-8")
    return next(row for row in yaml.safe_load(text) if row["code"] == code)


def staff(
    count: int, agency: str = "market", role: str = "officer", stem: str = "P"
) -> dict[str, list[dict[str, Any]]]:
    ids = [f"{stem}{agency}{number:03d}" for number in range(count)]
    return {
        "officers": [
            {"officer_id": one, "name": f"人员{one}", "agency_id": agency, "joined_on": date(2015, 1, 1)} for one in ids
        ],
        "officer_roles": [{"officer_id": one, "role": role, "from": date(2015, 1, 1)} for one in ids],
    }


def joined(*parts: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        for name, rows in part.items():
            made.setdefault(name, []).extend(rows)
    return made


def case(number: int, agency: str = "market") -> dict[str, Any]:
    return {"case_id": f"C{agency}{number}", "case_no": f"罚〔2026〕{number}号", "kind": "penalty", "agency_id": agency}


def remedy(number: int, agency: str = "market", **told: Any) -> dict[str, Any]:
    return {
        "remedy_id": f"R{agency}{number}",
        "case_id": f"C{agency}{number}",
        "kind": "litigation",
        "filed_at": datetime(2026, 2, 1),
    } | told


class TestRatiosOfThePlans:
    @pytest.mark.requirement("RZ-37", "SS-33")
    def test_two_reviewers_of_forty_one_officers_are_too_few(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("reviewers-share"))
        facts_of(
            joined(
                staff(41),
                staff(2, role="legal_reviewer", stem="L"),
                staff(60, "health"),
                staff(3, "health", "legal_reviewer", "L"),
            )
        )
        market, health = value_of("reviewers-share", "2026-10"), value_of("reviewers-share", "2026-10", "health")
        assert (round(market.value or 0, 2), market.colour) == (Decimal("4.88"), "red")
        assert "需达到3，还差1" in market.words
        assert (health.value, health.colour) == (Decimal(5), "green")

    @pytest.mark.requirement("LC-05", "RZ-05")
    def test_fifty_nine_hours_are_one_short(self, define: Define, facts_of: Compute, keeper: Actor) -> None:
        define(**from_set("training-hours"))
        hours = {"Pmarket000": (30, 20, 9), "Pmarket001": (30, 20, 10)}
        training = [
            {"officer_id": who, "provider": "agency", "kind": kind, "held_on": date(2025, 5, 4), "hours": float(one)}
            for who, each in hours.items()
            for kind, one in zip(("public_law", "professional", "skill"), each, strict=True)
        ]
        facts_of(staff(2) | {"training": training})
        value = value_of("training-hours", "2025")
        assert (value.numerator, value.denominator, value.colour) == (1, 2, "red")
        rows = rows_behind(queries.value(keeper, value.pk))
        assert {row.key: row.counts for row in rows.rows} == {"Pmarket000": "不符合", "Pmarket001": "符合"}
        assert value_of("training-hours", "2026").colour == "yellow"

    @pytest.mark.requirement("LC-06")
    def test_two_of_fifty_not_trained_are_named(self, define: Define, facts_of: Compute, keeper: Actor) -> None:
        define(**from_set("rotation-training"))
        people = staff(50)
        training = [
            {
                "officer_id": row["officer_id"],
                "provider": "agency",
                "kind": "skill",
                "held_on": date(2025, 3, 1),
                "hours": 8.0,
            }
            for row in people["officers"][:48]
        ]
        facts_of(people | {"training": training})
        value = value_of("rotation-training", "2025")
        assert (value.value, value.colour) == (Decimal(96), "yellow")
        missing = [row for row in rows_behind(queries.value(keeper, value.pk)).rows if row.counts == "不符合"]
        assert [row.cells[0] for row in missing] == ["人员Pmarket048", "人员Pmarket049"]

    @pytest.mark.requirement("TS-17")
    def test_ninety_of_a_hundred_examined(self, define: Define, facts_of: Compute, keeper: Actor) -> None:
        define(**from_set("exam-coverage"))
        people = staff(100)
        exams = [
            {"exam_id": "K1", "officer_id": row["officer_id"], "held_on": date(2026, 3, 1)}
            for row in people["officers"][:90]
        ]
        facts_of(people | {"exams": exams})
        value = value_of("exam-coverage", "2026")
        assert (value.value, value.colour) == (Decimal(90), "yellow")
        rows = rows_behind(queries.value(keeper, value.pk)).rows
        assert len([row for row in rows if row.counts == "不符合"]) == 10
        # the draw of December takes these ten first, whatever chance says
        found = draw_examinees(actor=keeper, at=AT, value=value.pk, count=12)
        lacking = {row.key for row in rows if row.counts == "不符合"}
        assert {row.key for row in found.rows[:10]} == lacking
        assert found.waiting == 10 and not {row.key for row in found.rows[10:]} & lacking
        assert drawn(rows, 12, found.seed) == found.rows
        (entry,) = [one for one in history("indicator:370831.exam-coverage") if one.act == "indicators.draw_examinees"]
        assert entry.actor == keeper.code
        with pytest.raises(IndicatorsError, match="抽取人数"):
            draw_examinees(actor=keeper, at=AT, value=value.pk, count=0)

    def test_the_draw_is_made_on_the_page_of_the_coverage(
        self, define: Define, facts_of: Compute, client: Client, user_with: UserMaker
    ) -> None:
        define(**from_set("exam-coverage"))
        exam = {"exam_id": "K1", "officer_id": "Pmarket000", "held_on": date(2026, 3, 1)}
        facts_of(staff(3) | {"exams": [exam]})
        value = value_of("exam-coverage", "2026")
        client.force_login(user_with("overseer", "justice", username="drawer"))
        assert "抽取抽考人员" in client.get(f"/indicators/values/{value.pk}/").content.decode()
        page = client.post(f"/indicators/values/{value.pk}/", {"count": "2"}).content.decode()
        assert "人员Pmarket001" in page and "人员Pmarket002" in page and "人员Pmarket000" not in page
        client.force_login(user_with("agency_clerk", "market", username="clerk2"))
        assert client.post(f"/indicators/values/{value.pk}/", {"count": "2"}).status_code == 403

    @pytest.mark.requirement("RZ-18")
    def test_the_one_fine_of_ten_like_cases_that_stands_apart_opens_from_its_number(
        self, define: Define, facts_of: Compute, keeper: Actor
    ) -> None:
        define(**from_set("like-cases-outliers"))
        like = {"kind": "penalty", "agency_id": "market", "item_id": "I1", "party_id": "P1", "procedure": "ordinary"}
        days = [date(2026, 7, 1) + timedelta(one) for one in range(10)]
        facts_of(
            {
                "parties": [{"party_id": "P1", "kind": "legal_person"}],
                "items": [{"item_id": "I1", "agency_id": "market"}],
                "cases": [
                    like | {"case_id": f"C{one}", "tier": "一般", "act_on": date(2026, 5, 1), "fine_fen": fen}
                    for one, fen in enumerate([10_000 + 1_000 * one for one in range(9)] + [300_000])
                ],
                "events": [
                    {"event_id": f"D{one}", "case_id": f"C{one}", "type": "decision", "at": datetime(day.year, day.month, day.day)}
                    for one, day in enumerate(days)
                ],
            }
        )  # fmt: skip
        value = value_of("like-cases-outliers", "2026Q3")
        assert value.value == 1
        rows = rows_behind(queries.value(keeper, value.pk)).rows
        told = {row.key: row.counts for row in rows}
        assert [key for key, counts in told.items() if counts == told["C9"]] == ["C9"], told

    @pytest.mark.requirement("RZ-08")
    def test_twenty_eight_hours_offered_are_two_short_and_a_course_counts_once(
        self, define: Define, facts_of: Compute
    ) -> None:
        define(**from_set("public-law-hours"))
        people = staff(3)
        training = [
            {
                "officer_id": row["officer_id"],
                "provider": "justice_bureau",
                "kind": "public_law",
                "held_on": date(2025, month, 1),
                "hours": 7.0,
            }
            for row in people["officers"]
            for month in (1, 4, 7, 9)
        ]
        facts_of(people | {"training": training})
        value = value_of("public-law-hours", "2025", None)
        assert (value.value, value.colour) == (Decimal(28), "red")
        assert "差2学时" in value.words

    @pytest.mark.requirement("RZ-09", "RZ-10", "SS-46")
    def test_hours_and_sessions_that_agencies_give(self, define: Define, facts_of: Compute) -> None:
        for code in ("skills-hours", "agency-hours", "training-sessions"):
            define(**from_set(code))
        people = joined(staff(2), staff(2, "health"))
        sessions = {"market": (11, 10, 10), "health": (10, 10, 9)}
        training = [
            {
                "officer_id": row["officer_id"],
                "provider": "agency",
                "kind": "skill",
                "held_on": date(2025, number + 1, 8),
                "hours": float(hours),
            }
            for row in people["officers"]
            for number, hours in enumerate(sessions[row["agency_id"]])
        ]
        facts_of(people | {"training": training})
        told = {unit: value_of("skills-hours", "2025", unit) for unit in sessions}
        assert [(one.value, one.colour) for one in told.values()] == [(31, "green"), (29, "red")]
        # the other reading of the same plan: sixty by the agency itself
        assert value_of("agency-hours", "2025").colour == "red"
        three = value_of("training-sessions", "2025")
        assert (three.value, three.colour, "差1次" in three.words) == (3, "red", True)

    @pytest.mark.requirement("SS-55")
    def test_five_heads_of_whom_two_principal(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("heads-appear"))
        define(**from_set("principals-appear"))
        remedies = [
            remedy(number, hearing_on=date(2026, 5, 4), head_attended=True, head_is_principal=number < 2)
            for number in range(5)
        ]
        facts_of({"cases": [case(number) for number in range(5)], "remedies": remedies})
        heads, principals = value_of("heads-appear", "2026"), value_of("principals-appear", "2026")
        assert (heads.value, heads.colour) == (100, "green")
        assert (principals.value, principals.colour) == (40, "red")
        assert value_of("principals-appear", "2026", None).value == 40

    @pytest.mark.requirement("TS-04")
    def test_eight_remedies_after_ten_in_the_same_days(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("remedies-fewer"))
        then = [remedy(number, filed_at=datetime(2025, 3, 1)) for number in range(10)]
        # in December of last year: not yet to be compared with
        late = [remedy(number, filed_at=datetime(2025, 12, 20)) for number in range(20, 25)]
        now = [remedy(number, filed_at=datetime(2026, 3, 1)) for number in range(10, 18)]
        facts_of({"cases": [case(number) for number in range(25)], "remedies": [*then, *late, *now]})
        value = value_of("remedies-fewer", "2026")
        assert (value.value, value.last_year, value.colour) == (8, 10, "green")
        assert value_of("remedies-fewer", "2025").value == 15

    @pytest.mark.requirement("SS-68")
    def test_four_of_twenty_corrected(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("correction-rate"))
        kind = {"kind": "reconsideration"}
        now = [
            remedy(n, decided_at=datetime(2026, 5, 1), outcome="revoked" if n < 4 else "upheld", **kind)
            for n in range(20)
        ]
        then = [
            remedy(n, decided_at=datetime(2025, 5, 1), outcome="altered" if n < 22 else "upheld", **kind)
            for n in range(20, 40)
        ]
        facts_of({"cases": [case(number) for number in range(40)], "remedies": [*now, *then]})
        value = value_of("correction-rate", "2026")
        assert (value.value, value.last_year) == (20, 10)

    def test_loss_rates_are_held_against_the_place(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("loss-rate"))
        lost = {"market": (3, 25), "health": (2, 25)}
        remedies = [
            remedy(n, agency, decided_at=datetime(2026, 5, 1), outcome="revoked" if n < bad else "upheld")
            for agency, (bad, all_) in lost.items()
            for n in range(all_)
        ]
        facts_of({"cases": [case(n, agency) for agency in lost for n in range(25)], "remedies": remedies})
        assert value_of("loss-rate", "2026", None).value == 10
        assert [value_of("loss-rate", "2026", unit).colour for unit in lost] == ["red", "green"]

    @pytest.mark.requirement("RZ-49")
    def test_five_visits_merged_into_two_save_three(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("visits-saved"))
        define(**from_set("visits-per-enterprise"))
        visit = {"party_id": "D1", "started_at": datetime(2026, 4, 1)}
        facts_of(
            {
                "parties": [{"party_id": "D1", "kind": "legal_person", "name": "甲公司"}],
                "inspections": [
                    {"inspection_id": f"J{n}", "agency_id": "market" if n % 2 else "health", "joint_id": f"L{n // 3}"}
                    | visit
                    for n in range(5)
                ]
                + [{"inspection_id": "J9", "agency_id": "market"} | visit | {"started_at": datetime(2025, 4, 1)}],
            }
        )
        saved = value_of("visits-saved", "2026", None)
        assert (saved.value, saved.last_year) == (3, 0)
        assert value_of("visits-per-enterprise", "2026", None).value == 5


class TestNotEvaluated:
    def test_without_the_table_nothing_is_said(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("heads-appear"))
        facts_of({"cases": [case(1)]})
        value = value_of("heads-appear", "2026")
        assert (value.value, value.colour) == (None, "none")
        assert "没有“复议诉讼”表" in value.words

    def test_a_column_that_the_sender_did_not_give_is_not_read_as_no(
        self, define: Define, keeper: Actor, tmp_path: Path
    ) -> None:
        define(**from_set("heads-appear"))
        tables = {
            "agencies": [{"agency_id": "market", "name": "甲"}],
            "cases": [case(1)],
            "remedies": [remedy(1, hearing_on=date(2026, 5, 4))],
        }
        given = {"remedies": ["remedy_id", "kind", "case_id", "hearing_on"]}
        folder = write_facts(tmp_path / "narrow", tables, given)
        row = deliver(actor=keeper, at=AT, unit="justice", path=folder, name="x", data_until=UNTIL)
        take_in(actor=keeper, at=AT, delivery=row.pk)
        compute(actor=keeper, at=AT, place=PLACE)
        assert "没有“负责人出庭”" in value_of("heads-appear", "2026").words

    def test_an_agency_that_no_delivery_tells_of_has_no_naught(
        self, define: Define, keeper: Actor, tmp_path: Path
    ) -> None:
        define(**from_set("remedies-fewer"))
        both = [{"agency_id": "market", "name": "甲"}, {"agency_id": "health", "name": "乙"}]
        tables = {"agencies": both[:1], "cases": [case(1)], "remedies": [remedy(1)]}
        for name, told in (("one", tables), ("two", {"agencies": both[1:]})):
            folder = write_facts(tmp_path / name, told)
            row = deliver(actor=keeper, at=AT, unit="justice", path=folder, name=name, data_until=UNTIL)
            take_in(actor=keeper, at=AT, delivery=row.pk)
        compute(actor=keeper, at=AT, place=PLACE)
        value = value_of("remedies-fewer", "2026", "health")
        assert (value.value, "没有收到该单位的“复议诉讼”数据" in value.words) == (None, True)
        assert value_of("remedies-fewer", "2026").value == 1

    def test_beyond_the_last_day_of_the_data_nothing_is_said(
        self, define: Define, keeper: Actor, tmp_path: Path
    ) -> None:
        define(**from_set("reviewers-share"))
        people = joined(staff(10), staff(1, role="legal_reviewer", stem="L"))
        folder = write_facts(tmp_path / "old", {"agencies": [{"agency_id": "market", "name": "甲"}]} | people)
        row = deliver(actor=keeper, at=AT, unit="justice", path=folder, name="old", data_until=date(2026, 6, 30))
        take_in(actor=keeper, at=AT, delivery=row.pk)
        compute(actor=keeper, at=AT, place=PLACE)
        assert Snapshot.objects.get().as_of == date(2026, 6, 30)
        assert value_of("reviewers-share", "2026-06").value == 10
        assert not Value.objects.filter(period="2026-07").exists()

    def test_before_the_first_row_nothing_is_said(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("remedies-fewer"))
        facts_of({"cases": [case(1)], "remedies": [remedy(1, filed_at=datetime(2026, 2, 1))]})
        value = value_of("remedies-fewer", "2025")
        assert (value.value, "本期没有数据" in value.words) == (None, True)


class TestFactsInForce:
    def test_a_later_delivery_holds_over_an_earlier_and_a_withdrawn_one_counts_no_more(
        self, define: Define, facts_of: Compute, keeper: Actor
    ) -> None:
        define(**from_set("heads-appear"))
        heard = {"hearing_on": date(2026, 5, 4)}
        facts_of({"cases": [case(1)], "remedies": [remedy(1, head_attended=False, **heard)]})
        assert value_of("heads-appear", "2026").value == 0
        facts_of({"cases": [case(1)], "remedies": [remedy(1, head_attended=True, **heard)]})
        assert value_of("heads-appear", "2026").value == 100
        last = Delivery.objects.latest("pk")
        withdraw(actor=keeper, at=AT, delivery=last.pk, version=last.version, reason="口径有误")
        compute(actor=keeper, at=AT, place=PLACE)
        assert value_of("heads-appear", "2026").value == 0
        # what was said before stays to be read, with its rows
        assert Value.objects.filter(period="2026", unit__code="market").count() == 3

    def test_computing_again_over_the_same_facts_makes_no_new_values(
        self, define: Define, facts_of: Compute, keeper: Actor
    ) -> None:
        define(**from_set("heads-appear"))
        facts_of({"cases": [case(1)], "remedies": [remedy(1, hearing_on=date(2026, 5, 4), head_attended=True)]})
        before = Value.objects.count()
        compute(actor=keeper, at=AT, place=PLACE)
        assert Value.objects.count() == before

    def test_a_snapshot_is_kept_as_long_as_a_figure_opens_it(
        self,
        define: Define,
        facts_of: Compute,
        keeper: Actor,
        django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]],
    ) -> None:
        define(**from_set("heads-appear"))
        facts_of({"cases": [case(1)], "remedies": [remedy(1, hearing_on=date(2026, 5, 4), head_attended=True)]})
        first = Snapshot.objects.get()
        assert default_storage.listdir(first.folder)[1]
        with django_capture_on_commit_callbacks(execute=True):
            compute(actor=keeper, at=AT + timedelta(days=1), place=PLACE)
        last = Snapshot.objects.exclude(pk=first.pk).get()
        assert not default_storage.exists(f"{first.folder}/rows.parquet")
        assert (Snapshot.objects.get(pk=first.pk).folder, bool(last.folder)) == ("", True)
        assert rows_behind(queries.value(keeper, value_of("heads-appear", "2026").pk)).rows

    def test_a_file_that_is_no_facts_is_refused_in_words(self, keeper: Actor, tmp_path: Path) -> None:
        file = tmp_path / "notes.csv"
        file.write_text("甲,乙\n1,2\n", "utf-8")
        row = deliver(actor=keeper, at=AT, unit="justice", path=file, name="notes.csv", data_until=UNTIL)
        taken = take_in(actor=keeper, at=AT, delivery=row.pk)
        assert (taken.state, bool(taken.words)) == ("failed", True)

    def test_a_day_to_come_is_refused(self, keeper: Actor, tmp_path: Path) -> None:
        file = tmp_path / "x.csv"
        file.write_text("x", "utf-8")
        with pytest.raises(IndicatorsError, match="今天以后"):
            deliver(actor=keeper, at=AT, unit="justice", path=file, name="x.csv", data_until=date(2026, 12, 1))

    def test_only_for_units_that_are_ones_own(self, clerk: Actor, tmp_path: Path) -> None:
        file = tmp_path / "x.csv"
        file.write_text("x", "utf-8")
        with pytest.raises(MissingError):
            deliver(actor=clerk, at=AT, unit="health", path=file, name="x.csv", data_until=UNTIL)

    def test_only_who_may_computes_and_the_log_says_so(self, define: Define, clerk: Actor, facts_of: Compute) -> None:
        define(**from_set("heads-appear"))
        with pytest.raises(ForbiddenError):
            compute(actor=clerk, at=AT, place=PLACE)
        facts_of({"cases": [case(1)]})
        assert [act.act for act in history(f"snapshot:{Snapshot.objects.get().pk}")] == ["indicators.compute"]


class TestScope:
    def test_a_unit_sees_its_own_values_and_the_place_but_no_rows_of_others(
        self, define: Define, facts_of: Compute, clerk: Actor
    ) -> None:
        define(**from_set("heads-appear"))
        facts_of({"cases": [case(1)], "remedies": [remedy(1, hearing_on=date(2026, 5, 4), head_attended=True)]})
        seen = {row.unit.code if row.unit else "" for row in queries.values(clerk)}
        assert seen == {"market", ""}
        whole = value_of("heads-appear", "2026", None)
        assert not queries.sees_rows(clerk, queries.value(clerk, whole.pk))
        with pytest.raises(MissingError):
            queries.value(clerk, value_of("heads-appear", "2026", "health").pk)


class TestForRoomsAbove:
    def test_progress_says_value_target_colour_and_where_the_rows_are(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("heads-appear"))
        facts_of({"cases": [case(1)], "remedies": [remedy(1, hearing_on=date(2026, 5, 4), head_attended=True)]})
        told = queries.progress_of("heads-appear", "market", UNTIL, place=PLACE)
        assert (told.value, told.colour, told.target) == (100, Colour.GREEN, "不低于100%")
        assert told.href == f"/indicators/values/{value_of('heads-appear', '2026').pk}/"

    def test_of_what_is_not_there_it_says_so(self, define: Define, facts_of: Compute) -> None:
        define(**from_set("heads-appear"))
        facts_of({"cases": [case(1)]})
        told = queries.progress_of("heads-appear", "market", UNTIL, place=PLACE)
        assert (told.is_evaluated, told.colour) == (False, Colour.NONE)
        assert "没有“复议诉讼”表" in told.words
        with pytest.raises(Indicator.DoesNotExist):
            queries.progress_of("nothing", "market", UNTIL, place=PLACE)

    def test_a_target_is_offered_indicators_in_use(self, define: Define) -> None:
        define(**from_set("heads-appear"))
        (found,) = queries.indicator_for("行政机关负责人出庭应诉率达到100%", place=PLACE, unit="%", value="100")
        assert (found.code, "目标值都是100" in found.why) == ("heads-appear", True)
        assert not queries.indicator_for("建成文化广场", place=PLACE)
