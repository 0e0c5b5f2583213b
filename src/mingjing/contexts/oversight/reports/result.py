"""What stands in a result folder's ``rules.json``, read without trusting it to be complete."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mingjing.contexts.oversight.reports.labels import Gap, describe_gaps, group_of
from mingjing.kernel.errors import DomainError


class ResultUnreadableError(DomainError):
    """The result folder cannot be read as one."""

    code = "oversight.result_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One provision behind a rule: its short reference, its full name, and our gist of it."""

    ref: str
    label: str
    gist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """One rule of the library with what came of it."""

    number: int
    rule_id: str
    title: str
    statement: str
    kind: str
    subject: str
    severity: str
    citations: tuple[Basis, ...]
    evaluated: bool
    missing: tuple[str, ...]
    subjects: int
    not_evaluated_subjects: int
    declared_findings: int
    remedy: str

    @property
    def group(self) -> str:
        """The heading under which the rule stands."""
        return group_of(self.rule_id)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was missing, in words."""
        return describe_gaps(self.missing)

    @property
    def basis(self) -> str:
        """The provisions in one line."""
        return "、".join(basis.label for basis in self.citations)

    @property
    def anchor(self) -> str:
        """A name for links within one document."""
        return f"rule-{self.number + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A whole ``rules.json``."""

    as_of: date
    place: str
    engine: str
    source: str
    totals: Mapping[str, Any]
    rules: tuple[RuleResult, ...]


def _basis(entry: Any) -> Basis:
    if isinstance(entry, str):
        return Basis(ref=entry, label=entry, gist="")
    ref = str(entry.get("ref") or "")
    return Basis(ref=ref, label=str(entry.get("label") or ref), gist=str(entry.get("gist") or ""))


def _rule(number: int, entry: Mapping[str, Any]) -> RuleResult:
    rule_id = str(entry["rule_id"])
    return RuleResult(
        number=number,
        rule_id=rule_id,
        title=str(entry.get("title") or rule_id),
        statement=str(entry.get("statement") or ""),
        kind=str(entry.get("kind") or ""),
        subject=str(entry.get("subject") or ""),
        severity=str(entry.get("severity") or "notice"),
        citations=tuple(_basis(one) for one in entry.get("citations") or ()),
        evaluated=bool(entry.get("evaluated", True)),
        missing=tuple(str(one) for one in entry.get("missing") or ()),
        subjects=int(entry.get("subjects") or 0),
        not_evaluated_subjects=int(entry.get("not_evaluated_subjects") or 0),
        declared_findings=int(entry.get("findings") or 0),
        remedy=str(entry.get("remedy") or ""),
    )


def read_summary(result_dir: Path) -> Summary:
    """
    Read ``rules.json`` of a result folder.

    :raises ResultUnreadableError: when it is absent or is not what it should be.
    """
    path = result_dir / "rules.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Summary(
            as_of=date.fromisoformat(str(document["as_of"])[:10]),
            place=str(document.get("place") or ""),
            engine=str(document.get("engine") or ""),
            source=str(document.get("input") or ""),
            totals=document.get("totals") or {},
            rules=tuple(_rule(number, entry) for number, entry in enumerate(document["rules"])),
        )
    except FileNotFoundError as error:
        raise ResultUnreadableError(f"结果文件夹里没有 rules.json：{result_dir}。请先运行检查。") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ResultUnreadableError(f"结果文件夹里的 rules.json 读不懂：{error}。请重新运行检查。") from error
