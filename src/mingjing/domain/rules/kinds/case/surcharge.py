"""The additional fine for not paying in time."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.deadlines import Unit
from mingjing.domain.rules.facts import FactBase
from mingjing.domain.rules.kinds.case.steps import StepsKind, when_text
from mingjing.domain.rules.kinds.common import NOT_EVALUATED, whole, yuan
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import ADDITIONAL_FINE, PENALTY, CaseFacts, Served


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge(StepsKind):
    """
    The additional fine so far is not above so many percent of the fine for each day overdue, nor above the fine itself.

    Days are counted from the last day of payment, itself not counted; the latest additional fine tells the whole amount.
    Source: 行政处罚法（2021）第七十二条；行政强制法第四十五条.
    """

    name: ClassVar[str] = "range"
    label: ClassVar[str] = "幅度"
    looks_at: ClassVar[frozenset[str]] = frozenset({*ADDITIONAL_FINE.types, *PENALTY.types, "service"})

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        added, decided = subject.step(ADDITIONAL_FINE), subject.step(PENALTY)
        if subject.case.kind != "penalty" or added is None or decided is None:
            return NOT_APPLICABLE
        served = subject.moment(Served(PENALTY))
        assert served is not None
        rate = whole(subject.parameter("additional_fine.percent", added.at.day))
        if rate is None or subject.parameter("payment.days", served.day) is None:
            return NOT_APPLICABLE
        due = subject.last_day(served.day, "payment.days", Unit.CALENDAR_DAY, rolls=True)
        fine, amount = subject.case.fine_fen, added.amount_fen
        if due is None or fine is None or amount is None:
            return NOT_EVALUATED
        days = max((added.at.day - due).days, 0)
        most = min(fine * rate * days // 100, fine)
        return Reckoning(
            Status.BROKEN if amount > most else Status.HOLDS,
            values=(amount, most, days, added.at.code),
            evidence=(("events", added.id),),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        amount, most, days, at = reckoning.values
        return Words(
            expected=f"逾期{days}日，加处罚款累计不得超过{yuan(most)}元",
            observed=f"{when_text(at)}加处罚款累计{yuan(amount)}元",
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "cases.fine_fen", "events.amount_fen", "events.about_event_id"})

    def parameters(self) -> tuple[str, ...]:
        return ("additional_fine.percent", "payment.days")
