"""Read the requirements: the reference list where it lies beside the repository, else the committed ids."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IDS = ROOT / "docs" / "requirements-ids.txt"
REFERENCE = ROOT.parent / "shared" / "requirements.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that a plan asks for."""

    id: str
    topic: str
    title: str = ""


def committed() -> tuple[Requirement, ...]:
    """Return the requirements of the committed list: ids and topics only."""
    rows = (line.split() for line in IDS.read_text("utf-8").splitlines() if line.strip())
    return tuple(Requirement(id=one, topic=topic) for one, topic in rows)


def reference(path: Path = REFERENCE) -> tuple[Requirement, ...]:
    """
    Return the requirements of the reference list, with their titles.

    The list is read line by line: some of its plain scalars hold a colon, which a YAML parser refuses.
    """
    rows = re.split(r"^- id: ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return tuple(
        Requirement(
            id=row.split("\n", 1)[0].strip(),
            topic=_field(row, "topic"),
            title=_field(row, "zh").strip("'\""),
        )
        for row in rows
    )


def requirements() -> tuple[Requirement, ...]:
    """Return the requirements, with titles where the reference list is at hand."""
    return reference() if REFERENCE.is_file() else committed()


def _field(row: str, name: str) -> str:
    found = re.search(rf"^  {name}: (.*)$", row, flags=re.MULTILINE)
    return found[1].strip() if found else ""
