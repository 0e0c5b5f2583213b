"""Numeric targets: figure, unit and direction; years, numbers of documents and quoted names are none."""

import pytest

from mingjing.domain.plans.targets import find_targets


@pytest.mark.parametrize(
    ("text", "value", "unit", "direction"),
    [
        ("每人每年接受不少于60学时的培训", 60, "学时", ">="),
        ("审核时间最长不超过10个工作日", 10, "工作日", "<="),
        ("处罚决定在作出之日起7个工作日内公示", 7, "工作日", "<="),
        ("审核人员不少于执法人员总数的5％", 5, "%", ">="),
        ("法院生效裁判履行率达到100%", 100, "%", "="),
        ("正职负责人出庭率达到60%以上", 60, "%", ">="),
        ("实际办理时限不超过0.5个工作日", 0.5, "工作日", "<="),
        ("对法人处以20000元以上罚款", 20000, "元", ">="),
        ("提前7天录入平台", 7, "天", ">="),
        ("坚持每月抽考60人", 60, "人/月", ""),
        ("坚持每半年进行一次案卷评查", 1, "次/半年", ""),
        ("面向16—24岁失业青年", "16-24", "岁", ""),
        ("地区生产总值增长6.2%左右", 6.2, "%", ""),
        ("完成投资1,200万元", 1200, "万元", ""),
    ],
)
def test_figure_unit_and_direction(text: str, value: float | str, unit: str, direction: str):
    (one,) = find_targets(text)
    assert (one.value, one.unit, one.direction) == (value, unit, direction)
    assert one.text in text


@pytest.mark.parametrize(
    "text",
    [
        "2024年12月31日前完成",
        "按照国办发〔2023〕27号文件",
        "深化与12345热线联动",
        "落实“11645”工作思路",
        "贯彻第13条规定",
        "2019年1月1日至12月31日",
    ],
)
def test_other_figures_are_no_targets(text: str):
    assert find_targets(text) == ()


def test_two_targets_in_one_sentence():
    found = find_targets("每月一报送、每季度一通报，公开率达100%")
    assert [(one.value, one.unit) for one in found] == [(1, "次/月"), (1, "次/季"), (100, "%")]
