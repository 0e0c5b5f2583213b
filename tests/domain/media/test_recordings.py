"""How long recordings are kept, and what a file says otherwise than its maker."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.media.embedded import Embedded, differences
from mingjing.domain.media.recordings import (
    FOR_EVER,
    Kept,
    RecordingError,
    require_disposable,
    require_other_person,
    retention,
    upload_due_on,
    years_written,
)
from mingjing.domain.media.uploads import LARGEST_BYTES, OffsetError, require_digest, require_offset, require_size

ACT = date(2024, 3, 1)


class TestRetention:
    def test_is_two_years_at_least(self) -> None:
        kept = retention(act_on=ACT, place="370831")
        assert kept.until == date(2026, 3, 1)
        assert kept.citation is not None

    def test_a_list_may_ask_for_more_and_not_for_less(self) -> None:
        assert retention(act_on=ACT, place="370831", terms=["五年"]).until == date(2029, 3, 1)
        assert retention(act_on=ACT, place="370831", terms=["1年"]).until == date(2026, 3, 1)
        assert retention(act_on=ACT, place="370831", terms=["3年", "永久"]).until == FOR_EVER

    @pytest.mark.parametrize(("words", "years"), [("不少于十年", 10), ("2年", 2), ("两年", 2), ("长期", None)])
    def test_terms_are_read(self, words: str, years: int | None) -> None:
        assert years_written(words) == years

    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    def test_never_ends_before_the_rule_says(self, day: date) -> None:
        assert retention(act_on=day, place="370831").until >= day + timedelta(days=730)


class TestDisposal:
    kept = Kept(code="R", retained_until=date(2026, 3, 1))

    @pytest.mark.parametrize("on", [date(2026, 2, 28), date(2026, 3, 1)])
    def test_is_refused_before_the_day_is_over(self, on: date) -> None:
        with pytest.raises(RecordingError, match="2026-03-01") as refused:
            require_disposable(self.kept, on=on)
        assert refused.value.facts["remedy"] and refused.value.citation

    def test_is_allowed_after(self) -> None:
        require_disposable(self.kept, on=date(2026, 3, 2))

    def test_is_refused_while_a_hold_stands(self) -> None:
        held = Kept(code="R", retained_until=date(2026, 3, 1), holds=("行政复议未结",))
        with pytest.raises(RecordingError, match="行政复议未结"):
            require_disposable(held, on=date(2027, 1, 1))

    def test_needs_two_people(self) -> None:
        with pytest.raises(RecordingError):
            require_other_person(proposed_by="a", decided_by="a")
        require_other_person(proposed_by="a", decided_by="b")


def test_the_term_of_uploading_is_a_parameter() -> None:
    due, citation = upload_due_on(ended_on=date(2026, 11, 17), place="370831")
    assert due == date(2026, 11, 18)
    assert citation.label


class TestEmbedded:
    began = datetime(2026, 11, 20, 9, 0)

    def test_a_clock_that_is_off_is_told(self) -> None:
        (one,) = differences(Embedded(taken_at=datetime(2026, 11, 19, 9, 0)), started_at=self.began, ended_at=None)
        assert one.label == "时间" and "1天" in one.words

    def test_a_clock_that_is_near_is_not(self) -> None:
        assert not differences(Embedded(taken_at=datetime(2026, 11, 20, 9, 4)), started_at=self.began, ended_at=None)

    def test_a_file_shorter_than_said_is_told(self) -> None:
        found = differences(Embedded(seconds=60), started_at=self.began, ended_at=datetime(2026, 11, 20, 9, 30))
        assert [one.label for one in found] == ["时长"]


class TestUploads:
    def test_parts_follow_each_other(self) -> None:
        require_offset(given=5, stands_at=5, length=10, part=5)
        with pytest.raises(OffsetError) as refused:
            require_offset(given=4, stands_at=5, length=10, part=1)
        assert refused.value.facts["offset"] == 5
        with pytest.raises(OffsetError):
            require_offset(given=5, stands_at=5, length=10, part=6)

    @pytest.mark.parametrize("size", [0, -1, LARGEST_BYTES + 1])
    def test_sizes_that_cannot_be(self, size: int) -> None:
        with pytest.raises(RecordingError):
            require_size(size)

    def test_digests_that_are_none(self) -> None:
        assert require_digest(" " + "A" * 64) == "a" * 64
        with pytest.raises(RecordingError):
            require_digest("abc")
