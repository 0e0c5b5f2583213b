from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.law import parameters
from mingjing.law.parameters import Parameter, ParameterValue, UnknownParameterError
from mingjing.law.places import UnknownPlaceError

NOW = date(2026, 11, 1)

# What the rule library reads, with the national value on 1 November 2026.
NATIONAL = {
    "penalty.decision.days": 90, "penalty.decision.deduct": (), "penalty.service.days": 7,
    "penalty.service.present_days": 0, "penalty.disclosure.days": 7, "penalty.disclosure.minor_exempt": True,
    "disclosure.withdraw_void.days": 3, "disclosure.max_months.minor": 3, "disclosure.max_months.general": 12,
    "disclosure.max_months.serious": 36, "other.disclosure.days": 20, "license.disclosure.days": 7,
    "license.disclosure.refusals": False, "penalty.statement.days": 5, "hearing.threshold.citizen": 50_000,
    "hearing.threshold.organization": 2_000_000, "hearing.confiscation.citizen": 50_000,
    "hearing.confiscation.organization": 2_000_000, "party.individual_business_as": "citizen",
    "hearing.request.days": 5, "hearing.ahead.days": 7, "legal_review.triggers": ("major", "hearing"),
    "legal_review.qualification_since": date(2018, 1, 1), "officers.minimum": 2, "summary.cap.citizen": 20_000,
    "summary.cap.organization": 300_000, "limitation.years": 2, "limitation.extended_years": 5,
    "preservation.days": 7, "execution.demand.days": 10, "payment.days": 15, "seizure.days": 30,
    "seizure.extension_days": 30, "seizure.deduct": ("testing", "appraisal"), "seizure.media_required": False,
    "seizure.urgent_hours": 24, "license.acceptance.days": 5, "license.decision.days": 20,
    "license.extension.days": 10, "license.deduct": ("hearing", "testing", "appraisal"),
    "license.delivery.days": 10, "inspection.plan_ahead.days": 7, "inspection.cap.day": 1, "inspection.cap.week": 2,
    "inspection.cap.month": 3, "inspection.cap.year": None, "inspection.cap.year.A": None,
    "inspection.cap.year.B": None, "inspection.cap.year.C": None, "inspection.cap.year.D": None,
    "inspection.repeat_same.days": 90, "inspection.repeat_cross.days": 30, "inspection.same_officer.visits": 3,
    "inspection.unscanned.days": 10, "quota.units": 6, "quota.months": 6, "quota.fines": 2, "quota.cv": 0.15,
    "income.growth": 120, "outlier.months": 24, "outlier.peers": 8, "outlier.z": 3, "outlier.ratio": 1.5,
    "legal_reviewer.ratio": 5, "legal_review.rate": 100, "reply.reconsideration.days": 10, "reply.simple.days": 5,
    "reply.litigation.days": 15, "head.attends": 100, "head.principal": 60, "referral.decide.days": 3,
    "referral.transfer_hours": 24, "media.years": 2, "training.hours": 60,
}  # fmt: skip


class TestValues:
    @pytest.mark.parametrize("key", NATIONAL)
    def test_the_rule_library_finds_each(self, key: str) -> None:
        value = parameters.get(key).at(NOW)
        assert (None if value is None else value.value) == NATIONAL[key]

    @pytest.mark.parametrize("parameter", parameters.parameters().values(), ids=lambda parameter: parameter.id)
    def test_each_value_is_cited_dated_and_placed_as_its_document(self, parameter: Parameter) -> None:
        """A value holds no earlier than the document that sets it, and only where that document holds."""
        assert parameter.label
        for value in parameter.values:
            source = value.citation.source
            assert value.citation.gist
            assert value.place == source.place
            if value.effective_from is not None and source.in_force[0] is not None:
                assert value.effective_from >= source.in_force[0]
            assert value.label

    def test_no_two_values_compete(self) -> None:
        for parameter in parameters.parameters().values():
            keys = [(value.place, value.domain, value.effective_from) for value in parameter.values]
            assert len(keys) == len(set(keys)), parameter.id

    @pytest.mark.parametrize(
        ("key", "before", "after", "change"),
        [
            ("penalty.disclosure.minor_exempt", False, True, date(2026, 4, 1)),
            ("disclosure.max_months.minor", None, 3, date(2026, 4, 1)),
            ("penalty.decision.days", None, 90, date(2021, 7, 15)),
            ("seizure.days", None, 30, date(2012, 1, 1)),
            ("reply.simple.days", None, 5, date(2024, 1, 1)),
        ],
    )
    def test_change_on_the_day_and_not_the_day_before(self, key, before, after, change) -> None:
        found = [parameters.get(key).at(day) for day in (change - timedelta(days=1), change)]
        assert [None if value is None else value.value for value in found] == [before, after]


