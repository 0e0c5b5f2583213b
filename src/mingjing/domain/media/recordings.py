"""Kinds of recordings, how long each is kept, and what must be so before one may be disposed of."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from mingjing.kernel.errors import DomainError
from mingjing.kernel.moments import add_months
from mingjing.law import parameters
from mingjing.law.citations import Citation, cite, number_of

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""So far the clocks of devices and server may differ without a word."""
FOR_EVER: Final = date(9999, 12, 31)
"""The last day of what is kept for ever."""
_MONTHS_A_YEAR: Final = 12


class RecordingError(DomainError):
    """
    A recording that cannot be taken in, or an act on one that is not allowed: what is wrong, the provision, what to do.

    ``facts`` carries ``what`` and ``remedy`` apart.
    """

    code = "media.refused"

    def __init__(self, message: str, *, remedy: str = "", citation: Citation | None = None, **facts: object) -> None:
        basis = f"（依据：{citation.label}）" if citation else ""
        super().__init__(f"{message}{basis}{remedy}", citation=citation, what=message, remedy=remedy, **facts)


class Kind(StrEnum):
    """What kind of recording it is."""

    NOTE = "note"
    PHOTO = "photo"
    AUDIO = "audio"
    VIDEO = "video"
    DATA = "data"
    SCAN = "scan"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return KIND_LABELS[self]

    @property
    def is_media(self) -> bool:
        """Whether it is 音像: what facts call ``media``."""
        return self in MEDIA

    @property
    def is_text(self) -> bool:
        """Whether it is a record in writing."""
        return self in (Kind.NOTE, Kind.SCAN)


KIND_LABELS: Final = {
    Kind.NOTE: "文字记录",
    Kind.PHOTO: "照片",
    Kind.AUDIO: "录音",
    Kind.VIDEO: "录像",
    Kind.DATA: "电子数据",
    Kind.SCAN: "纸质扫描件",
}
MEDIA: Final = frozenset({Kind.PHOTO, Kind.AUDIO, Kind.VIDEO})


class HoldReason(StrEnum):
    """Why a recording must be kept beyond its day."""

    RECONSIDERATION = "reconsideration"
    LITIGATION = "litigation"
    COMPLAINT = "complaint"
    DISCIPLINE = "discipline"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return HOLD_LABELS[self]


HOLD_LABELS: Final = {
    HoldReason.RECONSIDERATION: "行政复议未结",
    HoldReason.LITIGATION: "行政诉讼未结",
    HoldReason.COMPLAINT: "投诉、信访未结",
    HoldReason.DISCIPLINE: "纪检监察、司法机关调取",
    HoldReason.OTHER: "其他",
}


class Purpose(StrEnum):
    """What a recording is looked at for. Source: YZ-28 names six; handling the case is the seventh."""

    HANDLING = "handling"
    DOSSIER_REVIEW = "dossier_review"
    OVERSIGHT = "oversight"
    ASSESSMENT = "assessment"
    OPINION = "opinion"
    POLICY = "policy"
    CREDIT = "credit"
    REMEDY = "remedy"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return PURPOSE_LABELS[self]


PURPOSE_LABELS: Final = {
    Purpose.HANDLING: "办理案件",
    Purpose.DOSSIER_REVIEW: "案卷评查",
    Purpose.OVERSIGHT: "执法监督",
    Purpose.ASSESSMENT: "评议考核",
    Purpose.OPINION: "舆情应对",
    Purpose.POLICY: "行政决策",
    Purpose.CREDIT: "社会信用体系",
    Purpose.REMEDY: "复议应诉",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Until which day something is kept, and on which basis."""

    until: date
    why: str
    citation: Citation | None = None

    @property
    def for_ever(self) -> bool:
        """Whether it is never disposed of."""
        return self.until == FOR_EVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What decides whether a recording may be disposed of."""

    code: str
    retained_until: date
    holds: tuple[str, ...] = ()
    """The reasons of holds that stand, in words."""
    disposed: bool = False


def years_written(words: str) -> int | None:
    """Read a term as lists write it (“2年”, “不少于五年”); ``None`` where no years are named."""
    found = re.search(r"(\d+|[〇零一二两三四五六七八九十百]+)\s*年", words)
    if not found:
        return None
    return int(found[1]) if found[1].isdigit() else number_of(found[1].replace("两", "二"))


def retention(*, act_on: date, place: str | None, terms: Iterable[str] = ()) -> Retention:
    """
    Say until when a recording is kept: the legal minimum of the place from the day of the act, or a longer listed term.

    ``terms`` are what lists write of this step (“五年”, “永久”).

    Source: SS-31 and the parameter media.years.
    """
    least = parameters.get("media.years").at(act_on, place)
    years = least.whole if least else 0
    found = Retention(
        until=add_months(act_on, _MONTHS_A_YEAR * years),
        why=f"自{act_on.isoformat()}起至少保存{years}年",
        citation=least.citation if least else None,
    )
    for term in terms:
        if "永久" in term:
            return Retention(until=FOR_EVER, why=f"音像记录事项清单定为“{term}”", citation=cite("118"))
        listed = years_written(term)
        if listed and listed > years:
            years = listed
            found = Retention(
                until=add_months(act_on, _MONTHS_A_YEAR * listed),
                why=f"音像记录事项清单定为“{term}”，自{act_on.isoformat()}起算",
                citation=cite("118"),
            )
    return found


def require_disposable(kept: Kept, *, on: date) -> None:
    """
    Require that nothing keeps a recording: its term is over, no hold stands, it is not gone already.

    :raises RecordingError: naming the day or the hold

    Source: SS-31, YZ-26.
    """
    if kept.disposed:
        raise RecordingError(f"记录{kept.code}已经处置。", remedy="不必重复办理。")
    if on <= kept.retained_until:
        raise RecordingError(
            f"记录{kept.code}须保存至{kept.retained_until.isoformat()}，期满前不得删除。",
            citation=cite("SS-31"),
            remedy="期满次日起再提出处置。",
            until=kept.retained_until.isoformat(),
        )
    if kept.holds:
        raise RecordingError(
            f"记录{kept.code}处于留存期间（{'、'.join(kept.holds)}），不得删除。",
            citation=cite("SS-31"),
            remedy="留存原因消除并解除留存后再提出处置。",
        )


def require_other_person(*, proposed_by: str, decided_by: str) -> None:
    """
    Require that a disposal is approved by somebody else than who proposed it.

    :raises RecordingError: if it is the same person
    """
    if proposed_by == decided_by:
        raise RecordingError(
            "提出处置的人不能批准自己的处置。", remedy="请由另一位负责人审核。", citation=cite("YZ-26")
        )


def upload_due_on(*, ended_on: date, place: str | None) -> tuple[date, Citation]:
    """Return the day by which a recording is to be in the system, by the term of the place. Source: YZ-24, YZ-27."""
    value = parameters.get("media.upload.days").at(ended_on, place)
    assert value is not None, "media.upload.days has a value from the beginning"
    return ended_on + timedelta(days=value.whole), value.citation


def require_times(started_at: datetime, ended_at: datetime | None, *, at: datetime) -> None:
    """
    Require that a recording began before it ended and not in the future; clocks of devices may be a little ahead.

    :raises RecordingError: if not
    """
    if started_at > at + CLOCK_TOLERANCE:
        raise RecordingError("开始时间晚于现在。", remedy="请核对拍摄时间；设备时钟不准的，先校时再说明。")
    if ended_at is not None and ended_at < started_at:
        raise RecordingError("结束时间早于开始时间。", remedy="请核对起止时间。")
