"""Reading a plan out of a document or out of pasted text."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mingjing.contexts.plans.documents.opening import MAX_BYTES, Document, open_document
from mingjing.contexts.plans.documents.text import decode, text_blocks
from mingjing.domain.plans.model import Plan
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


def read_plan_file(path: Path) -> ReadPlan:
    """
    Read a plan from a file.

    :raises UnreadableFileError: if the file cannot be read; nothing of it is passed on then
    """
    document = open_document(path)
    return ReadPlan(plan=read_plan(document.blocks), document=document)


def read_pasted_plan(data: bytes) -> ReadPlan:
    """
    Read a plan from pasted text.

    :raises UnreadableFileError: if it is empty, too long or no text
    """
    if not data.strip():
        raise UnreadableFileError("没有收到文字。")
    if len(data) > MAX_BYTES:
        raise PackageTooLargeError(f"文字超过上限 {MAX_BYTES // 1024**2} MB，未读入。")
    document = Document(name=PASTED, format="txt", blocks=tuple(text_blocks(PASTED, decode(PASTED, data))))
    return ReadPlan(plan=read_plan(document.blocks), document=document)
