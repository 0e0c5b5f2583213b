"""
Records of electronic monitoring: what the device must have behind it, and what a person looks for before one is evidence.

Source: 行政处罚法（2021）第四十一条; RZ-43.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

QUALITIES: Final[Mapping[str, str]] = {"true": "真实", "clear": "清晰", "complete": "完整", "accurate": "准确"}
"""What the content of a record is reviewed for."""

MEANS: Final[Mapping[str, str]] = {
    "sms": "短信",
    "mail": "邮寄",
    "in_person": "当面",
    "electronic": "平台、应用程序等电子方式",
}
"""By which means a party is told of what a device recorded. The law sets no figure for how soon: “及时”."""

SOURCE: Final = "offsite"
"""The source of cases that are opened from such a record; their ``source_ref`` is its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """When a device was verified in law and in technique, and when and where its place was made known."""

    legal_verified_on: date | None
    technical_verified_on: date | None
    location_published_on: date | None

    def lacks(self, on: date) -> tuple[str, ...]:
        """Say what the device had not behind it on the day of a record."""
        asked = (
            (self.legal_verified_on, "没有经过法制审核"),
            (self.technical_verified_on, "没有经过技术审核"),
            (self.location_published_on, "设置地点没有向社会公布"),
        )
        return tuple(words for day, words in asked if day is None or day > on)


def flaws(device: Device, qualities: Collection[str], on: date) -> tuple[str, ...]:
    """Say why a record of a day, with the qualities that the reviewer found, cannot be evidence; nothing where it can."""
    return (
        *(f"摄录时设备{words}" for words in device.lacks(on)),
        *(f"记录内容不{label}" for code, label in QUALITIES.items() if code not in qualities),
    )
