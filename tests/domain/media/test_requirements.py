"""What must be recorded at a step: from words of lists, from items, from the plan of the place."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.media.recordings import Kind
from mingjing.domain.media.requirements import Listed, Made, is_mandatory, manners_of, missing, required, unread
from mingjing.domain.media.steps import WHOLE, Stage, covers, stage_of, steps_named
from mingjing.facts.schema import EVENT_TYPES

ON = date(2026, 3, 2)
SISHUI, YANZHOU, RIZHAO, NOWHERE = "370831", "370812", "371100", None


class TestSteps:
    @pytest.mark.parametrize(
        ("words", "steps"),
        [
            ("查封、扣押", ("seizure",)),
            ("留置送达", ("service:left",)),
            ("送达", ("service",)),
            ("听证告知和听证", ("hearing_notice", "hearing")),
            ("现场检查、强制拆除", ("inspection", "execution")),
            ("执法全过程", (WHOLE,)),
            ("seizure", ("seizure",)),
            ("喝茶", ()),
        ],
    )
    def test_words_name_steps(self, words: str, steps: tuple[str, ...]) -> None:
        assert steps_named(words) == steps

    def test_every_kind_of_event_belongs_to_a_stage(self) -> None:
        assert [one for one in EVENT_TYPES if stage_of(one) is None] == []
        assert {stage_of(one) for one in EVENT_TYPES} == set(Stage)
        assert len({stage.coarse for stage in Stage}) == 4

    def test_a_manner_of_a_step_is_narrower_than_the_step(self) -> None:
        assert covers("service", "service:left")
        assert not covers("service:left", "service")
        assert covers(WHOLE, "hearing")

    @given(st.text(max_size=30))
    def test_any_words_can_be_read(self, words: str) -> None:
        assert all(isinstance(one, str) for one in steps_named(words))


class TestManners:
    def test_words_name_kinds(self) -> None:
        assert manners_of("全程录音录像、拍照") == (
            ("录音录像", frozenset({Kind.VIDEO})),
            ("拍照", frozenset({Kind.PHOTO})),
        )
        assert manners_of("音像记录") == (("录音或者录像", frozenset({Kind.AUDIO, Kind.VIDEO})),)
        assert manners_of("video") == (("录像", frozenset({Kind.VIDEO})),)

    @pytest.mark.parametrize(
        ("words", "answer"), [("是", True), ("必录", True), ("否", False), ("可录", False), ("", False)]
    )
    def test_mandatory(self, words: str, answer: bool) -> None:
        assert is_mandatory(words) is answer


def mandatory(step: str, place: str | None, **more: object) -> set[frozenset[Kind]]:
    found = required(item="X", item_name="对甲的处罚", step=step, place=place, on=ON, **more)  # type: ignore[arg-type]
    return {one.kinds for one in found if one.mandatory}


AV = frozenset({Kind.AUDIO, Kind.VIDEO})
TEXT = frozenset({Kind.NOTE, Kind.SCAN})


class TestPlan:
    @pytest.mark.parametrize("step", ["seizure", "execution", "inspection", "evidence", "hearing", "service:left"])
    def test_of_sishui_names_six(self, step: str) -> None:
        assert AV in mandatory(step, SISHUI)

    @pytest.mark.parametrize("step", ["inspection", "evidence", "preservation", "hearing", "service", "service:post"])
    def test_of_yanzhou_names_six(self, step: str) -> None:
        assert AV in mandatory(step, YANZHOU)

    def test_of_sishui_leaves_other_service_alone(self) -> None:
        assert mandatory("service:in_person", SISHUI) == {TEXT}

    def test_of_rizhao_names_two(self) -> None:
        assert AV in mandatory("seizure", RIZHAO)
        assert AV not in mandatory("hearing", RIZHAO)

    def test_without_one_asks_for_writing_only(self) -> None:
        assert mandatory("seizure", NOWHERE) == {TEXT}

    def test_every_requirement_cites(self) -> None:
        for one in required(item="", item_name="", step="seizure", place=SISHUI, on=ON):
            assert one.citation.label


LIST = Listed(
    name="泗水县市场监管局音像记录事项清单",
    entries=(
        {"number": "1", "item": "X", "matter": "对甲的处罚", "stage": "事先告知", "manner": "录像", "mandatory": "是"},
        {"number": "2", "matter": "对乙的处罚", "stage": "询问", "manner": "录音", "mandatory": "是"},
        {
            "number": "3",
            "matter": "所有事项",
            "stage": "陈述申辩",
            "manner": "拍照",
            "mandatory": "否",
            "retention": "五年",
        },
        {"number": "4", "matter": "所有事项", "stage": "喝茶", "manner": "录像", "mandatory": "是"},
    ),
)


class TestList:
    def test_asks_at_its_stage_only(self) -> None:
        assert frozenset({Kind.VIDEO}) in mandatory("prior_notice", NOWHERE, lists=[LIST])
        assert mandatory("decision", NOWHERE, lists=[LIST]) == {TEXT}

    def test_asks_for_its_matter_only(self) -> None:
        assert mandatory("inquiry", NOWHERE, lists=[LIST]) == {TEXT}

    def test_what_need_not_be_is_said_and_does_not_block(self) -> None:
        found = required(item="X", item_name="对甲的处罚", step="statement", place=None, on=ON, lists=[LIST])
        (photo,) = [one for one in found if one.kinds == frozenset({Kind.PHOTO})]
        assert not photo.mandatory
        assert "第3项" in photo.source

    def test_what_names_nothing_known_is_told(self) -> None:
        assert [entry["number"] for _, entry in unread([LIST])] == ["4"]

    def test_an_item_may_ask_by_codes(self) -> None:
        duties = [{"stage": "evidence", "manner": "video", "mandatory": True}]
        assert frozenset({Kind.VIDEO}) in mandatory("evidence", NOWHERE, duties=duties)


def made(kind: Kind, step: str) -> Made:
    return Made(code="R", kind=kind, step=step, started_at=datetime(2026, 3, 2, 9))


class TestMissing:
    def test_names_what_lacks_with_article_and_remedy(self) -> None:
        asked = required(item="", item_name="", step="seizure", place=SISHUI, on=ON)
        found = missing(asked, [], label="查封扣押")
        assert [one.blocks for one in found] == [True, True]
        assert any("SS-30" in one.sentence and "上传" in one.remedy for one in found)

    def test_a_video_of_the_step_does(self) -> None:
        asked = required(item="", item_name="", step="seizure", place=SISHUI, on=ON)
        assert missing(asked, [made(Kind.VIDEO, "seizure")], written=True) == ()
        assert len(missing(asked, [made(Kind.VIDEO, "hearing")], written=True)) == 1

    def test_a_note_is_no_video(self) -> None:
        asked = required(item="", item_name="", step="seizure", place=SISHUI, on=ON)
        (one,) = missing(asked, [made(Kind.NOTE, "seizure")])
        assert one.requirement.kinds == AV
