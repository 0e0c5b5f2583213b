"""
Until when a case in which a crime is suspected goes over to the police: days to decide, then hours to hand it over.

Source: 行政执法机关移送涉嫌犯罪案件的规定第五条; RZ-63 (limits by place).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mingjing.law import parameters
from mingjing.law.citations import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDue:
    """The last moment, and where the days to decide come from."""

    at: datetime
    citation: Citation


def transfer_due(suspected_at: datetime, place: str) -> TransferDue:
    """Return until when a case is handed over after a crime was suspected in it: by the limits of its place."""
    on = suspected_at.date()
    days, hours = (parameters.get(one).at(on, place) for one in ("referral.decide.days", "referral.transfer_hours"))
    assert days is not None and hours is not None, "both have a value from the beginning"
    return TransferDue(at=suspected_at + timedelta(days=days.whole, hours=hours.whole), citation=days.citation)
