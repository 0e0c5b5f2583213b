"""What the agencies of a district may do, and the benchmarks of their fines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from mingjing.contexts.demo import columns
from mingjing.contexts.demo.days import NONE, Ints
from mingjing.contexts.demo.staff import Unit, agency_ids, catalogue

TIERS = ("较轻", "一般", "较重")
SMALL, MIDDLE, WARNING = "S", "M", "W"
_REASONS = {
    "较轻": "初次违法，涉案金额较小，主动改正",
    "一般": "违法行为持续时间较短，未造成明显危害后果",
    "较重": "曾因同类行为受过处罚，或者涉案金额较大",
}
_KINDS = ("penalty", "license", "compulsory_measure", "compulsory_execution", "other", "inspection")


@dataclass(slots=True)
class Items:
    """
    The items of a district as columns.

    ``usual[r, item, tier]`` holds the two usual fines under the earlier (0) and the later (1) benchmarks, ``bounds`` the
    least and the greatest; all in fen, negative without benchmark. ``choice[kind][unit]`` lists a unit's items.
    """

    rows: list[dict[str, Any]]
    size: np.ndarray
    act: Ints
    usual: Ints
    bounds: Ints
    lighter: np.ndarray
    amended: np.ndarray
    choice: dict[str, list[Ints]]
    withdrawn: Ints
    single: np.ndarray
    summary: np.ndarray

    def who(self, letter: str) -> np.ndarray:
        """Say of each item whether it is for citizens (c), individual businesses (i), organizations (o)."""
        return np.array([letter in row.get("who", "o") for row in self.rows])


def items_of(units: list[Unit]) -> Items:
    """List the items of the units of a district, with their benchmarks."""
    entries, scales = catalogue()["agencies"], catalogue()["scales"]
    rows: list[dict[str, Any]] = []
    choice: dict[str, list[Ints]] = {kind: [] for kind in _KINDS}
    withdrawn: list[int] = []
    for number, unit in enumerate(units):
        if unit.parent != NONE:
            for kind in _KINDS:
                choice[kind].append(choice[kind][unit.parent])
            withdrawn.append(withdrawn[unit.parent])
            continue
        entry = catalogue()["town"] if unit.source < 0 else entries[unit.source]
        own = [{**row, "kind": "penalty"} for row in entry["penalty"]]
        for kind in ("license", "inspection"):
            own += [
                {"name": name, "basis": basis, "kind": kind}
                for name, basis in zip(entry[kind], entry[f"{kind}_basis"], strict=True)
            ]
        own += [
            {**entry["measure"], "kind": "compulsory_measure"},
            {**entry["execution"], "kind": "compulsory_execution"},
        ]
        own.append({**entry["other"], "kind": "other"})
        for kind in _KINDS:
            choice[kind].append(np.array([len(rows) + n for n, row in enumerate(own) if row["kind"] == kind]))
        own.append(
            {
                "name": f"{entry['inspection'][0]}（旧版）",
                "basis": entry["inspection_basis"][0],
                "kind": "inspection",
                "old": True,
            }
        )
        withdrawn.append(len(rows) + len(own) - 1)
        rows += [{**row, "unit": number} for row in own]
    acts = sorted({row.get("act", "") for row in rows})
    usual, bounds = np.full((2, len(rows), 3, 2), NONE), np.full((2, len(rows), 3, 2), NONE)
    for place, row in enumerate(rows):
        if row.get("size") in scales:
            before = after = scales[row["size"]]
            if "amended" in row:
                before, after = scales[row["amended"]]
            for regime, scale in enumerate((before, after)):
                for tier, label in enumerate(TIERS):
                    bounds[regime, place, tier] = np.array(scale[label][:2]) * 100
                    usual[regime, place, tier] = np.array(scale[label][2:]) * 100
    low, high = bounds[..., 0], bounds[..., 1]
    return Items(
        rows=rows,
        size=np.array([row.get("size", "") for row in rows]),
        act=np.array([acts.index(row.get("act", "")) for row in rows]),
        usual=usual,
        bounds=bounds,
        lighter=(high[1] < high[0]) | ((high[1] == high[0]) & (low[1] < low[0])),
        amended=np.array(["amended" in row for row in rows]),
        choice=choice,
        withdrawn=np.array(withdrawn),
        single=np.array(["single" in row for row in rows]),
        summary=np.array(["summary" in row for row in rows]),
    )


def item_ids(district: int, items: Ints) -> pa.Array:
    """Write the ids of items by their places in a district."""
    return columns.identifiers("I", np.where(items >= 0, items + district * 1000, NONE), 7)


def item_tables(items: Items, district: int, start: int, founded: int, amended: int) -> dict[str, pa.Table]:
    """Write items and benchmarks; ``founded`` is the day of the first benchmarks, ``amended`` that of the later."""
    rows = items.rows
    places = np.arange(len(rows))
    published = founded + 30 + places * 7 % 300
    texts = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in ("name", "kind", "basis")}
    marks = []
    for place in range(len(rows)):
        if items.bounds[0, place, 0, 0] < 0:
            continue
        for tier, label in enumerate(TIERS):
            spans = [(0, founded, amended - 1), (1, amended, NONE)] if items.amended[place] else [(0, founded, NONE)]
            marks += [
                (place, label, *items.bounds[regime, place, tier], since, until) for regime, since, until in spans
            ]
    mark = list(zip(*marks, strict=True))
    return {
        "items": columns.table_of(
            "items",
            {
                "item_id": item_ids(district, places),
                **texts,
                "agency_id": agency_ids(district, np.array([row["unit"] for row in rows])),
                "act_code": pa.array([row.get("act") for row in rows], pa.string()),
                "published_on": columns.dates(published),
                "withdrawn_on": columns.dates(np.array([start - 60 if row.get("old") else NONE for row in rows])),
                "single_officer_basis": pa.array([row.get("single") for row in rows], pa.string()),
                "summary_cap_basis": pa.array([row.get("summary") for row in rows], pa.string()),
            },
        ),
        "benchmarks": columns.table_of(
            "benchmarks",
            {
                "item_id": item_ids(district, np.array(mark[0])),
                "tier": pa.array(mark[1]),
                "fine_min_fen": pa.array(np.array(mark[2])),
                "fine_max_fen": pa.array(np.array(mark[3])),
                "effective_from": columns.dates(np.array(mark[4])),
                "effective_until": columns.dates(np.array(mark[5])),
                "reason": pa.array([_REASONS[tier] for tier in mark[1]]),
            },
        ),
    }
