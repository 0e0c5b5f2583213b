"""
What a form of a step offers ready to use: values that are known already, and words that are said again and again.

Words are offered as buttons and never filled in by themselves: who takes a step says what happened.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.timezone import localtime

from mingjing.contexts.cases.models import Case
from mingjing.domain.procedures.model import Ask, Into, Step

ON_THE_SPOT: Final = "penalty_summary"
"""The procedure whose steps follow one upon the other, on the spot."""

_TODAY: Final[Mapping[str, tuple[str, ...]]] = {ON_THE_SPOT: ("found_on", "act_on")}
"""Days of the case that are today unless somebody says otherwise, by procedure."""
_ROUTINE: Final = ("at", "act_on", "found_on", "confiscated_fen")
"""What is known on the spot, and stands folded away."""
_FEW: Final = 5

_TOLD: Final = (
    "已当场告知拟作出处罚的内容及事实、理由、依据，以及依法享有的陈述、申辩的权利。",
)  # fmt: skip
_PHRASES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("prior_notice", "content"): _TOLD,
    ("statement", "content"): (
        "对违法事实、处罚理由和依据没有异议。",
        "当事人表示放弃陈述、申辩。",
    ),
    ("decision", "payment_mode"): (
        "自收到本决定书之日起十五日内，到指定的银行或者通过电子支付系统缴纳罚款。",
        "当场收缴，出具统一制发的专用票据。",
    ),
}


def is_straight(row: Case) -> bool:
    """Say whether each step of a case leads to the form of the next."""
    return row.procedure_code == ON_THE_SPOT


def known(step: Step, ask: Ask, row: Case, now: datetime) -> Any:
    """Return what the case says already of what a step asks for; ``None`` if nothing."""
    if ask.name == "at":
        return now.isoformat()
    if ask.into is Into.CASE:
        found = getattr(row, ask.name, None)
        if found is not None:
            return found
        if ask.name in _TODAY.get(row.procedure_code, ("found_on",)):
            return localtime(now).date().isoformat()
        # nothing is confiscated on the spot (CF 51); a fine that nobody proposed yet is left open
        return 0 if is_straight(row) and ask.name == "confiscated_fen" else None
    if ask.name == "facts":
        return row.facts
    if ask.name == "findings" and step.event == "inspection":
        return row.facts
    if ask.name == "softer":
        # said when the measure was asked for
        asked = row.events.filter(type="approval").order_by("-at", "-number").first()
        return asked.words.get("softer") if asked else None
    if ask.name == "place" and is_straight(row):
        return row.party.address
    return None


def phrases(step: Step, ask: Ask, row: Case) -> tuple[str, ...]:
    """Return words to put into a field with one touch."""
    if not is_straight(row):
        return ()
    if (step.event, ask.name) == ("inspection", "findings"):
        matter = row.item.name.removeprefix("对").removesuffix("的行政处罚").removesuffix("的处罚")
        return (f"执法人员两人到场，出示执法证件，说明来意。现场查实：当事人有{matter}的行为，事实清楚，当事人在场。",)
    return _PHRASES.get((step.event, ask.name), ())


def folded(step: Step, row: Case, answers: Mapping[str, Any], wrong: Mapping[str, Any]) -> frozenset[str]:
    """
    Return the names of what a form shows folded: what need not be answered and is not, and on the spot what is known.

    What the rules of discretion look at stays open, and so does whatever is wrong.
    """
    spare = [ask for ask in step.asks if not ask.required and ask.options != "tiers" and ask.name != "credential_shown"]
    empty = [ask.name for ask in spare if answers.get(ask.name) in (None, "", [], ())]
    found = set(empty) if len(step.asks) > _FEW else set()
    if is_straight(row):
        found |= {ask.name for ask in step.asks if ask.name in _ROUTINE and answers.get(ask.name) not in (None, "")}
    return frozenset(found - set(wrong))
