"""Reading a plan out of a document or out of pasted text."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from mingjing.contexts.plans.documents.opening import MAX_BYTES, Document, check_length, open_document
from mingjing.contexts.plans.documents.recognition import Doubt, Progress, Recognising
from mingjing.contexts.plans.documents.text import decode, text_blocks
from mingjing.domain.plans.folding import squeeze
from mingjing.domain.plans.model import Plan, Task, Uncertain
from mingjing.domain.plans.read import read_plan
from mingjing.facts.rows import PackageTooLargeError, UnreadableFileError

PASTED: Final = "粘贴的文字"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan:
    """A plan and the document that it was read from."""

    plan: Plan
    document: Document

    @property
    def source(self) -> dict[str, Any]:
        """What the reader should know of the document."""
        return {"file": self.document.name, "format": self.document.format, "notes": list(self.document.notes)}


def read_plan_file(path: Path, progress: Progress | None = None) -> ReadPlan:
    """
    Read a plan from a file; ``progress`` is told how far the recognition of scanned pages is.

    :raises UnreadableFileError: if the file cannot be read; nothing of it is passed on then
    """
    document = open_document(path, Recognising(progress))
    return ReadPlan(plan=_doubting(read_plan(document.blocks), document.doubts), document=document)


def _doubting(plan: Plan, doubts: tuple[Doubt, ...]) -> Plan:
    """Mark the tasks in whose words something was recognised with little confidence."""
    if not doubts:
        return plan
    found, tasks = set[Doubt](), list[Task]()
    for task in plan.tasks:
        words = squeeze(f"{task.title}{task.text}{task.raw}")
        mine = [one for one in doubts if squeeze(one.around) in words or squeeze(one.words) in squeeze(task.raw)]
        found.update(mine)
        marks = [Uncertain(field="text", reason=_reason(one)) for one in mine]
        tasks.append(replace(task, uncertain=tuple(dict.fromkeys((*task.uncertain, *marks)))))
    left = [one for one in doubts if one not in found]
    notes = [f"任务以外还有 {len(left)} 处识别把握不大。"] if left else []
    return replace(plan, tasks=tuple(tasks), notes=(*plan.notes, *notes))


def _reason(doubt: Doubt) -> str:
    return f"第 {doubt.page} 页“{doubt.around}”一处识别把握不大，请对照原件核对"


def read_pasted_plan(data: bytes) -> ReadPlan:
    """
    Read a plan from pasted text.

    :raises UnreadableFileError: if it is empty, too long or no text
    """
    if not data.strip():
        raise UnreadableFileError("没有收到文字。")
    if len(data) > MAX_BYTES:
        raise PackageTooLargeError(f"文字超过上限 {MAX_BYTES // 1024**2} MB，未读入。")
    blocks = text_blocks(PASTED, decode(PASTED, data))
    check_length(PASTED, blocks)
    document = Document(name=PASTED, format="txt", blocks=tuple(blocks))
    return ReadPlan(plan=read_plan(document.blocks), document=document)
