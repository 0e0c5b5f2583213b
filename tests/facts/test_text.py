# ruff: noqa: RUF001 - full-width and look-alike characters are the subject here
"""What people write is read in exactly one way, or refused with a reason."""

import re
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from mingjing.facts.text import (
    DocumentNumber,
    UnreadableValueError,
    amount_in_words,
    chinese_date,
    chinese_integer,
    identity_problem,
    is_masked,
    normalise_name,
    parse_amount,
    parse_chinese_integer,
    parse_confiscation,
    parse_date,
    parse_detention_days,
    parse_document_number,
    parse_fine,
    parse_moment,
    parse_penalties,
    uscc_problem,
)
from mingjing.kernel.moments import Moment

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


class TestChineseIntegers:
    @given(st.integers(0, 10**12 - 1), st.booleans())
    def test_come_back(self, number, formal):
        assert parse_chinese_integer(chinese_integer(number, formal=formal)) == number

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("十", 10),
            ("一十二", 12),
            ("两百", 200),
            ("一千零五", 1005),
            ("二〇二四", 2024),
            ("一万二千", 12000),
            ("一亿零三万", 100030000),
        ],
    )
    def test_are_read(self, text, number):
        assert parse_chinese_integer(text) == number

    @pytest.mark.parametrize("text", ["", "一千二", "百", "十百", "一二十", "万", "abc", "一万万"])
    def test_doubtful_ones_are_refused(self, text):
        with pytest.raises(UnreadableValueError):
            parse_chinese_integer(text)


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-09-25",
            "2026-9-25",
            "2026/9/25",
            "2026.9.25",
            "2026．09．25",
            "２０２６年９月２５日",
            "2026年9月25日",
            " 2026 年 9 月 25 日 ",
            "2026年9月25日（星期五）",
            "二〇二六年九月二十五日",
            "二○二六年九月二十五日",
            "二零二六年九月二十五日",
            "20260925",
            "46290",
            "2026-09-25 10:30",
            "2026-09-25T00:00:00",
        ],
    )
    def test_are_read_in_every_common_form(self, text):
        assert parse_date(text) == date(2026, 9, 25)

    @given(DAYS)
    def test_come_back_from_every_form(self, day):
        serial = (day - date(1899, 12, 30)).days
        forms = [chinese_date(day), day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}"]
        if 20000 <= serial <= 80000:
            forms.append(str(serial))
        assert {parse_date(form) for form in forms} == {day}

    @pytest.mark.parametrize(
        "text",
        [
            "2026-02-30",
            "2026年9月",
            "2026",
            "26.9.25",
            "9/25/2026",
            "0204-01-01",
            "明天",
            "",
            "123",
            "2026-13-01",
            "99999",
        ],
    )
    def test_doubtful_ones_are_refused_with_a_remedy(self, text):
        with pytest.raises(UnreadableValueError) as caught:
            parse_date(text)
        assert "2026-09-25" in caught.value.remedy


