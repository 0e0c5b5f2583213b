"""Seizures, inside penalty cases and as compulsory measures of their own."""

from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo.days import MINUTES, NONE, UNPLANNED, Ints, Mask
from mingjing.contexts.demo.events import EventBook
from mingjing.contexts.demo.setting import Setting

SEIZURE_RECORD, LIST, PLAIN_RECORD = 4, 5, 6


@dataclass(slots=True)
class Seizures:
    """One seizure for each row of ``when``, on a day of its own; the masks say what was planted."""

    setting: Setting
    when: Mask
    at: Ints
    place: Ints
    lead: Ints
    mate: Ints
    approver: Ints
    urgent: Mask
    released: Ints
    extended: Ints
    extends_to: Ints
    alone: Mask
    unrecorded: Mask
    unapproved: Mask
    late_approval: Mask
    ended: Ints | int = NONE
    handles: Ints = UNPLANNED

    def write(self, book: EventBook) -> Ints:
        """Write seizure, approval, extension and release with their papers; return the handles of the seizures."""
        setting, rows = self.setting, len(self.at)
        some = setting.some
        handles = book.add(
            "seizure",
            self.when,
            self.at,
            urgent=np.where(self.when, self.urgent, NONE).astype(np.int64),
            place=self.place,
            ended=self.ended,
        )
        book.staff(handles, self.lead, "handler")
        book.staff(handles, self.mate, "handler", ~self.alone)
        book.paper(handles, SEIZURE_RECORD, ~self.unrecorded)
        book.paper(handles, LIST)
        book.record(handles, np.ones(rows, bool))
        before = self.at - some(rows, 10, 60)
        # within the day, some at the very last minute
        after = self.at + np.where(setting.chance(rows, 0.1), 24 * 60, some(rows, 60, 1300))
        after = np.minimum(after, np.maximum(setting.last, self.at))
        late = self.at + 24 * 60 + some(rows, 30, 2000)
        approved = np.where(
            self.urgent, np.where(self.late_approval, late, after), np.where(self.late_approval, after, before)
        )
        approval = book.add("approval", self.when & ~self.unapproved, approved, about=handles, outcome="approved")
        book.staff(approval, self.approver, "approver")
        book.add(
            "seizure_extension",
            self.extended >= 0,
            self.extended,
            about=handles,
            outcome="approved",
            extends=self.extends_to,
        )
        book.add("seizure_release", self.released >= 0, self.released, about=handles)
        self.handles = handles
        return handles


def terms(setting: Setting, at: Ints, when: Mask) -> tuple[Ints, Ints, Ints]:
    """Plan release within thirty days, or within thirty more after an extension: extension, its end, release."""
    rows = len(at)
    day = at // MINUTES
    longer = when & setting.chance(rows, 0.22)
    extended = np.where(longer, setting.clock(day + setting.some(rows, 20, 29), 10), NONE)
    until = np.where(longer, day + setting.some(rows, 45, 60), NONE)
    wait = np.minimum(setting.some(rows, 4, 34), 30)
    released = np.where(longer, until - np.where(setting.chance(rows, 0.3), 0, setting.some(rows, 0, 10)), day + wait)
    return extended, until, np.where(when, setting.clock(released, 15), NONE)
