import re
from pathlib import Path

import pytest

from mingjing.law import instruments
from mingjing.law.citations import (
    Citation,
    UnknownCitationError,
    articles_with_gist,
    chinese_numeral,
    cite,
    cite_all,
    number_of,
    read,
)
from mingjing.law.instruments import UnknownInstrumentError

# The articles that the rule library rests on, one citation each.
RULE_BASES = """
CF 17; CF 29; CF 34; CF 36; CF 37; CF 42; CF 44; CF 45; CF 48; CF 51; CF 55; CF 56; CF 57; CF 58; CF 60; CF 61; CF 62
CF 63; CF 64; CF 66; CF 85; QZ 18; QZ 19; QZ 24; QZ 25; QZ 27; QZ 28; QZ 54; QZ 69; XK 32; XK 40; XK 42; XK 44; XK 45
XK 82; FY 48; FY 54; FY 88; SU 67; YS 5; 54; 118; CR; 双公示; review F17; review F18; review F19; review F21; review
peers B2; peers B3; peers G1; peers G2; practice; place
SS-27; SS-28; SS-29; SS-30; SS-31; SS-32; SS-33; SS-34; SS-41; SS-49; SS-51; SS-52; SS-55; SS-67; LC-05; LC-16
RZ-05; RZ-18; RZ-19; RZ-24; RZ-30; RZ-31; RZ-32; RZ-36; RZ-37; RZ-47; YZ-29
"""
BASES = [base for base in re.split(r"[;\n]\s*", RULE_BASES) if base.strip()]


class TestCite:
    @pytest.mark.parametrize(
        ("text", "label"),
        [
            ("CF 60", "《行政处罚法》第六十条"),
            ("CF 64(2)", "《行政处罚法》第六十四条第（二）项"),
            ("CF 48.2", "《行政处罚法》第四十八条第二款"),
            ("SU 103", "《行政诉讼法》第一百零三条"),
            ("行政处罚法 60", "《行政处罚法》第六十条"),
            ("SS-27", "《关于深入推进依法行政工作的若干措施》五“一是”（SS-27）"),
            ("54", "《关于严格规范涉企行政检查的意见》（国办发〔2024〕54号）"),
            ("review F19", "案卷评查标准F19"),
            ("peers B3", "各地监督实践B3"),
            ("place", "本地文件"),
        ],
    )
    def test_has_a_label_that_a_reader_knows(self, text: str, label: str) -> None:
        assert cite(text).label == label

    @pytest.mark.parametrize("text", BASES)
    def test_every_basis_of_a_rule_resolves_and_is_paraphrased(self, text: str) -> None:
        citation = cite(text)
        assert citation.gist
        assert cite(str(citation)) == citation

    def test_a_paragraph_without_its_own_paraphrase_gives_that_of_the_article(self) -> None:
        assert cite("CF 42.2").gist == cite("CF 42").gist != ""
        assert cite("CF 64(1)").gist != cite("CF 64").gist

    def test_an_article_without_paraphrase_still_resolves(self) -> None:
        assert (cite("CF 3").gist, cite("CF 3").label) == ("", "《行政处罚法》第三条")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("CF 87", "最后一条是第八十六条，没有第87条"),
            ("CF 0", "没有“0”这样的条号"),
            ("CF F19", "没有“F19”这样的条号"),
            ("XX 3", "无法落到条文"),
            ("54 3", "不分条"),
            ("SS-99", "没有收录条目“SS-99”"),
            ("AA-01", "没有代号为“AA”的方案"),
            ("CF 60 ninety days", "看不懂引用"),
            ("", "看不懂引用"),
        ],
    )
    def test_what_resolves_to_nothing_is_refused(self, text: str, message: str) -> None:
        with pytest.raises(UnknownCitationError, match=message):
            cite(text)

    def test_several_keep_their_order(self) -> None:
        assert cite_all("CF 60", "SS-27") == (
            Citation(instrument="CF", article="60"),
            Citation(instrument="SS", article="27"),
        )

    def test_names_its_instrument(self) -> None:
        assert cite("SS-27").source.number is None
        assert cite("RZ-31").source.number == "日政办字〔2024〕15号"


class TestRead:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("行政处罚法第六十条", "CF 60"),
            ("行政处罚法 60", "CF 60"),
            ("CF60", "CF 60"),
            ("《行政处罚法》第64条第（二）项", "CF 64(2)"),
            ("行政处罚法第六十四条第二项", "CF 64(2)"),
            ("行政处罚法第四十八条第二款", "CF 48.2"),
            ("处罚法 48.2", "CF 48.2"),
            ("行政诉讼法第一百零三条", "SU 103"),
            ("ss27", "SS-27"),
            ("SS-27", "SS-27"),
            ("国办发〔2024〕54号", "54"),
            ("案卷评查F19", "review F19"),
            ("行政处罚法", "CF"),
        ],
    )
    def test_understands_how_people_write(self, text: str, expected: str) -> None:
        assert str(read(text)) == expected

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("行政处罚办法60", "《行政处罚法》（CF）"),
            ("处罚法87", "没有第87条"),
            ("行政处罚法六零", "“六零”不是条号"),
            ("阿里巴巴", "已收录的有"),
            ("SS-99", "没有收录条目"),
        ],
    )
    def test_says_what_is_near_when_it_does_not(self, text: str, message: str) -> None:
        with pytest.raises((UnknownCitationError, UnknownInstrumentError), match=message):
            read(text)


