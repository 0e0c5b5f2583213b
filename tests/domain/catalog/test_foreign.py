"""Lists in the forms that places publish; the real samples where they are there."""

import json
from pathlib import Path

import pytest

from mingjing.domain.catalog.foreign import NoHeaderError, agencies_in, cells_of, read_benchmarks, read_list

ROOT = Path(__file__).parents[3]
SHARED = next(
    (folder for up in (1, 2) if (folder := ROOT.parents[up - 1] / "shared" / "data").is_dir()), ROOT / "shared"
)
"""Material beside the project, where it is there."""

MERGED = """双随机抽查事项清单
序号 | 抽查领域 | 抽查事项 | 检查对象 | 抽查比例 | 发起部门 | 配合部门 |
1 | 学校抽查 | 1.学校收费的检查 | 校外培训机构 | 10-20% | 教育部门 | 市场监管、税务部门 |
  |  | 2.食堂食品安全的检查 | 中小学 | M50% | 市场监管部门 | 教育部门 消防救援机构 |
  |  |  | 幼儿园 | 5% |  |  |
2 | 保安抽查 | 保安公司的检查 | 保安公司 |  | 公安部门 |  |
填表说明：以上事项由区级实施。
"""


def test_merged_cells_are_carried_down_within_a_block_only() -> None:
    found = read_list(cells_of(MERGED))
    rows = [
        (row.values["matter"], row.values["object"], row.values.get("ratio"), row.values["lead"]) for row in found.rows
    ]
    assert rows == [
        ("学校收费的检查", "校外培训机构", "10-20%", "教育部门"),
        ("食堂食品安全的检查", "中小学", "M50%", "市场监管部门"),
        ("食堂食品安全的检查", "幼儿园", "5%", "市场监管部门"),
        ("保安公司的检查", "保安公司", None, "公安部门"),
    ]
    assert found.rows[1].partners == ("教育部门", "消防救援机构")
    assert found.rows[0].partners == ("市场监管部门", "税务部门")


def test_a_garbled_ratio_is_told_not_mended() -> None:
    found = read_list(cells_of(MERGED))
    assert [(one.row, one.field, one.fatal) for one in found.problems] == [(4, "ratio", False)]
    assert "≥50%" in found.problems[0].why


def test_a_row_with_more_cells_than_the_header_is_named_and_left_out() -> None:
    found = read_list([["序号", "抽查事项", "检查对象"], ["1", "甲", "乙", "丙"], ["2", "", "丁"], ["3", "戊", "己"]])
    assert [(one.row, one.field) for one in found.problems] == [(2, ""), (3, "matter")]
    assert [row.values["matter"] for row in found.rows] == ["戊"]


def test_a_list_without_header_is_refused() -> None:
    with pytest.raises(NoHeaderError):
        read_list([["1", "甲"], ["2", "乙"]])


def test_the_word_at_the_end_belongs_to_each_of_a_series() -> None:
    assert agencies_in("人力资源和社会保障、商务、税务部门") == ("人力资源和社会保障部门", "商务部门", "税务部门")
    assert agencies_in("") == ()


def sample(name: str) -> str:
    file = SHARED / name
    if not file.is_file():
        pytest.skip(f"没有样本 {name}")
    return file.read_text(encoding="utf-8")


def test_reads_a_real_joint_inspection_list_as_the_gold_says() -> None:
    gold = json.loads(sample("registers/gold.json"))["whkfq"]
    rows = read_list(cells_of(sample("registers/whkfq_lianhe_choucha_2022.txt"))).rows
    for block in gold:
        mine = [row for row in rows if row.values["number"] == block["no"]]
        assert {row.values["domain"] for row in mine} == {block["domain"]}
        for row, wanted in zip(mine, block.get("items", ()), strict=False):
            read = (
                row.values["matter"],
                row.values["object"],
                row.values["ratio"],
                row.values["lead"],
                list(row.partners),
            )
            assert read == tuple(wanted[key] for key in ("item", "object", "ratio", "lead", "coop"))
        for row in mine:
            if "lead" in block:
                assert (row.values["lead"], list(row.partners)) == (block["lead"], block["coop"])
                assert row.values["ratio"] == block["ratio"]
        assert len(mine) == block.get("items_count", len(block.get("items", ())))


def test_tells_the_garbled_ratios_of_a_real_form() -> None:
    found = read_list(cells_of(sample("registers/beijing_suiji_choucha_yangbiao_2016.txt")))
    assert found.rows[0].values["matter"] == "出租汽车经营者经营服务抽查"
    assert len([one for one in found.problems if one.field == "ratio"]) == 2


def test_reads_a_real_table_of_benchmarks() -> None:
    found = read_benchmarks(sample("discretion/wuyuan_chengguan_caliang.txt"))
    labels = [[tier.fine.label if tier.fine else None for tier in one.tiers] for one in found]
    assert labels == [
        [None, "1,000元以上3,000元以下", "3,000元以上5,000元以下"],
        [None, "30元以下", "30元以上50元以下"],
    ]
