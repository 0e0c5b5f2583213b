"""
How a case stands by the three systems 三项制度: disclosure, full-process recording, legal review of major decisions.

Computed from the facts of the case by the rules themselves; nobody ticks a box. What is recorded, the media room knows.

Source: 国办发〔2018〕118号.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from mingjing.domain.procedures.gates import case_rules
from mingjing.domain.rules.judge import judge
from mingjing.domain.rules.library.penalties import MAJOR_OR_HEARD
from mingjing.domain.rules.model import Status
from mingjing.domain.rules.terms import CaseFacts

_DISCLOSED_IN_TIME: Final = ("penalty.disclosure.in-time", "license.disclosure.in-time", "other.disclosure.in-time")
_RESULTS: Final = frozenset({"decision", "grant", "refusal", "no_penalty"})


class Standing(StrEnum):
    """How a case stands by one of the systems."""

    COMPLETE = "complete"
    RUNNING = "running"
    MISSING = "missing"
    NOT_NEEDED = "not_needed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {
            "complete": "完成",
            "running": "期限内",
            "missing": "缺失",
            "not_needed": "暂不需要",
            "unknown": "未能检查",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One of the three for a case: how it stands, and on what that rests."""

    label: str
    standing: Standing
    words: tuple[str, ...]


def disclosure(view: CaseFacts, on: date) -> System:
    """Say whether the result of a case is public 行政执法公示, by the rules on the periods of disclosure."""
    found = [(rule, judge(rule, view, view.base)) for rule in case_rules(on) if rule.id in _DISCLOSED_IN_TIME]
    broken = [rule.kind.describe(made, on).observed for rule, made in found if made.status is Status.BROKEN]
    told = {made.status for _, made in found}
    public = any(one.subject_id == view.case.id and one.published_at for one in view.base.disclosures)
    if broken:
        standing, words = Standing.MISSING, tuple(broken)
    elif Status.HOLDS in told:
        standing = Standing.COMPLETE if public else Standing.RUNNING
        words = ("决定已经公示。" if public else "决定已经作出，还在公示期限内。",)
    elif Status.NOT_EVALUATED in told:
        standing, words = Standing.UNKNOWN, ("资料不全，不能判断是否按期公示。",)
    else:
        standing, words = Standing.NOT_NEEDED, ("还没有应当公示的决定。",)
    return System(label="行政执法公示", standing=standing, words=words)


def recording(view: CaseFacts, lacks: Iterable[str]) -> System:
    """Say whether every step is recorded 执法全过程记录; ``lacks`` is what the media room finds missing, a sentence each."""
    missing = tuple(lacks)
    if missing:
        standing, words = Standing.MISSING, missing
    elif any(one.is_effective for one in view.events):
        standing, words = Standing.COMPLETE, ("已办理的环节都有应有的记录。",)
    else:
        standing, words = Standing.NOT_NEEDED, ("还没有办理过环节。",)
    return System(label="执法全过程记录", standing=standing, words=words)


def legal_review(view: CaseFacts) -> System:
    """Say whether a major decision was reviewed 重大执法决定法制审核: it must be, is approved, or the opinion is missing."""
    case = view.case
    needed = MAJOR_OR_HEARD.of(view) if case.kind == "penalty" else case.is_major
    approved = any(one.type == "legal_review" and one.outcome == "approved" for one in view.events)
    decided = any(one.type in _RESULTS and one.is_effective for one in view.events)
    if approved:
        standing, words = Standing.COMPLETE, "法制审核已经通过。"
    elif needed:
        standing, words = Standing.MISSING, "属于重大执法决定，还没有通过法制审核。"
    elif needed is None and decided:
        standing, words = Standing.UNKNOWN, "资料不全，不能判断是否属于重大执法决定。"
    else:
        standing, words = Standing.NOT_NEEDED, "没有认定为重大执法决定。"
    return System(label="重大执法决定法制审核", standing=standing, words=(words,))
