"""What a file says of itself (EXIF and the like), beside what its maker states: shown, never silently trusted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mingjing.domain.media.recordings import CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What a file says: when and where it was taken, with what. ``taken_at`` has no zone: the device's own clock."""

    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    device: str = ""
    seconds: float | None = None

    @property
    def has_place(self) -> bool:
        """Whether it says where it was taken."""
        return self.latitude is not None and self.longitude is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that the file says otherwise than its maker."""

    label: str
    stated: str
    embedded: str
    words: str


def differences(found: Embedded, *, started_at: datetime, ended_at: datetime | None) -> tuple[Difference, ...]:
    """
    Say where a file and its maker differ. ``started_at`` and ``ended_at`` are local times without a zone.

    A place in words cannot be compared with coordinates by a program: it is set beside them for a person to judge.
    """
    made = []
    if found.taken_at is not None:
        last = ended_at or started_at
        early, late = started_at - CLOCK_TOLERANCE, last + CLOCK_TOLERANCE
        if not early <= found.taken_at <= late:
            off = started_at - found.taken_at if found.taken_at < early else found.taken_at - last
            made.append(
                Difference(
                    label="时间",
                    stated=f"{started_at:%Y-%m-%d %H:%M}",
                    embedded=f"{found.taken_at:%Y-%m-%d %H:%M}",
                    words=f"相差{_length(off)}。请核对设备时钟；不能说明原因的，不宜作为证明时间的证据。",
                )
            )
    if ended_at is not None and found.seconds is not None:
        stated = (ended_at - started_at).total_seconds()
        if abs(stated - found.seconds) > CLOCK_TOLERANCE.total_seconds():
            made.append(
                Difference(
                    label="时长",
                    stated=_length(timedelta(seconds=stated)),
                    embedded=_length(timedelta(seconds=round(found.seconds))),
                    words="起止时间与文件时长不符，请核对是否缺段。",
                )
            )
    return tuple(made)


def _length(span: timedelta) -> str:
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}天{hours}小时"
    if hours:
        return f"{hours}小时{minutes}分钟"
    return f"{minutes}分{seconds}秒" if minutes else f"{seconds}秒"
