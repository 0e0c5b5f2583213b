"""
The flow chart 执法流程图 of a procedure, drawn from the procedure's own data.

The public page, the item's page and the page of a case show the same drawing; of a case it says besides where it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mingjing.domain.procedures.model import Procedure, Step


class Mark(StrEnum):
    """How far a step is in a case; ``NONE`` where no case is shown."""

    NONE = "none"
    DONE = "done"
    DOING = "doing"
    POSSIBLE = "possible"
    BLOCKED = "blocked"
    AHEAD = "ahead"

    @property
    def label(self) -> str:
        """Say it to who sees no colours."""
        return {
            "done": "已办理",
            "doing": "办理中",
            "possible": "可以办理",
            "blocked": "暂不能办理",
            "ahead": "尚未到",
        }.get(self.value, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A step as it is drawn: its words, who takes it, where it leads, on which provisions it rests."""

    code: str
    label: str
    who: str
    leads: tuple[str, ...]
    basis: tuple[str, ...]
    mark: Mark = Mark.NONE
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stage as it is drawn, with the steps on the straight way and those beside it."""

    code: str
    label: str
    final: bool
    mark: Mark
    main: tuple[Box, ...]
    beside: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a case stands: its stage, the marks of its steps, words beside them, and where they lead on the page."""

    stage: str
    marks: Mapping[str, Mark]
    notes: Mapping[str, str]
    hrefs: Mapping[str, str]


def draw(procedure: Procedure, progress: Progress | None = None) -> tuple[Band, ...]:
    """Draw a procedure, band by band. A step that may be taken in several stages is drawn in one."""
    order = [one.code for one in procedure.stages]
    here = order.index(progress.stage) if progress else -1
    homes = {step.code: _home(procedure, step) for step in procedure.steps}
    bands = []
    for at, stage in enumerate(procedure.stages):
        mine = [step for step in procedure.steps if homes[step.code] == stage.code]
        ended = stage.final and progress is not None and stage.code != progress.stage
        mark = Mark.NONE if progress is None else _passed(at, here, ended=ended)
        bands.append(
            Band(
                code=stage.code,
                label=stage.label,
                final=stage.final,
                mark=mark,
                main=tuple(_box(procedure, step, progress) for step in mine if step.main),
                beside=tuple(_box(procedure, step, progress) for step in mine if not step.main),
            )
        )
    return tuple(bands)


def _passed(at: int, here: int, *, ended: bool) -> Mark:
    if at == here:
        return Mark.DOING
    return Mark.DONE if at < here and not ended else Mark.AHEAD


def _home(procedure: Procedure, step: Step) -> str:
    """The stage where a step is drawn: its first; what may be done at any time stands where the work is, not at its start."""
    order = [one.code for one in procedure.stages if one.code in step.stages]
    return order[1] if not step.main and len(order) > 1 and order[0] == procedure.start else order[0]


def _box(procedure: Procedure, step: Step, progress: Progress | None) -> Box:
    ends = [(one.label, one.to) for one in step.outcomes if one.to]
    leads = [f"{label}→{procedure.stage(to).label}" for label, to in ends]
    if step.to:
        leads.append(f"→{procedure.stage(step.to).label}")
    who = step.duty.label if step.endorsed is None else f"{step.duty.label}，{step.endorsed.label.removesuffix('决定')}"
    return Box(
        code=step.code,
        label=step.label,
        who=who,
        leads=tuple(leads),
        basis=tuple(one.label for one in step.citations),
        mark=progress.marks.get(step.code, Mark.AHEAD) if progress else Mark.NONE,
        note=progress.notes.get(step.code, "") if progress else "",
        href=progress.hrefs.get(step.code, "") if progress else "",
    )
