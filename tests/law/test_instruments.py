from datetime import date

import pytest

from mingjing.law import instruments
from mingjing.law.instruments import Level, UnknownInstrumentError
from mingjing.law.places import UnknownPlaceError, ancestry, code_of, name_of, places


class TestInstruments:
    @pytest.mark.parametrize(
        "name", ["CF", "行政处罚法", "《行政处罚法》", "中华人民共和国行政处罚法", "处罚法", " 行政 处罚法 ", "cf"]
    )
    def test_answers_to_each_of_its_names(self, name: str) -> None:
        assert instruments.find(name).id == "CF"

    @pytest.mark.parametrize(
        ("name", "expected"), [("国办发〔2024〕54号", "54"), ("peers", "PRACTICE"), ("review", "REVIEW")]
    )
    def test_answers_to_numbers_and_old_names(self, name: str, expected: str) -> None:
        assert instruments.find(name).id == expected

    def test_an_unknown_name_is_refused_with_near_ones(self) -> None:
        with pytest.raises(UnknownInstrumentError, match="《行政处罚法》（CF）"):
            instruments.find("行政处罚办法")

    def test_an_unknown_id_is_refused(self) -> None:
        with pytest.raises(UnknownInstrumentError, match="已收录的有"):
            instruments.get("§")

    def test_each_says_its_level_and_from_when(self) -> None:
        law = instruments.get("CF")
        assert (law.level, law.level.label, law.in_force) == (Level.LAW, "法律", (date(2021, 7, 15), None))

    def test_names_are_of_one_instrument_only(self) -> None:
        """No two instruments answer to one name."""
        owners: dict[str, set[str]] = {}
        for each in instruments.instruments().values():
            for name in (each.id, each.title, each.short, *each.names):
                owners.setdefault(name.casefold(), set()).add(each.id)
        assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


class TestPlaces:
    def test_a_county_inherits_from_city_province_and_nation(self) -> None:
        assert ancestry("370831") == ("370831", "370800", "370000", None)

    def test_a_town_inherits_from_its_county(self) -> None:
        assert ancestry("370831104")[:2] == ("370831104", "370831")
        assert ancestry("370831104201")[:3] == ("370831104201", "370831104", "370831")

    def test_short_and_padded_codes_are_one_place(self) -> None:
        assert ancestry("37") == ancestry("370000") == ("370000", None)
        assert ancestry("3708") == ancestry("370800")
        assert ancestry("370831000") == ancestry("370831000000") == ancestry("370831")

    @pytest.mark.parametrize("code", ["", "泗水", "37083", "3708310", "37083x"])
    def test_codes_that_are_none_are_refused(self, code: str) -> None:
        with pytest.raises(UnknownPlaceError, match="行政区划代码"):
            ancestry(code)

    def test_places_with_a_plan_name_its_instrument(self) -> None:
        plans = {place.instrument: place.code for place in places().values() if place.instrument}
        assert plans == {"LC": "370112", "YZ": "370812", "SS": "370831", "TS": "370902", "RZ": "371100"}
        for instrument, code in plans.items():
            assert instruments.get(instrument).place == code

    def test_names(self) -> None:
        assert [name_of(code) for code in ("370831", None, "110000")] == ["泗水县", "全国", "110000"]

    @pytest.mark.parametrize(
        ("text", "code"),
        [("泗水县", "370831"), ("历城区", "370112"), ("济南市历城区", "370112"), ("370831", "370831"), ("全国", None), (None, None)],
    )  # fmt: skip
    def test_are_found_by_name_or_code(self, text: str | None, code: str | None) -> None:
        assert code_of(text) == code

    @pytest.mark.parametrize("text", ["999999", "999999000000", "00", "16", "380000"])
    def test_codes_of_no_province_are_refused_where_somebody_asks(self, text: str) -> None:
        """Source data may hold such a code; who types one has mistyped it, and would be answered with national values."""
        with pytest.raises(UnknownPlaceError, match=f"没有行政区划代码以“{text[:2]}”开头.*山东省为37"):
            code_of(text)
        assert ancestry(text)[-1] is None

    @pytest.mark.parametrize("text", ["11", "3301", "440300", "650000", "710000", "820000"])
    def test_codes_of_other_provinces_are_taken(self, text: str) -> None:
        assert code_of(text) == text

    @pytest.mark.parametrize("text", ["", "市", "杭州市", "12345"])
    def test_names_that_are_unclear_are_refused(self, text: str) -> None:
        with pytest.raises(UnknownPlaceError, match="行政区划代码"):
            code_of(text)
