"""Kinds, templates, values, numbers and pages of documents."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.documents.bodies import standard_text
from mingjing.domain.documents.kinds import FieldType, kind_of, kinds, kinds_for
from mingjing.domain.documents.lint import grave, problems
from mingjing.domain.documents.markup import Line, MarkupError, Seal, Sign, Table, fill
from mingjing.domain.documents.numbering import check, number_text
from mingjing.domain.documents.paging import block_size, divided, size
from mingjing.domain.documents.service import Method, ServiceFacts, effective_on, flaws
from mingjing.domain.documents.statement import Statement, check_code, same_code
from mingjing.domain.documents.values import BadValueError, Mark, capital, cleaned, missing, view
from mingjing.facts.schema import EVENT_TYPES, PROCEDURES

AGENCY = {"name": "泗水县市场监督管理局", "mark": "泗市监"}
OTHERS = {
    "license", "inspection", "preservation", "seizure", "other_measure", "own_execution", "court_execution", "substitute",
    "additional_fine", "noncoercive",
}  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)


def texts(kind: str, data: dict[str, Any], text: str) -> list[str]:
    nodes = view(kind_of(kind), cleaned(kind_of(kind), data), agency=AGENCY, dated_on=date(2026, 11, 20))
    return [one.text for one in fill(text, nodes).blocks if isinstance(one, Line)]


class TestKinds:
    def test_there_are_enough_of_each_procedure(self):
        assert len(kinds()) >= 100
        for step in ("decision", "prior_notice", "hearing", "filing", "service", "closing"):
            assert kinds_for("ordinary", step)

    @pytest.mark.parametrize("code", kinds())
    def test_the_platform_s_own_template_has_nothing_wrong(self, code: str):
        kind = kind_of(code)
        assert problems(kind, standard_text(code)) == ()
        assert set(kind.steps) <= set(EVENT_TYPES)
        assert set(kind.procedures) <= {*PROCEDURES, *OTHERS}
        assert len({one.label for one in kind.fields}) == len(kind.fields)
        assert not (kind.served and kind.layout == "letter" and not kind.sealed)

    def test_words_of_numbers_are_not_shared(self):
        words = [one.number for one in kinds().values() if one.number]
        assert len(words) == len(set(words))

    @pytest.mark.parametrize("code", ["penalty_decision", "seizure_decision", "execution_decision", "license_refusal"])
    def test_each_content_that_the_law_asks_for_is_missed_when_it_goes(self, code: str):
        """行政处罚法第五十九条、行政强制法第二十四条、第三十七条、行政许可法第三十八条."""
        kind = kind_of(code)
        for content in kind.contents:
            for name in content.fields:
                if content.words:
                    continue
                lines = [line for line in standard_text(code).splitlines() if f"{{{name}" not in line]
                text = "\n".join(line for line in lines if name not in line)
                assert any(one.citation == content.citation for one in grave(problems(kind, text))), (content, name)


class TestLint:
    def test_an_unknown_field_is_told_with_a_near_one(self):
        found = problems(kind_of("penalty_decision"), standard_text("penalty_decision") + "{违法事情}\n")
        assert ["是不是“违法事实”？" in one.text for one in found] == [True]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{?案由}x", "没有用"),
            ("x{/案由}", "前面没有"),
            ("@stamp", "没有“@stamp”"),
            ("@head blue", "black"),
            ("@sign mayor", "签名人"),
            ("|:a:b|\n| 1 | 2 |", "列宽"),
            ("|" + "1|" * 20, "最多"),
        ],
    )
    def test_what_cannot_be_read_is_told(self, text: str, words: str):
        assert any(words in one.text for one in problems(kind_of("penalty_decision"), text))


class TestFill:
    def test_conditions_repetitions_and_amounts(self):
        text = "{?罚款}罚款{罚款|大写}（{罚款}）{/罚款}{!罚款}不罚款{/罚款}\n{*证据}\n{序号}．{证据名称}\n{/证据}\n"
        assert texts("penalty_decision", {"fine": 120_050}, text) == ["罚款壹仟贰佰元伍角（1,200.50元）"]
        rows = [{"name": "现场笔录"}, {"name": "照片"}]
        assert texts("penalty_decision", {"evidence": rows}, text) == ["不罚款", "1．现场笔录", "2．照片"]

    @given(TEXTS)
    def test_what_is_filled_in_is_never_markup(self, value: str):
        made = texts("penalty_decision", {"facts": f"# {value}"}, "{违法事实}\n")
        sheet = fill(
            "{违法事实}\n", view(kind_of("penalty_decision"), {"facts": "@seal\n| a | b |\n# c\n{案由}"}, agency=AGENCY)
        )
        assert all(isinstance(one, Line) and one.style == "body" for one in sheet.blocks)
        assert made[0].startswith("#")

    @given(TEXTS)
    def test_a_bar_in_a_cell_makes_no_cell(self, value: str):
        data = cleaned(kind_of("penalty_decision"), {"cause": f"甲|乙{value}"})
        sheet = fill("| 案由 | {案由} |\n", view(kind_of("penalty_decision"), data, agency=AGENCY))
        assert [len(row.cells) for table in sheet.blocks if isinstance(table, Table) for row in table.rows] == [2]

    def test_an_opinion_that_was_signed_stands_in_the_form(self):
        kind = kind_of("case_filing_approval")
        marks = {"head": [Mark(name="赵刚", on=date(2026, 11, 20), opinion="同意立案。")]}
        sheet = fill(standard_text(kind.code), view(kind, {}, agency=AGENCY, marks=marks), marks=marks)
        cells = [
            cell.text for table in sheet.blocks if isinstance(table, Table) for row in table.rows for cell in row.cells
        ]
        assert any(text.startswith("同意立案。") and "赵刚" in text and "2026年11月20日" in text for text in cells)

    def test_an_unclosed_condition_is_refused(self):
        with pytest.raises(MarkupError, match="第 1 行"):
            fill("{?案由}", {})


class TestValues:
    @given(st.integers(min_value=0, max_value=10**14))
    def test_capitals_say_the_amount(self, fen: int):
        assert read_capital(capital(fen)) == fen

    @pytest.mark.parametrize(
        ("fen", "words"),
        [(0, "零元整"), (5, "伍分"), (10_010, "壹佰元壹角"), (10_000_500, "壹拾万零伍元整"), (10_005, "壹佰元零伍分")],
    )
    def test_capitals_are_written_as_banks_write_them(self, fen: int, words: str):
        assert capital(fen) == words

    def test_everything_that_is_required_is_missed(self):
        kind = kind_of("penalty_decision")
        assert [one.field for one in missing(kind, {})] == [
            one.code for one in kind.fields if one.required and one.type is not FieldType.OPINION
        ]
        assert any(
            "不得少于2人" in one.text for one in missing(kind_of("inquiry_record"), {"officers": [{"name": "张伟"}]})
        )

    @pytest.mark.parametrize(
        "data",
        [{"fine": -1}, {"fine": 1.5}, {"fine": True}, {"party": "甲"}, {"party": {"colour": "红"}}, {"penalties": "罚款"},
         {"evidence": [{"x": "y"}]}, {"facts": 3}],
    )  # fmt: skip
    def test_refuses_what_a_field_cannot_hold(self, data: dict[str, Any]):
        with pytest.raises(BadValueError):
            cleaned(kind_of("penalty_decision"), data)


class TestNumbers:
    @given(st.lists(st.integers(min_value=1, max_value=30)), st.integers(min_value=0, max_value=30))
    def test_a_gap_or_a_repeat_is_found_and_nothing_else(self, values: list[int], latest: int):
        found = check(values, latest)
        highest = max([latest, *values], default=0)
        assert set(found.gaps) == set(range(1, highest + 1)) - set(values)
        assert set(found.repeats) == {one for one in values if values.count(one) > 1}

    def test_is_written_with_mark_word_and_year(self):
        assert number_text(mark="泗市监", word="罚决", year=2026, value=12) == "泗市监罚决〔2026〕12号"


class TestPages:
    @given(st.lists(st.text("文书内容", min_size=1, max_size=60), min_size=1, max_size=12), st.integers(5, 50))
    def test_pages_hold_the_whole_text_in_its_order(self, lines: list[str], room: int):
        sheet = fill("\n".join(lines) + "\n", view(kind_of("penalty_decision"), {}, agency=AGENCY))
        begins, total = {}, 0
        for number, block in enumerate(sheet.blocks):
            begins[number, -1] = total // room + 1
            total += block_size(block)
        pages = -(-total // room)
        counts = [room] * (pages - 1) + [total - room * (pages - 1)]
        made = divided(sheet, begins, counts)
        assert ["".join(one.text for one in page if isinstance(one, Line)) for page in made] == [
            "".join(lines)[room * page : room * (page + 1)] for page in range(pages)
        ]

    def test_a_table_that_goes_on_stands_under_its_head_again(self):
        rows = "".join(f"| {number} | 内容 |\n" for number in range(6))
        sheet = fill(f"|! 序号 | 内容 |\n{rows}", view(kind_of("penalty_decision"), {}, agency=AGENCY))
        begins = {(0, row): 1 if row < 4 else 2 for row in range(7)}
        first, second = divided(sheet, begins, [4 + 3 * 3, 4 + 3 * 3])
        assert [len(table.rows) for page in (first, second) for table in page if isinstance(table, Table)] == [4, 4]

    def test_places_for_signatures_and_seals_count_what_is_printed(self):
        marked = Sign(who="officer", label="执法人员", marks=(Mark(name="张伟", on=date(2026, 11, 20)),))
        assert block_size(marked) == size("执法人员：张伟2026年11月20日")
        assert block_size(Seal(agency="泗水县", on="2026年1月1日")) == size("泗水县2026年1月1日")


class TestStatement:
    @given(st.binary(min_size=10, max_size=10))
    def test_a_code_is_read_however_people_write_it(self, chance: bytes):
        code = check_code(chance)
        assert same_code(code.lower().replace("-", " ")) == code
        assert len(code) == 19

    def test_the_capacity_and_the_opinion_are_signed(self):
        one = Statement(code="A", kind="k", agency="a", number="n", dated_on=date(2026, 1, 1), content="c", pdf="p")
        assert len({one.bytes_for("officer"), one.bytes_for("party"), one.bytes_for("officer", opinion="同意")}) == 3


class TestService:
    def test_the_day_of_each_way(self):
        """民事诉讼法第八十七条、第八十九条至第九十一条、第九十五条."""
        day, later = date(2026, 11, 20), date(2026, 11, 23)
        known = {"receiver": "甲", "sent_on": day, "servers": 1}
        for method, received, expected in (
            (Method.IN_PERSON, day, day),
            (Method.LEFT, None, day),
            (Method.POST, None, None),
            (Method.POST, later, later),
            (Method.ELECTRONIC, None, day),
            (Method.ANNOUNCEMENT, None, date(2026, 12, 20)),
        ):
            assert effective_on(ServiceFacts(method=method, received_on=received, **known)) == expected  # type: ignore[arg-type]

    def test_a_refusal_is_served_by_leaving_the_document(self):
        facts = ServiceFacts(
            method=Method.IN_PERSON, receiver="甲", sent_on=date(2026, 11, 20), received_on=date(2026, 11, 20), servers=1,
            refusal="拒收",
        )  # fmt: skip
        assert [str(one.citation) for one in flaws(facts)] == ["MS 89"]


def read_capital(text: str) -> int:
    """Read an amount in capitals, in fen: written without looking at how it is written."""
    digits = {letter: value for value, letter in enumerate("零壹贰叁肆伍陆柒捌玖")}
    yuan, section, total, fen, digit = 0, 0, 0, 0, 0
    for letter in text:
        if letter in digits:
            digit = digits[letter]
        elif letter in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[letter]
            digit = 0
        elif letter == "万":
            total += (section + digit) * 10_000
            section = digit = 0
        elif letter == "亿":
            total = (total + section + digit) * 10**8
            section = digit = 0
        elif letter == "元":
            yuan, section, digit = total + section + digit, 0, 0
        elif letter == "角":
            fen, digit = fen + digit * 10, 0
        elif letter == "分":
            fen, digit = fen + digit, 0
    return yuan * 100 + fen
