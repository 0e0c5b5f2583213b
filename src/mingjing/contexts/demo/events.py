"""Gather the events of a district kind by kind, then give them out case by case in the order of time."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from mingjing.contexts.demo import columns
from mingjing.contexts.demo.days import NONE, Ints, Mask
from mingjing.facts.schema import EVENT_TYPES, OUTCOMES, PARTICIPANT_ROLES, SERVICE_METHODS

TYPES = {code: place for place, code in enumerate(EVENT_TYPES)}
RESULTS = {code: place for place, code in enumerate(OUTCOMES)}
METHODS = tuple(SERVICE_METHODS)
ROLES = {code: place for place, code in enumerate(PARTICIPANT_ROLES)}

OTHER = ("warning", "criticism", "business_stopped", "license_revoked")
MIXES = ["|".join(word for place, word in enumerate(OTHER) if number >> place & 1) for number in range(16)]
"""The names of other penalties by the number whose bits they are."""

FIELDS = ("case", "type", "at", "ended", "about", "outcome", "method", "urgent", "place", "extends", "number", "bare")


@dataclass(slots=True)
class Gathered:
    """The events of one kind, for the cases of a mask; ``handles`` has one for every case, ``NONE`` without event."""

    handles: Ints
    rows: Ints


@dataclass(slots=True)
class EventBook:
    """
    Events, participants, documents and media before they are numbered.

    A *handle* is the place of an event in the order of recording. What is given per case is an array as long as the
    cases; a single number holds for all. The ``bare`` cases come from a source that keeps days without hours.
    """

    cases: int
    last: int
    bare: Mask | None = None
    parts: list[dict[str, Ints]] = field(default_factory=list)
    people: list[tuple[Ints, Ints, Ints]] = field(default_factory=list)
    papers: list[tuple[Ints, Ints, Ints]] = field(default_factory=list)
    recordings: list[tuple[Ints, Ints]] = field(default_factory=list)
    proposed: list[tuple[Ints, Ints, Ints]] = field(default_factory=list)
    endings: list[tuple[Ints, Ints]] = field(default_factory=list)
    told: list[tuple[Ints, Ints]] = field(default_factory=list)
    size: int = 0

    def add(
        self,
        kind: str,
        when: Mask,
        at: Ints,
        *,
        ended: Ints | int = NONE,
        about: Ints | int = NONE,
        outcome: str | Ints | int = NONE,
        method: Ints | int = NONE,
        urgent: Ints | int = NONE,
        place: Ints | int = NONE,
        extends: Ints | int = NONE,
        number: int = NONE,
    ) -> Ints:
        """Record one event for each case of ``when`` that lies no later than the last minute; return the handles."""
        rows = np.flatnonzero(when & (at >= 0) & (at <= self.last))
        if isinstance(outcome, str):
            outcome = RESULTS[outcome]
        values = {
            "case": rows,
            "type": TYPES[kind],
            "at": at,
            "ended": ended,
            "about": about,
            "outcome": outcome,
            "method": method,
            "urgent": urgent,
            "place": place,
            "extends": extends,
            "number": number,
            "bare": NONE if self.bare is None else self.bare.astype(np.int64),
        }
        part = {}
        for name, value in values.items():
            if name == "case" or not isinstance(value, np.ndarray):
                part[name] = np.broadcast_to(np.asarray(value, np.int64), rows.shape)
            else:
                part[name] = value[rows]
        self.parts.append(part)
        handles = np.full(self.cases, NONE, np.int64)
        handles[rows] = self.size + np.arange(len(rows))
        self.size += len(rows)
        return handles

    def staff(self, handles: Ints, officers: Ints, role: str, when: Mask | None = None) -> None:
        """Name who took part, in which role; a negative officer or handle names nobody."""
        there = (handles >= 0) & (officers >= 0)
        if when is not None:
            there &= when
        self.people.append((handles[there], officers[there], np.full(int(there.sum()), ROLES[role])))

    def paper(self, handles: Ints, kind: int, when: Mask | None = None) -> None:
        """Attach a document of this kind to the events."""
        there = handles >= 0 if when is None else (handles >= 0) & when
        rows = np.flatnonzero(there)
        self.papers.append((handles[rows], rows, np.full(len(rows), kind)))

    def record(self, handles: Ints, when: Mask) -> None:
        """Attach a recording to the events."""
        rows = np.flatnonzero((handles >= 0) & when)
        self.recordings.append((handles[rows], rows))

    def add_rows(
        self, kind: str, cases: Ints, at: Ints, *, about: Ints | int = NONE, outcome: int = NONE, method: int = NONE
    ) -> Ints:
        """Record one event for each of these cases, which may come again; return their handles, ``NONE`` if too late."""
        there = (at >= 0) & (at <= self.last)
        rows = cases[there]
        part = {name: np.full(len(rows), NONE, np.int64) for name in FIELDS}
        part |= {"case": rows, "at": at[there], "type": np.full(len(rows), TYPES[kind])}
        part["about"] = about[there] if isinstance(about, np.ndarray) else part["about"]
        part["outcome"] = np.full(len(rows), outcome)
        part["method"] = np.full(len(rows), method)
        if self.bare is not None:
            part["bare"] = self.bare[rows].astype(np.int64)
        self.parts.append(part)
        handles = np.full(len(cases), NONE, np.int64)
        handles[there] = self.size + np.arange(len(rows))
        self.size += len(rows)
        return handles

    def propose(self, handles: Ints, amount: Ints, mix: Ints) -> None:
        """Say of some events which fine, in fen, and which other penalties they speak of; negative is nothing."""
        there = handles >= 0
        self.proposed.append((handles[there], amount[there], mix[there]))

    def end(self, handles: Ints, outcome: int) -> None:
        """Say how some events ended."""
        self.endings.append((handles, np.full(len(handles), outcome)))

    def tell(self, handles: Ints, rows: Ints, masks: Ints, paper: int | None = None) -> None:
        """Say what the documents of some events contain; with ``paper``, attach one of that kind first."""
        if paper is not None:
            self.papers.append((handles, rows, np.full(len(handles), paper)))
        self.told.append((handles, masks))

    def elements(self) -> Ints:
        """Return by handle what the documents of each event contain, ``NONE`` where it is not told."""
        return self._by_handle(self.told)

    def _by_handle(self, pairs: list[tuple[Ints, Ints]]) -> Ints:
        values = np.full(self.size, NONE, np.int64)
        for handles, given in pairs:
            values[handles] = given
        return values

    def arrange(self) -> tuple[dict[str, Ints], Ints]:
        """Return the events by case and time, and the place of each handle in that order."""
        events = {name: np.concatenate([part[name] for part in self.parts]) for name in FIELDS}
        ended = self._by_handle(self.endings)
        events["outcome"] = np.where(ended >= 0, ended, events["outcome"])
        events["amount"] = self._by_handle([(handles, amount) for handles, amount, _ in self.proposed])
        events["mix"] = self._by_handle([(handles, mix) for handles, _, mix in self.proposed])
        at = np.where(events["bare"] > 0, events["at"] // 1440 * 1440, events["at"])
        order = np.argsort(events["case"] * (1 << 26) + at, kind="stable")
        places = np.empty(self.size, np.int64)
        places[order] = np.arange(self.size)
        events = {name: values[order] for name, values in events.items()}
        about = events["about"]
        events["about"] = np.where(about >= 0, places[about], NONE)
        return events, places


def event_table(
    events: dict[str, Ints], case_ids: pa.Array, first: int, places: pa.Array, papers: pa.Array
) -> pa.Table:
    """Write the events in the columns of the standard."""
    count = len(events["case"])
    about = events["about"]
    number = np.where(events["number"] >= 0, events["number"] * len(case_ids) + events["case"], NONE)
    return columns.table_of(
        "events",
        {
            "event_id": columns.identifiers("E", np.arange(first, first + count), 10),
            "case_id": columns.chosen(case_ids, events["case"]),
            "type": columns.coded(events["type"], tuple(EVENT_TYPES)),
            **columns.moments("at", events["at"], events["bare"] > 0),
            **columns.moments("ended_at", events["ended"], events["bare"] > 0),
            "about_event_id": columns.identifiers("E", np.where(about >= 0, about + first, NONE), 10),
            "document_no": columns.chosen(papers, number),
            "outcome": columns.coded(events["outcome"], tuple(OUTCOMES)),
            "method": columns.coded(events["method"], METHODS),
            "urgent": columns.flags(events["urgent"]),
            "place": columns.chosen(places, events["place"]),
            "extends_to": columns.dates(events["extends"]),
            "amount_fen": columns.numbers(events["amount"]),
            "penalties": columns.coded(np.where(events["mix"] > 0, events["mix"], NONE), MIXES),
        },
    )


def merge(books: list[EventBook], cases: list[Ints], total: int) -> EventBook:
    """Put the books of several families together; ``cases`` says which case each row of a family is."""
    whole = EventBook(total, books[0].last)
    for book, rows in zip(books, cases, strict=True):
        offset = whole.size
        for part in book.parts:
            about = part["about"]
            whole.parts.append(part | {"case": rows[part["case"]], "about": np.where(about >= 0, about + offset, NONE)})
        whole.people += [(handles + offset, officers, roles) for handles, officers, roles in book.people]
        whole.papers += [(handles + offset, rows[local], kinds) for handles, local, kinds in book.papers]
        whole.recordings += [(handles + offset, rows[local]) for handles, local in book.recordings]
        whole.proposed += [(handles + offset, amount, mix) for handles, amount, mix in book.proposed]
        whole.endings += [(handles + offset, outcome) for handles, outcome in book.endings]
        whole.told += [(handles + offset, masks) for handles, masks in book.told]
        whole.size += book.size
    return whole
