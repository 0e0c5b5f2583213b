"""Training and exams of the officers."""

import numpy as np
import pyarrow as pa

from mingjing.contexts.demo import columns
from mingjing.contexts.demo.days import NONE, Ints
from mingjing.contexts.demo.setting import Setting
from mingjing.contexts.demo.staff import officer_ids
from mingjing.contexts.demo.truth import plants
from mingjing.facts.schema import EXAM_KINDS, TRAINING_KINDS, TRAINING_PROVIDERS

HOURS = 60
COURSES = 6


def new_year(setting: Setting, back: int) -> int:
    """Return the first day of the year so many years before that of ``as_of``."""
    year = np.datetime64(setting.as_of, "D").astype("datetime64[Y]") - np.timedelta64(back, "Y")
    return int(year.astype("datetime64[D]").astype(int))


def training(setting: Setting, district: int) -> tuple[dict[str, pa.Table], Ints]:
    """Train everybody; return the tables and the officers who have too few hours in the last whole year."""
    staff, rng = setting.staff, setting.rng
    joined, left = np.array(staff.joined), np.array(staff.left)
    count = len(joined)
    first, last = new_year(setting, 1), new_year(setting, 0) - 1
    officer = np.zeros(count, bool)
    officer[[who for who, role, _, _ in staff.roles if role == "officer"]] = True
    whole = officer & (joined <= first) & ((left < 0) | (left >= last))
    chosen = plants(rng, count, setting.violations, 1)
    lazy = chosen.choose(whole, "officer.hours")
    parts: list[dict[str, Ints]] = []
    for back in (2, 1, 0):
        start = new_year(setting, back)
        here = np.flatnonzero((joined <= start) & ((left < 0) | (left > start)))
        hours = rng.choice([8.0, 10.0, 12.0, 16.0], (len(here), COURSES))
        hours[:, 1:] = np.minimum(hours[:, 1:], 12)
        short = HOURS - hours.sum(1)
        exact = rng.random(len(here)) < 0.15
        # sixty hours at least; some have exactly sixty
        hours[:, 0] += np.where(exact, short, np.maximum(short, 0))
        hours[:, 0] = np.maximum(hours[:, 0], 0.5)
        under = lazy[here] & (back == 1)
        hours[under] = np.array([8.0, 8.0, 8.0, 8.0, 8.0, 0.0]) + rng.choice([0.0, 0.5, 2.0], (int(under.sum()), 1))
        # courses are held for many at once: each on its days of the year, not each officer's on days of their own
        day = start + np.sort(rng.integers(10, 350, (len(here), COURSES)), 1) // 29 * 29 + np.arange(COURSES)
        there = (day <= setting.as_of) & (hours > 0)
        who = np.broadcast_to(here[:, None], day.shape)
        kind = np.broadcast_to(np.array([0, 1, 1, 2, 0, 1]), day.shape)
        gone = (left[who] >= 0) & (day > left[who])
        there &= ~gone | (whole[who] & (back == 1))
        parts.append({"who": who[there], "day": day[there], "hours": hours[there] * 2, "kind": kind[there]})
    everything = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    table = columns.table_of(
        "training",
        {
            "officer_id": officer_ids(district, everything["who"]),
            "provider": columns.coded((everything["kind"] != 0).astype(np.int64), tuple(TRAINING_PROVIDERS)),
            "kind": columns.coded(everything["kind"], tuple(TRAINING_KINDS)),
            "held_on": columns.dates(everything["day"]),
            "hours": pa.array(everything["hours"] / 2),
        },
    )
    return {"training": table}, np.flatnonzero(lazy)


def exams(setting: Setting, district: int, first: int) -> dict[str, pa.Table]:
    """Examine a few officers each month, drawn by lot."""
    rng, count = setting.rng, len(setting.staff.joined)
    months = np.arange(setting.start, setting.as_of, 30)
    who = rng.integers(0, count, (len(months), 12)).ravel()
    day = np.repeat(months, 12)
    left = np.array(setting.staff.left)[who]
    joined = np.array(setting.staff.joined)[who]
    there = ((left < 0) | (left >= day)) & (joined <= day)
    who, day = who[there], day[there]
    score = np.round(np.clip(rng.normal(82, 9, len(who)), 35, 100), 1)
    table = columns.table_of(
        "exams",
        {
            "exam_id": columns.identifiers("K", first + np.arange(len(who)), 8),
            "officer_id": officer_ids(district, who),
            "held_on": columns.dates(day),
            "kind": columns.coded(np.where(rng.random(len(who)) < 0.9, 0, 2), tuple(EXAM_KINDS)),
            "score": pa.array(score),
            "passed": columns.flags((score >= 60).astype(np.int64)),
        },
    )
    return {"exams": table}


__all__ = ["NONE", "exams", "training"]