class TestMoments:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-09-25 10:30",
            "2026-09-25T10:30:00",
            "2026-09-25T10:30:00+08:00",
            "2026-09-25T02:30:00Z",
            "2026-09-25 02:30:00+0000",
            "2026/9/25 10:30:00",
            "2026年9月25日10时30分",
            "2026年9月25日 上午10：30",
            "20260925103000",
            "202609251030",
            "46290.4375",
        ],
    )
    def test_are_read_in_china_standard_time(self, text):
        assert parse_moment(text) == Moment(day=date(2026, 9, 25), clock=time(10, 30))

    @given(st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)).map(lambda at: at.replace(microsecond=0)))
    def test_come_back(self, at):
        moment = Moment.of(at)
        half = "上午" if at.hour < 12 else "下午"
        hour = at.hour if at.hour <= 12 else at.hour - 12
        forms = [
            at.isoformat(),
            f"{at:%Y%m%d%H%M%S}",
            f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute}分{at.second}秒",
        ]
        if at.hour != 0:
            forms.append(f"{at.year}年{at.month}月{at.day}日{half}{hour}时{at.minute}分{at.second}秒")
        assert {parse_moment(form) for form in forms} == {moment}

    def test_a_bare_date_has_no_hour(self):
        assert parse_moment("2026年9月25日").clock is None

    def test_twenty_four_hours_is_the_next_midnight(self):
        assert parse_moment("2026-09-30 24:00") == Moment(day=date(2026, 10, 1), clock=time(0))

    @pytest.mark.parametrize("text", ["2026-09-25 25:00", "2026-09-25 abc", "10:30"])
    def test_others_are_refused(self, text):
        with pytest.raises(UnreadableValueError):
            parse_moment(text)


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "fen"),
        [
            ("四百元", 40000),
            ("1.2万元", 1200000),
            ("壹仟贰佰元整", 120000),
            ("1,000.50元", 100050),
            ("人民币壹万零伍拾元叁角伍分", 1005035),
            ("￥200", 20000),
            ("¥200元", 20000),
            ("１２００元", 120000),
            ("3千元", 300000),
            ("0.5亿元", 5_000_000_000),
            ("1万2000元", 1200000),
            ("五角", 50),
            ("12345", 12345),
        ],
    )
    def test_are_read_into_fen(self, text, fen):
        assert parse_amount(text) == fen

    @pytest.mark.parametrize(
        ("text", "unit", "fen"),
        [
            ("1,000.50", "元", 100050),
            ("0.2", "万元", 200000),
            ("0.000001", "万元", 1),
            ("3元", "万元", 300),
            ("四百", "元", 40000),
        ],
    )
    def test_a_bare_number_has_the_unit_of_its_column(self, text, unit, fen):
        assert parse_amount(text, unit=unit) == fen

    @pytest.mark.parametrize(
        ("text", "unit"),
        [
            ("1000.50", None),
            ("1000.00", None),
            ("-5元", None),
            ("0.001", "元"),
            ("100美元", None),
            ("若干", None),
            ("1.2万", "万元"),
            ("", None),
            ("一千二元", None),
        ],
    )
    def test_doubtful_ones_are_refused(self, text, unit):
        with pytest.raises(UnreadableValueError):
            parse_amount(text, unit=unit)

    @given(st.integers(0, 10**13))
    def test_come_back_from_words_and_digits(self, fen):
        assert parse_amount(amount_in_words(fen)) == fen
        assert parse_amount(f"{fen // 100:,}.{fen % 100:02d}元") == fen
        assert parse_amount(str(fen)) == fen


class TestDecisionsInWords:
    @pytest.mark.parametrize(
        ("text", "fine", "penalties", "days"),
        [
            ("罚款四百元", 40000, (), None),
            ("行政拘留五日并处罚款二百元", 20000, ("detention",), 5),
            ("行政拘留十日并处罚款 200 元", 20000, ("detention",), 10),
            ("拘留14日并处罚款600元", 60000, ("detention",), 14),
            ("罚款二百元对其物品予以收缴", 20000, (), None),
            ("给予警告", 0, ("warning",), None),
            ("决定给予某人行政拘留二十日", 0, ("detention",), 20),
            ("处1.2万元罚款，吊销许可证", 1200000, ("license_revoked",), None),
            ("不予行政处罚", 0, (), None),
            ("警告、责令停产停业", 0, ("warning", "business_stopped"), None),
        ],
    )
    def test_give_fine_penalties_and_days(self, text, fine, penalties, days):
        assert parse_fine(text) == fine
        assert parse_penalties(text) == penalties
        assert parse_detention_days(text) == days

    @pytest.mark.parametrize("text", ["处以罚款", "对甲罚款100元，对乙罚款200元"])
    def test_a_fine_without_one_amount_is_refused(self, text):
        with pytest.raises(UnreadableValueError):
            parse_fine(text)

    def test_confiscations_are_read_apart_from_the_fine(self):
        assert parse_confiscation("没收违法所得300元，罚款1000元") == 30000
        assert parse_fine("没收违法所得300元，罚款1000元") == 100000
        assert parse_confiscation("罚款1000元") == 0
        with pytest.raises(UnreadableValueError):
            parse_confiscation("没收违法所得，罚款1000元")


