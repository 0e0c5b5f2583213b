"""What each step of some types calls for, over arrays (columns: :mod:`mingjing.engine.columns.case`)."""

from typing import Final

import numpy as np
import pyarrow as pa

from mingjing.domain.rules.elements import ELEMENT_BITS
from mingjing.domain.rules.kinds.case.answers import Answered
from mingjing.domain.rules.kinds.case.contents import Contents
from mingjing.domain.rules.kinds.case.records import Shown
from mingjing.domain.rules.model import Rule, Status
from mingjing.engine.arrays import Flags, Integers, batched_table, in_order, numbers
from mingjing.engine.columns.case import PENALTY_KIND, frame_of
from mingjing.engine.context import Context
from mingjing.engine.kernels import Database, Kernel, kernel, verdicts
from mingjing.engine.kernels.cases import Chunk, before, not_after
from mingjing.engine.store import CODES

ASKED: Final = "asked_rows"
WORST: Final = np.array([3, 2, 0, 1], dtype=np.int8)
"""In which order the answers of one case count: broken, not evaluated, holding, not applicable."""


def _holds(database: Database, condition: str) -> Integers:
    """For each case whether a condition of the frame holds: 1, 0, or -1 where that is not known."""
    found = database.ask(f"SELECT f.c, CAST(coalesce(CAST(({condition}) AS TINYINT), -1) AS TINYINT) AS w FROM frame f")
    return numbers(in_order(found, "c"), "w")


def _asked(database: Database, expression: str, moments: Integers, cases: Integers) -> Integers:
    """A parameter for events at these moments (``m``) in these cases (``agency``); as numbers, -1 where it is not set."""
    agency = database.chunk.base["agency"].take(pa.array(cases))
    rows = {"m": pa.array(moments), "agency": agency.combine_chunks(), "place": pa.array(np.arange(len(moments)))}
    database.show(ASKED, batched_table(rows))
    found = database.ask(f"SELECT g.place, CAST({expression} AS BIGINT) AS asked FROM {ASKED} g")
    return numbers(in_order(found, "place"), "asked")


def _first_by_case(case: Integers, *order: Integers) -> Integers:
    """The places of the first row of each case, by ``order`` and then as the rows lie."""
    places: Integers = np.lexsort((*reversed(order), case))
    first: Integers = places[np.diff(case[places], prepend=-1) != 0]
    return first


def _worst(
    chunk: Chunk, rows: Integers, status: Integers, values: list[Integers], evidence: list[Integers]
) -> pa.Table:
    """The worst answer of each case: of events ``rows`` with their status and what is told of each."""
    first = _first_by_case(chunk.steps.case[rows], WORST[status])
    first = first[status[first] != Status.NOT_APPLICABLE]
    return verdicts(
        chunk.keys[chunk.steps.case[rows[first]]],
        status[first],
        told=np.arange(len(first)),
        values=[value[first] for value in values],
        evidence=[key[first] for key in evidence],
    )


@kernel.register
def _(kind: Shown, rule: Rule, context: Context) -> Kernel:
    flag = CODES["events.outcome"][kind.flag] if kind.flag else None
    sounding = [CODES["media.kind"][code] for code in ("audio", "video")]
    asked = None
    if kind.record and kind.media_parameter is not None:
        asked = context.parameter(kind.media_parameter, day=context.day("g.m"), agency="g.agency")

    def judge(database: Database) -> pa.Table:
        chunk, steps = database.chunk, database.chunk.steps
        rows = steps.of_types((kind.type,))
        if not kind.any_kind:
            rows = rows[numbers(chunk.base, "kind")[steps.case[rows]] == PENALTY_KIND]
        shown = chunk.having("documents", chunk.column("documents", "is_record") == 1 if kind.record else None)[rows]
        if asked is not None:
            heard = chunk.having("media", np.isin(chunk.column("media", "kind"), sounding))[rows]
            shown &= (_asked(database, asked, steps.moment[rows], steps.case[rows]) != 1) | heard
        elif not kind.record:
            shown |= chunk.having("media")[rows]
            if flag is not None:
                shown |= numbers(steps.table, "outcome")[rows] == flag
        status = np.where(shown, Status.HOLDS, Status.BROKEN)
        return _worst(chunk, rows, status, [steps.moment[rows]], [steps.key[rows]])

    return judge


