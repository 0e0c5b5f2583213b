"""Blocks of reports: references to figures, numbers without a source, periods."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.reports.blocks import (
    Block,
    BlockError,
    BlockKind,
    block_of,
    filled,
    own_numbers,
    pieces,
    references,
)
from mingjing.domain.reports.periods import PeriodError, days_of, label_of, month_key, quarter_key

VALUES = {"tasks.done": "3", "unit-1.missing": "12"}


def paragraph(text: str) -> Block:
    return Block(kind=BlockKind.PARAGRAPH, text=text)


def test_figures_are_put_into_the_words() -> None:
    assert filled("已完成{tasks.done}项，未报{unit-1.missing}份", VALUES) == "已完成3项，未报12份"
    with pytest.raises(BlockError, match=r"tasks\.late"):
        filled("{tasks.late}", VALUES)


def test_pieces_say_which_words_are_figures() -> None:
    found = pieces("已完成{tasks.done}项{none}", VALUES)
    assert [(one.text, one.key) for one in found] == [("已完成", ""), ("3", "tasks.done"), ("项", ""), ("{none}", "")]


@given(st.text(alphabet="甲乙{}.-abc1 ", max_size=30))
def test_pieces_together_are_the_words(text: str) -> None:
    assert "".join(one.text for one in pieces(text, {})) == text


def test_references_are_each_named_once_in_order_also_in_tables() -> None:
    table = Block(kind=BlockKind.TABLE, columns=("甲",), rows=(("{b.c}",), ("{a.b}",)))
    assert references([paragraph("{a.b}{a.b}"), table]) == ["a.b", "b.c"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("已完成{tasks.done}项，共30家", ("30",)),
        ("数据截止2026年10月9日，第3期，泗政办字〔2026〕8号", ()),
        ("完成率92.5%", ("92.5",)),
        ("三月以来没有", ()),
    ],
)
def test_numbers_without_a_source_are_found(text: str, found: tuple[str, ...]) -> None:
    assert own_numbers([paragraph(text)]) == found


def test_data_and_back() -> None:
    for one in (
        Block(kind=BlockKind.HEADING, text="一", level=2),
        paragraph("甲{a.b}"),
        Block(kind=BlockKind.CHART, title="图", columns=("甲", "乙"), rows=(("丙", "{a.b}"),)),
    ):
        assert block_of(one.as_data()) == one
    with pytest.raises(BlockError):
        block_of({"kind": "script"})


@pytest.mark.parametrize(
    ("key", "first", "last", "label"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), "2026年2月"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), "2026年第三季度"),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "2024年"),
    ],
)
def test_periods(key: str, first: date, last: date, label: str) -> None:
    assert days_of(key) == (first, last)
    assert label_of(key) == label


@pytest.mark.parametrize("key", ["", "2026-13", "2026-Q5", "26-01", "2026-1", "2026-10-01", "1999"])
def test_what_is_no_period_is_refused(key: str) -> None:
    with pytest.raises(PeriodError):
        days_of(key)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31)))
def test_a_day_lies_in_its_month_and_quarter(day: date) -> None:
    for key in (month_key(day), quarter_key(day), str(day.year)):
        first, last = days_of(key)
        assert first <= day <= last