class TestPlaces:
    def test_a_county_reads_its_own_document(self) -> None:
        value = parameters.get("hearing.threshold.citizen").at(NOW, "370831")
        assert value is not None
        assert (value.whole, str(value.citation), value.label) == (50_000, "SS-51", "500元")

    def test_a_document_holds_from_its_own_day(self) -> None:
        found = [parameters.get("hearing.threshold.citizen").at(date(2022, 4, day), "370831") for day in (14, 15)]
        assert [str(value.citation) for value in found if value] == ["CF 63", "SS-51"]

    def test_a_county_inherits_from_its_province(self) -> None:
        value = parameters.get("oversight.opinion.correct_days").at(NOW, "371102")
        assert value is not None
        assert (value.whole, str(value.citation)) == (30, "SD 28")
        assert parameters.get("oversight.opinion.correct_days").at(NOW, "330100") is None

    def test_a_county_of_a_city_inherits_its_plan(self) -> None:
        value = parameters.get("seizure.media_required").at(NOW, "371102")
        assert value is not None
        assert value.flag is True

    @pytest.mark.parametrize(
        ("place", "domain", "expected", "citation"),
        [
            (None, None, 7, "118"),
            (None, "market_regulation", 20, "SJ 9"),
            ("110000", "market_regulation", 20, "SJ 9"),
            ("110000", "ecology", 7, "118"),
            ("370831", None, 7, "SS-27"),
            # the place wins over the domain: seven working days satisfy the twenty as well (reading INT-0016)
            ("370831", "market_regulation", 7, "SS-27"),
        ],
    )
    def test_place_wins_over_domain(self, place, domain, expected, citation) -> None:
        value = parameters.get("penalty.disclosure.days").at(NOW, place, domain)
        assert value is not None
        assert (value.whole, str(value.citation)) == (expected, citation)

    def test_periods_are_deducted_where_the_domain_says_so(self) -> None:
        value = parameters.get("penalty.decision.deduct").at(NOW, None, "market_regulation")
        assert value is not None
        assert value.names == ("suspension", "hearing", "announcement", "testing", "appraisal")

    def test_a_code_that_is_none_is_refused(self) -> None:
        with pytest.raises(UnknownPlaceError):
            parameters.get("training.hours").at(NOW, "泗水")


class TestSteps:
    @given(
        key=st.sampled_from(sorted(parameters.parameters())),
        place=st.sampled_from([None, "370831", "371100", "371102", "370902", "110000"]),
        domain=st.sampled_from([None, "market_regulation", "ecology"]),
        day=st.dates(),
    )
    @settings(max_examples=500)
    def test_say_the_same_as_at(self, key: str, place: str | None, domain: str | None, day: date) -> None:
        """Every day lies in exactly one step, and the step has the value of that day."""
        parameter = parameters.get(key)
        steps = parameter.steps(place, domain)
        inside = [
            value for start, end, value in steps if (start is None or start <= day) and (end is None or day < end)
        ]
        assert inside == [parameter.at(day, place, domain)]
        assert (steps[0][0], steps[-1][1]) == (None, None)
        assert all(earlier[1] == later[0] is not None for earlier, later in pairwise(steps))
        assert all(earlier[2] != later[2] for earlier, later in pairwise(steps))


class TestKinds:
    @pytest.mark.parametrize(
        ("key", "read", "label"),
        [
            ("penalty.decision.days", "whole", "90日"),
            ("penalty.service.days", "whole", "7个工作日"),
            ("quota.cv", "number", "0.15倍"),
            ("outlier.z", "number", "3倍"),
            ("license.disclosure.refusals", "flag", "否"),
            ("seizure.deduct", "names", "testing、appraisal"),
            ("penalty.decision.deduct", "names", "无"),
            ("party.individual_business_as", "text", "citizen"),
            ("legal_review.qualification_since", "day", "2018-01-01"),
            ("legal_reviewer.ratio", "whole", "5%"),
        ],
    )
    def test_a_value_is_read_as_what_it_is(self, key: str, read: str, label: str) -> None:
        value = parameters.get(key).at(NOW)
        assert value is not None
        assert getattr(value, read) == (value.value if read != "number" else float(value.value))  # type: ignore[arg-type]
        assert value.label == label
        for other in {"whole", "flag", "names", "text", "day"} - {read}:
            if (read, other) != ("number", "whole"):
                with pytest.raises(TypeError):
                    getattr(value, other)

    def test_odd_fen_are_not_lost(self) -> None:
        value = parameters.get("summary.cap.citizen").values[0]
        odd = ParameterValue(
            value=12_305, unit="fen", citation=value.citation, place=None, domain=None, effective_from=None
        )
        assert (value.label, odd.label) == ("200元", "123.05元")

    def test_a_flag_is_no_number(self) -> None:
        value = parameters.get("penalty.disclosure.minor_exempt").values[0]
        with pytest.raises(TypeError):
            _ = value.number

    def test_an_unknown_id_is_refused_with_its_neighbours(self) -> None:
        with pytest.raises(UnknownParameterError, match=r"hearing\.threshold\.citizen"):
            parameters.get("hearing.threshold")
