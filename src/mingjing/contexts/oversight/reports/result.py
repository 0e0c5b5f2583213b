"""What stands in a result folder's ``rules.json``, read without trusting it to be complete."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from mingjing.contexts.oversight.reports.labels import Gap, describe_gaps, group_of
from mingjing.kernel.errors import DomainError
from mingjing.law.places import ancestry, is_known, places


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
    def first_basis(self) -> str:
        """The leading provision, for where there is little room."""
        if not self.citations:
            return ""
        return self.citations[0].label + ("等" if len(self.citations) > 1 else "")

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
    # The reference in brackets behind a label is our own, and says nothing to a reader.
    label = str(entry.get("label") or ref).removesuffix(f"（{ref}）")
    return Basis(ref=ref, label=label or ref, gist=str(entry.get("gist") or ""))


def _is_foreign(basis: Basis, place: str) -> bool:
    """Say whether a provision stands in the document of a place to which this one does not belong."""
    own = next(
        (one.code for one in places().values() if one.instrument and basis.ref.startswith(f"{one.instrument}-")), None
    )
    return own is not None and own not in (ancestry(place) if place and is_known(place) else ())


def _citations(entries: Iterable[Any], place: str) -> tuple[Basis, ...]:
    """
    Read the provisions behind a rule, without the documents of other places.

    A rule that rests on another place's document alone keeps it, marked as a mere reference.
    """
    given = tuple(_basis(one) for one in entries)
    kept = tuple(basis for basis in given if not _is_foreign(basis, place))
    return kept or tuple(replace(basis, label=f"参考{basis.label}") for basis in given)


def _rule(number: int, entry: Mapping[str, Any], place: str) -> RuleResult:
    rule_id = str(entry["rule_id"])
    return RuleResult(
        number=number,
        rule_id=rule_id,
        title=str(entry.get("title") or rule_id),
        statement=str(entry.get("statement") or ""),
        kind=str(entry.get("kind") or ""),
        subject=str(entry.get("subject") or ""),
        severity=str(entry.get("severity") or "notice"),
        citations=_citations(entry.get("citations") or (), place),
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
            rules=tuple(
                _rule(number, entry, str(document.get("place") or "")) for number, entry in enumerate(document["rules"])
            ),
        )
    except FileNotFoundError as error:
        raise ResultUnreadableError(f"结果文件夹里没有 rules.json：{result_dir}。请先运行检查。") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ResultUnreadableError(f"结果文件夹里的 rules.json 读不懂：{error}。请重新运行检查。") from error