@kernel.register
def _(kind: Contents, rule: Rule, context: Context) -> Kernel:
    frame = frame_of(context)
    when = frame.condition(kind.when)
    step = frame.step(kind.step).removeprefix("f.") if kind.step is not None else None
    asked = context.parameter(kind.parameter, day=context.day("g.m"), agency="g.agency", bits=ELEMENT_BITS)

    def judge(database: Database) -> pa.Table:
        chunk, steps = database.chunk, database.chunk.steps
        if step is None:
            rows = steps.of_types(kind.types)
            rows = rows[steps.effective[rows]]
        else:
            at = steps.places.of(numbers(chunk.frame, f"{step}_k"))
            rows = at[at >= 0]
        holds = _holds(database, when)[steps.case[rows]]
        rows, holds = rows[holds != 0], holds[holds != 0]
        wanted = _asked(database, asked, steps.moment[rows], steps.case[rows])
        bits, tells = (array[rows] for array in chunk.told)
        lacking = wanted & ~bits
        status = np.select(
            [wanted == 0, (holds < 0) | ~tells, lacking != 0],
            [Status.NOT_APPLICABLE, Status.NOT_EVALUATED, Status.BROKEN],
            Status.HOLDS,
        )
        return _worst(chunk, rows, status, [steps.moment[rows], lacking], [steps.key[rows]])

    return judge


@kernel.register
def _(kind: Answered, rule: Rule, context: Context) -> Kernel:
    frame = frame_of(context)
    when, by = frame.condition(kind.when), frame.step(kind.by).removeprefix("f.")
    outcomes = CODES["events.outcome"]
    spared = [outcomes[code] for code in kind.outcomes_not]

    def judge(database: Database) -> pa.Table:
        chunk, steps = database.chunk, database.chunk.steps
        acts, acted = (numbers(chunk.frame, f"{by}_{name}") for name in "km")
        rows = steps.of_types(kind.types)
        case = steps.case[rows]
        calls = steps.effective[rows] & (acts[case] >= 0)
        if spared:
            calls &= ~np.isin(numbers(steps.table, "outcome")[rows], spared)
        rows, case = rows[calls], case[calls]
        holds, ahead = _holds(database, when)[case], before(steps.moment[rows], acted[case])
        here = (holds != 0) & (ahead != 0)
        rows, case, holds, ahead = rows[here], case[here], holds[here], ahead[here]
        surely, perhaps = _answers(chunk, kind, rows, acted)
        status = np.select(
            [holds < 0, surely, perhaps | (ahead < 0)],
            [Status.NOT_EVALUATED, Status.HOLDS, Status.NOT_EVALUATED],
            Status.BROKEN,
        )
        return _worst(chunk, rows, status, [steps.moment[rows], acted[case]], [steps.key[rows], acts[case]])

    return judge


def _answers(chunk: Chunk, kind: Answered, rows: Integers, acted: Integers) -> tuple[Flags, Flags]:
    """For each event whether an answer to it came before the act: surely, and perhaps."""
    steps = chunk.steps
    answers = steps.of_types(kind.answers)
    answers = answers[steps.effective[answers]]
    if kind.outcome is not None:
        answers = answers[numbers(steps.table, "outcome")[answers] == CODES["events.outcome"][kind.outcome]]
    # every event with every answer in its case; events lie by case
    cases = steps.case[answers]
    begin = np.searchsorted(cases, steps.case[rows], side="left")
    count = np.searchsorted(cases, steps.case[rows], side="right") - begin
    asking = np.repeat(np.arange(len(rows)), count)
    within = np.arange(len(asking)) - np.repeat(np.cumsum(count) - count, count)
    event, answer = rows[asking], answers[np.repeat(begin, count) + within]
    about = numbers(steps.table, "about")[answer]
    is_answer = (about == steps.key[event]) | (
        ~steps.table["about"].is_valid().to_numpy()[answer] & not_after(steps.moment[event], steps.moment[answer])
    )
    in_time = before(steps.moment[answer], acted[steps.case[event]])
    surely, perhaps = (np.zeros(len(rows), dtype=np.bool_) for _ in range(2))
    surely[asking[is_answer & (in_time == 1)]] = True
    perhaps[asking[is_answer & (in_time < 0)]] = True
    return surely, perhaps
