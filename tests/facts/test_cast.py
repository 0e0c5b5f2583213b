"""Whole columns are cast as single values are, only faster; what cannot be read is named."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.facts.cast import cast_column, clean
from mingjing.facts.schema import TABLES
from mingjing.facts.text import UnreadableValueError, parse_date, parse_moment

CASES, EVENTS = TABLES["cases"], TABLES["events"]
ACT_ON, FINE, MAJOR = CASES.column("act_on"), CASES.column("fine_fen"), CASES.column("is_major")
AT, TYPE = EVENTS.column("at"), EVENTS.column("type")

DATE_TEXTS = st.one_of(
    st.dates(dt.date(1890, 1, 1), dt.date(2210, 1, 1)).map(str),
    st.builds(
        "{}{}{}{}{}".format,
        st.integers(1990, 2030),
        st.sampled_from("-/.年"),
        st.integers(0, 13),
        st.sampled_from("-/.月"),
        st.integers(0, 32),
    ),
    st.builds("{}年{}月{}日".format, st.integers(1990, 2030), st.integers(1, 12), st.integers(1, 31)),
    st.sampled_from(
        [
            "二〇二六年九月二十五日",
            "20260925",
            "46290",
            "昨天",
            "",
            " 2026-09-25 ",
            "2024-02-29",
            "2023-02-29",
            "2026-09-25 10:30",
        ]
    ),
)
MOMENT_TEXTS = st.one_of(
    DATE_TEXTS,
    st.builds(
        "{}{}{}".format,
        DATE_TEXTS,
        st.sampled_from([" ", "T", "  ", ""]),
        st.builds(
            "{}:{}{}".format,
            st.integers(0, 25),
            st.integers(0, 61).map("{:02d}".format),
            st.sampled_from(["", ":00", ":30.5", "Z", "+08:00"]),
        ),
    ),
)


def singly(read, text):
    if not text.strip():
        return None
    try:
        return read(text)
    except UnreadableValueError:
        return None


class TestDays:
    @given(st.lists(DATE_TEXTS, max_size=12))
    def test_a_column_reads_as_its_cells_do(self, texts):
        cast = cast_column(ACT_ON, pa.array(texts, pa.string()))
        assert cast.values["act_on"].to_pylist() == [singly(parse_date, text) for text in texts]
        empty = [index for index, text in enumerate(texts) if text.strip() and singly(parse_date, text) is None]
        assert [flaw.index for flaw in cast.flaws] == empty

    @given(st.lists(MOMENT_TEXTS, max_size=12))
    def test_moments_too(self, texts):
        cast = cast_column(AT, pa.array(texts, pa.string()))
        expected = [singly(parse_moment, text) for text in texts]
        stamps = [None if m is None else dt.datetime.combine(m.day, m.clock or dt.time(0)) for m in expected]
        assert cast.values["at"].to_pylist() == stamps
        assert cast.values["at_has_time"].to_pylist() == [None if m is None else m.clock is not None for m in expected]

    def test_typed_columns_pass(self):
        days = pa.array([dt.date(2024, 5, 6), None])
        cast = cast_column(AT, days)
        assert cast.values["at_has_time"].to_pylist() == [False, None]
        zoned = pa.array([dt.datetime(2024, 5, 6, 2, 30, tzinfo=dt.UTC)], pa.timestamp("us", tz="UTC"))
        assert cast_column(AT, zoned).values["at"].to_pylist() == [dt.datetime(2024, 5, 6, 10, 30)]
        assert cast_column(ACT_ON, zoned).values["act_on"].to_pylist() == [dt.date(2024, 5, 6)]

    def test_a_companion_column_decides_whether_the_hour_is_known(self):
        stamps = pa.array([dt.datetime(2024, 5, 6), dt.datetime(2024, 5, 6, 9), None])
        cast = cast_column(AT, stamps, has_time=pa.array([False, None, True]))
        assert cast.values["at_has_time"].to_pylist() == [False, True, None]


class TestMoney:
    def test_fen_are_whole_numbers_and_a_written_unit_wins(self):
        cast = cast_column(FINE, pa.array(["200", "1,000", "2元", "1.2万元", "1000.50", "-1", None]))
        assert cast.values["fine_fen"].to_pylist() == [200, 1000, 200, 1200000, None, None, None]
        assert [flaw.index for flaw in cast.flaws] == [4, 5]
        assert "分" in cast.flaws[0].reason

    def test_the_header_may_declare_another_unit(self):
        cast = cast_column(FINE, pa.array(["200", "1000.5", "0.001"]), unit="元")
        assert cast.values["fine_fen"].to_pylist() == [20000, 100050, None]
        assert cast_column(FINE, pa.array([0.2]), unit="万元").values["fine_fen"].to_pylist() == [200000]

    def test_floats_of_a_workbook_are_whole_fen_only_when_whole(self):
        cast = cast_column(FINE, pa.array([200.0, 200.5]))
        assert cast.values["fine_fen"].to_pylist() == [200, None]


class TestCodes:
    def test_code_and_label_are_one(self):
        cast = cast_column(TYPE, pa.array(["decision", "决定", " 决 定".replace(" ", ""), "Decision", "放风筝"]))
        assert cast.values["type"].to_pylist() == ["decision"] * 4 + ["放风筝"]
        assert cast.unknown_codes == {"放风筝": 1}
        assert cast.flaws == []

    def test_a_closed_list_refuses_others_and_names_what_may_stand(self):
        cast = cast_column(CASES.column("procedure"), pa.array(["简易", "特别"]))
        assert cast.values["procedure"].to_pylist() == ["summary", None]
        assert "普通" in cast.flaws[0].remedy

    def test_common_other_words_are_understood_where_they_belong(self):
        procedure = cast_column(CASES.column("procedure"), pa.array(["一般程序", "普通程序", "办结"]))
        assert procedure.values["procedure"].to_pylist() == ["ordinary", "ordinary", None]
        assert cast_column(CASES.column("status"), pa.array(["办结"])).values["status"].to_pylist() == ["closed"]

    def test_lists_take_labels_and_common_separators(self):
        cast = cast_column(
            CASES.column("other_penalties"), pa.array(["警告|吊销", "警告、行政拘留", "warning，closed", "流放"])
        )
        assert cast.values["other_penalties"].to_pylist() == [
            "warning|license_revoked",
            "warning|detention",
            "warning|closed",
            None,
        ]

    @pytest.mark.parametrize(
        ("text", "answer"), [("是", True), ("否", False), ("TRUE", True), ("0", False), ("\uff11", True)]
    )
    def test_yes_and_no(self, text, answer):
        assert cast_column(MAJOR, pa.array([text])).values["is_major"].to_pylist() == [answer]

    def test_arrow_lists_and_dictionaries_are_taken(self):
        items = TABLES["inspections"].column("item_ids")
        assert cast_column(items, pa.array([["a", "b"], None])).values["item_ids"].to_pylist() == ["a|b", None]
        coded = pa.array(["决定", "决定"]).dictionary_encode()
        assert cast_column(TYPE, coded).values["type"].to_pylist() == ["decision"] * 2


def test_text_is_trimmed_and_empty_is_null():
    assert clean(pa.array([" a　", "", "  ", "NULL", None])).to_pylist() == ["a", None, None, None, None]
    assert clean(pa.array([12.0, 12.5, None])).to_pylist() == ["12", "12.5", None]