class TestDocumentNumbers:
    @pytest.mark.parametrize(
        "text",
        [
            "沪公机(浦候)行罚决字〔2024〕00187号",
            "沪公机（浦候）行罚决字[2024]00187号",
            "沪公机(浦候)行罚决字（2024）00187号",
            "沪公机(浦候)行罚决字【2024】 00187 号",
            "沪公机(浦候)行罚决字［２０２４］第00187号",
            "沪公机(浦候)行罚决字2024第00187号",
            "沪公机(浦候)行罚决字 2024 00187号",
            "沪公机(浦候)行罚决字2024-00187",
        ],
    )
    def test_are_one_whatever_the_brackets(self, text):
        number = parse_document_number(text)
        assert number.canonical == "沪公机（浦候）行罚决字〔2024〕00187号"
        assert number.key == "沪公机（浦候）行罚决字〔2024〕187号"

    @given(
        st.text("沪公京鲁市监罚决字（）", min_size=1, max_size=12),
        st.integers(1950, 2049),
        st.integers(0, 999999),
        st.sampled_from(["〔〕", "[]", "（）", "【】", "()"]),
        st.sampled_from(["", "-1", "之二"]),
    )
    def test_come_back(self, agency, year, serial, brackets, branch):
        expected = DocumentNumber(agency=agency, year=year, serial=str(serial), branch=branch)
        assert parse_document_number(f"{agency}{brackets[0]}{year}{brackets[1]}{serial}{branch}号") == expected
        assert parse_document_number(expected.canonical) == expected

    @pytest.mark.parametrize("text", ["", "无", "行政处罚决定书", "〔24〕3号", "字2024187号"])
    def test_incomplete_ones_are_refused(self, text):
        with pytest.raises(UnreadableValueError):
            parse_document_number(text)


class TestNames:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("济宁　市 张三 商店", "济宁市张三商店"),
            ("某某（山东）有限公司", "某某（山东）有限公司"),
            ("某某(山东)有限公司", "某某（山东）有限公司"),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉 ・ 买买提", "阿卜杜拉·买买提"),
            ("ＡＢＣ  Trading  Ltd", "ABC Trading Ltd"),
        ],
    )
    def test_are_written_in_one_way(self, text, name):
        assert normalise_name(text) == name

    @given(st.text(max_size=30))
    def test_normalising_twice_changes_nothing(self, text):
        once = normalise_name(text)
        assert normalise_name(once) == once

    def test_a_masked_name_is_known(self):
        assert is_masked("王*")
        assert is_masked("丁某某")
        assert not is_masked("王伟")


class TestCodes:
    @given(
        st.from_regex(re.compile(r"[159][1239][1-9][0-9]{5}[0-9ABCDEFGHJKLMNPQRTUWXY]{9}", re.ASCII), fullmatch=True)
    )
    def test_a_right_credit_code_has_no_problem_and_a_wrong_one_has(self, stem):
        right = stem + uscc.calc_check_digit(stem)
        assert uscc_problem(right) is None
        wrong = stem + ("0" if right[-1] != "0" else "1")
        assert "校验位" in (uscc_problem(wrong) or "")
        assert "18 位" in (uscc_problem(stem) or "")

    def test_identity_numbers(self):
        assert identity_problem("360426199101010071") is None
        assert identity_problem("360426199101010072") is not None
        assert identity_problem("3604261991****0072") is None
        assert "18 位" in (identity_problem("1234") or "")
