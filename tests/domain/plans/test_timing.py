"""Deadlines in words: each form that plans use, with the day that the words say and no other."""

from datetime import date

import pytest

from mingjing.domain.plans.model import DeadlineKind
from mingjing.domain.plans.timing import TimeContext, find_prose_deadlines, parse_deadline_field

ISSUED = TimeContext(issued_on=date(2024, 4, 19))


def read(text: str, context: TimeContext = ISSUED):
    return [
        (one.text, one.on.isoformat() if one.on else None, one.long_term) for one in parse_deadline_field(text, context)
    ]


class TestField:
    @pytest.mark.parametrize(
        ("text", "on", "long_term"),
        [
            ("2024年10月底前", "2024-10-31", False),
            ("2024年10月底前并长期坚持", "2024-10-31", True),
            ("2025年9月底并长期坚持", "2025-09-30", True),
            ("2024年底前,长期坚持", "2024-12-31", True),
            ("2024年11月底前编制完成并对外公布,长期坚持", "2024-11-30", True),
            ("2025年年底前完成并长期推进", "2025-12-31", True),
            ("2024 年 6 月 30 日前", "2024-06-30", False),
            ("２０２４年１２月", "2024-12-31", False),
            ("二〇二五年底前", "2025-12-31", False),
            ("2024.12", "2024-12-31", False),
            ("2024/6/30", "2024-06-30", False),
            ("2024-12-31", "2024-12-31", False),
            ("2024年2月", "2024-02-29", False),
            ("2024年三季度", "2024-09-30", False),
            ("2024年上半年", "2024-06-30", False),
            ("2024年6月上旬", "2024-06-10", False),
            ("2024年6月中旬前", "2024-06-20", False),
            ("2024年7月—11月", "2024-11-30", False),
            ("2024年5-10月", "2024-10-31", False),
            ("2024年5月至2025年3月", "2025-03-31", False),
            ("2023—2025年", "2025-12-31", False),
            ("即日起至2024年12月31日", "2024-12-31", False),
            ("12月底前", "2024-12-31", False),
            ("年底前", "2024-12-31", False),
            ("次年1月底前", "2025-01-31", False),
            ("25年6月底", "2025-06-30", False),
        ],
    )
    def test_a_day_or_a_period_gives_its_last_day(self, text: str, on: str, long_term: bool):
        assert read(text) == [(text, on, long_term)]

    @pytest.mark.parametrize(
        ("text", "long_term", "kind"),
        [
            ("长期坚持", True, DeadlineKind.LONG_TERM),
            ("常态化推进", True, DeadlineKind.LONG_TERM),
            ("按省司法厅要求时限完成,长期坚持", True, DeadlineKind.LONG_TERM),
            ("按规定要求时限", False, DeadlineKind.STATED),
            ("按要求时限完成", False, DeadlineKind.STATED),
            ("每季度末", False, DeadlineKind.RECURRING),
            ("每月5日前", False, DeadlineKind.RECURRING),
            ("自2018年8月起", False, DeadlineKind.START),
            ("印发后10个工作日内", False, DeadlineKind.RELATIVE),
            ("2024年初", False, DeadlineKind.FIXED),
        ],
    )
    def test_words_without_a_day_get_none(self, text: str, long_term: bool, kind: DeadlineKind):
        (one,) = parse_deadline_field(text, ISSUED)
        assert (one.on, one.long_term, one.kind) == (None, long_term, kind)

    def test_several_days_keep_their_own_words(self):
        assert read("2024年6月底前出台方案，10月底前组建完成") == [
            ("2024年6月底前出台方案", "2024-06-30", False),
            ("10月底前组建完成", "2024-10-31", False),
        ]

    def test_a_term_from_issue_is_counted_from_the_date_of_the_plan(self):
        assert read("本方案印发之日起30日内") == [("本方案印发之日起30日内", "2024-05-19", False)]
        assert read("自印发之日起三个月内") == [("自印发之日起三个月内", "2024-07-19", False)]

    def test_without_a_date_of_the_plan_nothing_is_reckoned(self):
        (one,) = parse_deadline_field("印发之日起30日内", TimeContext())
        assert one.on is None and "成文日期" in one.doubt
        (other,) = parse_deadline_field("9月底前", TimeContext())
        assert other.on is None and other.doubt

    def test_a_year_not_written_is_a_doubt(self):
        (one,) = parse_deadline_field("9月底前", ISSUED)
        assert one.on == date(2024, 9, 30) and "2024" in one.doubt
        (written,) = parse_deadline_field("2024年9月底前", ISSUED)
        assert not written.doubt

    def test_the_year_of_the_title_goes_before_that_of_the_date(self):
        (one,) = parse_deadline_field("9月底前", TimeContext(issued_on=date(2024, 12, 20), title_year=2025))
        assert one.on == date(2025, 9, 30)

    @pytest.mark.parametrize("text", ["", " ", "/", "—", "无"])
    def test_a_blank_field_gives_nothing(self, text: str):
        assert parse_deadline_field(text, ISSUED) == ()

    def test_a_day_that_does_not_exist_is_not_made(self):
        assert [one.on for one in parse_deadline_field("2023年2月30日前", ISSUED)] == [None]


class TestProse:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (
                "2024年8月底前将报告报同级部门,9月底前开展监督。",
                [("2024年8月底前", "2024-08-31"), ("9月底前", "2024-09-30")],
            ),
            ("4月底实现全覆盖", [("4月底", "2024-04-30")]),
            ("到2025年，覆盖率达到90%以上", [("到2025年", "2025-12-31")]),
            ("力争2024年6月完成清理", [("2024年6月", "2024-06-30")]),
            ("要在本意见印发之日起30日内制定办法", [("在本意见印发之日起30日内", "2024-05-19")]),
            ("每年2月中旬前报告，于每年年底前总结", [("每年2月中旬前", None), ("每年年底前", None)]),
        ],
    )
    def test_words_that_say_by_when(self, text: str, found: list[tuple[str, str | None]]):
        read = [(one.text, one.on.isoformat() if one.on else None) for one in find_prose_deadlines(text, ISSUED)]
        assert read == found

    @pytest.mark.parametrize(
        "text",
        [
            "2019年1月1日至12月31日，对企业予以返还",
            "从2019年1月1日起，实施见习计划",
            "自2018年8月起按照新制度执行",
            "对照《承诺制清单》（2023年版）调整",
            "落实《纲要（2021—2025年）》要求",
            "按照国办发〔2023〕27号文件要求",
            "接到判决之日起2日内报告",
            "制定2024年度监督计划",
            "2023年以来的案件",
            "每月抽考60人",
        ],
    )
    def test_words_that_do_not(self, text: str):
        assert find_prose_deadlines(text, ISSUED) == ()

    def test_every_text_is_a_part_of_the_source(self):
        text = "各单位于2024年 6月底前完成自查，12月底 前完成整改，到2025年底全面规范。"
        assert all(one.text in text for one in find_prose_deadlines(text, ISSUED))
