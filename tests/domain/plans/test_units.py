"""Units: as written, in their modes; never completed, never cut where a name itself holds 和 or a bracket."""

import pytest

from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.timing import TimeContext
from mingjing.domain.plans.units import (
    find_brackets,
    has_lead_convention,
    is_unit_list,
    parse_unit_field,
    read_bracket,
)

LEAD, OTHER, HELP, DUTY = Mode.LEAD, Mode.RESPONSIBLE, Mode.COOPERATING, Mode.BY_DUTY


def read(text: str, mode: Mode = OTHER):
    return [(one.name, one.mode) for one in parse_unit_field(text, mode)[0]]


class TestField:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("区司法局、区委编办", ["区司法局", "区委编办"]),
            ("市自然资源和规划局、市文化和旅游局", ["市自然资源和规划局", "市文化和旅游局"]),
            ("区司法局和区财政局", ["区司法局", "区财政局"]),
            ("各区县政府、功能区管委及其部门", ["各区县政府", "功能区管委及其部门"]),
            ("各有关部门和单位", ["各有关部门和单位"]),
            ("各县（市、区）人民政府，市直各部门", ["各县（市、区）人民政府", "市直各部门"]),
            ("各市、县（市、区）人民政府，省直各部门", ["各市、县（市、区）人民政府", "省直各部门"]),
            ("各省、自治区、直辖市人民政府", ["各省、自治区、直辖市人民政府"]),
            ("区水务局等各行政执法机关", ["区水务局", "各行政执法机关"]),
            ("海关总署、商务部等有关部门", ["海关总署", "商务部"]),
            ("区司法局\n区财政局", ["区司法局", "区财政局"]),
            ("区市场监\n督管理局", ["区市场监督管理局"]),
            ("县司法局 李明", ["县司法局"]),
            ("1.市司法局；2.市财政局", ["市司法局", "市财政局"]),
            ("省司法厅（省委依法治省办）、省财政厅", ["省司法厅（省委依法治省办）", "省财政厅"]),
        ],
    )
    def test_a_list_is_cut_at_its_signs_only(self, text: str, names: list[str]):
        assert [name for name, _ in read(text)] == names

    @pytest.mark.parametrize(
        ("text", "units"),
        [
            ("区司法局牵头，各街道镇配合", [("区司法局", LEAD), ("各街道镇", HELP)]),
            (
                "区司法局牵头,各行政执法部门按职责分工配合",
                [("区司法局", LEAD), ("各行政执法部门", Mode.COOPERATING_BY_DUTY)],
            ),
            ("区司法局牵头，区政府有关部门按职责分工负责", [("区司法局", LEAD), ("区政府有关部门", DUTY)]),
            ("区司法局会同区财政局、区人社局负责", [("区司法局", LEAD), ("区财政局", OTHER), ("区人社局", OTHER)]),
            ("州司法局（牵头）、州财政局", [("州司法局", LEAD), ("州财政局", OTHER)]),
            ("牵头单位：县司法局\n配合单位：各乡镇", [("县司法局", LEAD), ("各乡镇", HELP)]),
            ("区司法局为牵头单位，区财政局为责任单位", [("区司法局", LEAD), ("区财政局", OTHER)]),
            ("区司法局牵头各街道配合", [("区司法局", LEAD), ("各街道", HELP)]),
        ],
    )
    def test_words_of_the_text_say_the_mode(self, text: str, units: list[tuple[str, Mode]]):
        assert read(text) == units

    def test_a_word_that_is_missing_is_not_added(self):
        assert read("区司法局牵头，各行政执法配合") == [("区司法局", LEAD), ("各行政执法", HELP)]


class TestBracket:
    def one(self, text: str, *, at_end: bool = True):
        (bracket,) = find_brackets(text)
        return read_bracket(bracket, TimeContext(), at_end=at_end)

    @pytest.mark.parametrize(
        "text",
        [
            "（以下简称“三项制度”）",
            "（含技工院校）",
            "（法定期限（10日内））",
            "（超过100人的企业达到15%）",
            "（试行）",
            "（见附件）",
            "（2023年版）",
        ],
    )
    def test_other_brackets_are_left_alone(self, text: str):
        assert self.one(text) is None

    def test_a_bare_list_counts_only_at_the_end_of_its_paragraph(self):
        assert [unit.name for unit in self.one("（区司法局、区财政局）").units] == ["区司法局", "区财政局"]
        assert self.one("（区司法局、区财政局）", at_end=False) is None

    def test_labels_of_any_width_and_order(self):
        for text in (
            "（牵头单位：区司法局；责任单位：各街道；完成时限：2024年6月底前）",
            "(牵头单位:区司法局,责任单位:各街道,完成时限:2024年6月底前)",
            "【完成时限：2024年6月底前　责任单位：各街道　牵头单位：区司法局】",
        ):
            found = self.one(text)
            assert {(unit.name, unit.mode) for unit in found.units} == {("区司法局", LEAD), ("各街道", OTHER)}
            assert [day.on.isoformat() for day in found.deadlines] == ["2024-06-30"]

    def test_a_cut_bracket_keeps_what_is_there_and_says_so(self):
        found = self.one("(责任单位:市司法局、市行政审批服务。")
        assert [unit.name for unit in found.units] == ["市司法局", "市行政审批服务"]
        assert not found.deadlines
        assert {mark.field for mark in found.uncertain} >= {"units", "deadlines"}

    def test_time_may_stand_beside_the_units(self):
        found = self.one("（区司法局牵头，各街道配合，2024年12月底前完成）")
        assert [unit.name for unit in found.units] == ["区司法局", "各街道"]
        assert [day.text for day in found.deadlines] == ["2024年12月底前完成"]


class TestConvention:
    @pytest.mark.parametrize(
        "text",
        [
            "列第一位者为牵头单位，下同",
            "排在第一位的部门为牵头部门",
            "责任单位中排在首位的为牵头单位",
            "第一个单位为牵头单位",
        ],
    )
    def test_is_found(self, text: str):
        assert has_lead_convention(text)

    def test_is_not_seen_where_none_is(self):
        assert not has_lead_convention("区司法局为第一责任人，牵头推进")

    @pytest.mark.parametrize(
        "note",
        [
            "第一责任单位为牵头单位，下同",
            "首个责任单位为牵头单位，其余为配合单位",
            "第一位单位牵头，其他单位配合，下同",
            "排在第一位的责任单位为主要牵头单位",
            "加粗单位为牵头单位，下同",
            "标注★的单位为牵头单位",
        ],
    )
    @pytest.mark.parametrize("label", ["", "责任单位：", "承办单位："])
    def test_its_note_names_no_unit(self, label: str, note: str):
        assert read(f"{label}市发改委、市商务局（{note}）") == [("市发改委", OTHER), ("市商务局", OTHER)]


class TestLines:
    @pytest.mark.parametrize(
        "text", ["县司法局、各行政执法部门", "区司法局牵头，各街道配合", "立山经济开发区,各街道", "人民银行"]
    )
    def test_a_line_of_units(self, text: str):
        assert is_unit_list(text)

    @pytest.mark.parametrize(
        "text",
        [
            "加强组织领导",
            "推进执法规范化建设",
            "将党建工作融入行政执法。",
            "各部门2024年度计划要于2024年3月底前报送县司法局。",
            "健全工作机制，明确责任部门",
        ],
    )
    def test_a_line_of_work(self, text: str):
        assert not is_unit_list(text)
