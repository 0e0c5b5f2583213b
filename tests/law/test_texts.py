"""The structure of full texts; the real ones where they are there."""

from datetime import date
from pathlib import Path

import pytest

from mingjing.law.instruments import Level
from mingjing.law.texts import NoProvisionsError, read_text

ROOT = Path(__file__).parents[2]
SHARED = next(
    (folder for up in (1, 2) if (folder := ROOT.parents[up - 1] / "shared" / "law").is_dir()), ROOT / "shared"
)

TEXT = """# 某市养犬管理条例

2020年5月1日 某市第十届人民代表大会常务委员会第三次会议通过

目 录
第一章 总则
第二章 罚则

## 第一章　总则

第一条 为了规范养犬，制定本条例。

第二条　养犬人应当：

（一）办理登记；

（二）文明养犬。

犬只伤人的，立即送医。

## 第二章  罚则

第三条 违反第二条第（一）项规定的，处五百元罚款。

第四条之一 本条之一。

第六条 本条例自2020年7月1日起施行。
"""


def test_reads_parts_articles_paragraphs_and_items() -> None:
    text = read_text(TEXT.splitlines())
    assert (text.title, text.in_force_from, text.adopted_on) == ("某市养犬管理条例", date(2020, 7, 1), date(2020, 5, 1))
    assert (text.level, text.issuer) == (Level.LOCAL_REGULATION, "某市人民代表大会常务委员会")
    assert [article.key for article in text.articles] == ["1", "2", "3", "4-1", "6"]
    second = text.articles[1]
    assert second.paragraphs == ("养犬人应当：", "犬只伤人的，立即送医。")
    assert [(item.paragraph, item.number, item.text) for item in second.items] == [
        (1, 1, "办理登记；"),
        (1, 2, "文明养犬。"),
    ]
    assert second.headings == ("第一章 总则",)
    assert second.text == "养犬人应当：\n（一）办理登记；\n（二）文明养犬。\n犬只伤人的，立即送医。"


def test_a_missing_number_is_reported_never_mended() -> None:
    assert read_text(TEXT.splitlines()).problems == ("第四条之一之前缺少第四条。", "第六条之前缺少第五条。")


def test_a_text_without_articles_is_read_by_its_clauses() -> None:
    text = read_text(
        ["某县关于规范执法的意见", "各单位：", "一、总体要求", "坚持依法。", "二、主要任务", "（一）建立清单。"]
    )
    assert [(one.key, one.label) for one in text.articles] == [("1", "一、"), ("2", "二、")]
    assert text.articles[1].items[0].text == "建立清单。"


def test_what_is_no_law_is_refused() -> None:
    with pytest.raises(NoProvisionsError):
        read_text(["今天天气很好", "没有条文"])


def test_reads_every_full_text_at_hand_without_a_gap() -> None:
    files = sorted(SHARED.glob("*.md")) if SHARED.is_dir() else []
    if not files:
        pytest.skip("没有法律全文样本")
    for file in files:
        text = read_text(file.read_text(encoding="utf-8").splitlines(), name=file.stem)
        assert text.problems == (), file.name
        assert len(text.articles) >= 5
    penal = next(file for file in files if file.name.startswith("行政处罚法"))
    assert len(read_text(penal.read_text(encoding="utf-8").splitlines()).articles) == 86