class TestProvisions:
    def test_every_paraphrase_stands_on_an_article_that_exists(self) -> None:
        """A paraphrase of an article beyond the last one is a slip of the pen."""
        for source in instruments.instruments().values():
            for key in articles_with_gist(source):
                reference = (
                    f"{source.id}-{key}" if source.id in {"TS", "LC", "RZ", "SS", "YZ"} else f"{source.id} {key}"
                )
                assert cite(reference).source is source

    def test_every_clause_of_the_plans_is_known(self) -> None:
        counts = {plan: len(articles_with_gist(instruments.get(plan))) for plan in ("TS", "LC", "RZ", "SS", "YZ")}
        assert counts == {"TS": 70, "LC": 51, "RZ": 95, "SS": 84, "YZ": 46}


class TestNumerals:
    @pytest.mark.parametrize(
        ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (86, "八十六"), (100, "一百"), (103, "一百零三"), (110, "一百一十"), (999, "九百九十九")]
    )  # fmt: skip
    def test_are_written_as_in_the_law(self, number: int, text: str) -> None:
        assert chinese_numeral(number) == text

    @pytest.mark.parametrize("text", ["60", "六十", "第六十条", "第60条", " 第 60 条 "])
    def test_are_read_in_each_form(self, text: str) -> None:
        assert number_of(text) == 60

    def test_round_trip(self) -> None:
        assert [number_of(chinese_numeral(number)) for number in range(1, 1000)] == list(range(1, 1000))

    @pytest.mark.parametrize("text", ["", "条", "第条", "sixty", "六零"])
    def test_other_text_is_no_number(self, text: str) -> None:
        assert number_of(text) is None

    @pytest.mark.parametrize("number", [0, 1000, -1])
    def test_other_numbers_are_refused(self, number: int) -> None:
        with pytest.raises(ValueError, match="between 1 and 999"):
            chinese_numeral(number)


TEXTS = {
    "CF": "行政处罚法(2021-01-22).md",
    "QZ": "行政强制法(2011-06-30).md",
    "XK": "行政许可法(2019-04-23).md",
    "FY": "行政复议法(2023-09-01).md",
    "SU": "行政诉讼法(2017-06-27).md",
    "YS": "行政执法机关移送涉嫌犯罪案件的规定(2020-08-07).md",
    "SD": "山东省行政执法监督条例(2014-11-27).md",
}


class TestAgainstTheTexts:
    """Where the texts lie beside the repository, what we say of them is held against them."""

    @pytest.mark.parametrize("instrument", TEXTS)
    def test_the_number_of_articles_is_right(self, instrument: str, shared: Path) -> None:
        assert len(articles(shared / "law" / TEXTS[instrument])) == instruments.get(instrument).articles

    @pytest.mark.parametrize("instrument", TEXTS)
    def test_a_paraphrase_is_not_the_wording(self, instrument: str, shared: Path) -> None:
        """No paraphrase repeats twenty characters of the law in a row."""
        text = (shared / "law" / TEXTS[instrument]).read_text(encoding="utf-8")
        plain = re.sub(r"\W", "", text)
        for key in articles_with_gist(instruments.get(instrument)):
            gist = re.sub(r"\W", "", cite(f"{instrument} {key}").gist)
            copied = [gist[at : at + 20] for at in range(len(gist) - 19) if gist[at : at + 20] in plain]
            assert not copied, (key, copied[0])

    @pytest.mark.parametrize(
        ("reference", "words"),
        [
            ("CF 17", "法定职权范围"), ("CF 29", "两次以上罚款"), ("CF 34", "裁量基准"), ("CF 36", "二年内"),
            ("CF 37", "处罚较轻"), ("CF 42", "不得少于两人"), ("CF 44", "拟作出"), ("CF 45", "陈述和申辩"),
            ("CF 48", "三日内撤回"), ("CF 51", "二百元以下"), ("CF 55", "出示执法证件"), ("CF 56", "七日内"),
            ("CF 57", "集体讨论"), ("CF 58", "法制审核"), ("CF 60", "九十日内"), ("CF 61", "七日内"),
            ("CF 62", "不得作出行政处罚决定"), ("CF 63", "较大数额罚款"), ("CF 64", "五日内提出"),
            ("CF 66", "暂缓或者分期"), ("CF 67", "十五日内"), ("CF 85", "工作日"),
            ("QZ 18", "现场笔录"), ("QZ 19", "二十四小时"), ("QZ 24", "清单"), ("QZ 25", "三十日"),
            ("QZ 27", "及时查清事实"), ("QZ 28", "解除查封"), ("QZ 53", "三个月内"), ("QZ 54", "十日后"),
            ("QZ 69", "工作日"), ("XK 32", "五日内一次告知"), ("XK 40", "公众有权查阅"), ("XK 42", "二十日"),
            ("XK 44", "十日内"), ("XK 45", "不计算在"), ("XK 82", "工作日"), ("FY 48", "十日内"), ("FY 54", "五日内"),
            ("FY 76", "六十日"), ("FY 88", "工作日"), ("SU 3", "负责人应当出庭"), ("SU 67", "十五日"),
            ("YS 5", "３日内"), ("SD 20", "计划"), ("SD 28", "三十日"), ("SD 29", "三十日"),
        ],
    )  # fmt: skip
    def test_the_article_speaks_of_what_we_say(self, reference: str, words: str, shared: Path) -> None:
        citation = cite(reference)
        assert citation.article is not None
        assert words in articles(shared / "law" / TEXTS[citation.instrument])[int(citation.article)]


def articles(path: Path) -> dict[int, str]:
    """Split a stored law at the heads of its articles."""
    parts = re.split(r"^\**第([一二三四五六七八九十百零]+)条", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    heads, bodies = parts[1::2], parts[2::2]
    return {number_of(head) or 0: body for head, body in zip(heads, bodies, strict=True)}
