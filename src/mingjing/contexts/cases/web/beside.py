"""What stands beside a proposal: tier and range, lists that fit, the fines of like cases with this one among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from mingjing.contexts.cases import discretion
from mingjing.contexts.cases.models import Case
from mingjing.contexts.catalog.web.look import basis_label
from mingjing.contexts.ui.components import Chart, ChartKind, Series, Tone
from mingjing.domain.discretion.calculator import Assessment, Distribution, ListMatch, Match, distribution
from mingjing.kernel.money import in_yuan

_BARS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """An entry of a leniency list that fits: whether the proposal follows it, and the reason where it does not."""

    key: str
    label: str
    treatment: str
    basis: str
    followed: bool
    reason: str

    @property
    def slug(self) -> str:
        """The key as part of an id, without points."""
        return self.key.replace(".", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What stands beside a proposal."""

    found: Assessment
    basis: Sequence[str]
    fits: Sequence[ListLine]
    maybe: Sequence[ListMatch]
    like: Distribution | None
    chart: Chart | None
    fine: str
    within: bool | None
    """Whether the proposed fine lies within the proposed range; ``None`` where one of them is not known."""


def beside(row: Case, on: date, *, values: dict[str, Any], reasons: dict[str, str]) -> Shown | None:
    """Return what stands beside a proposal; ``values`` are the columns of the case with what is proposed."""
    tier = str(values.get("tier") or "")
    found = discretion.assessment(row, on, tier=tier)
    if found is None:
        return None
    fine = values.get("fine_fen")
    fine = fine if isinstance(fine, int) else None
    cases = discretion.like_cases(row.item.code, on, tier=tier, party=row.party.kind, without=row.pk)
    fines = [one.fine_fen for one in cases]
    spread = distribution(fines)
    fits = [
        _line(one, followed=discretion.followed(one.entry, values), reasons=reasons)
        for one in discretion.fitting(row, on)
    ]
    return Shown(
        found=found,
        basis=[basis_label(one) for one in found.basis],
        fits=fits,
        maybe=[one for one in found.lists if one.match is not Match.FITS],
        like=spread,
        chart=_chart(fines, fine, spread) if spread else None,
        fine=in_yuan(fine) if fine is not None else "",
        within=found.fine.contains(fine) if found.fine is not None and fine is not None else None,
    )


def spared(row: Case, on: date, *, reasons: dict[str, str]) -> list[ListLine]:
    """Return the entries of lists that spare the item of a case compulsory measures."""
    return [_line(one, followed=False, reasons=reasons) for one in discretion.sparing(row, on)]


def _line(one: discretion.Fitting, *, followed: bool, reasons: dict[str, str]) -> ListLine:
    return ListLine(
        key=one.key,
        label=f"{one.entry.list_label}第{one.entry.number}项“{one.entry.matter}”",
        treatment=one.entry.treatment,
        basis=one.entry.basis,
        followed=followed,
        reason=reasons.get(one.key, ""),
    )


def _chart(fines: list[int], mine: int | None, spread: Distribution) -> Chart:
    """How many like cases were fined how much, with this one among them."""
    low = min(spread.least, mine if mine is not None else spread.least)
    high = max(spread.most, mine if mine is not None else spread.most)
    width = max(1, -(-(high - low + 1) // _BARS))
    edges = [low + width * number for number in range(_BARS + 1)]
    bars = [(first, after) for first, after in pairwise(edges) if first <= high]
    counts = [sum(first <= fine < after for fine in fines) for first, after in bars]
    here = [int(mine is not None and first <= mine < after) for first, after in bars]
    labels = [f"{in_yuan(first)}起" for first, _ in bars]
    return Chart(
        name="like-cases",
        title="同类案件的罚款",
        labels=labels,
        series=[Series(name="同类案件", values=counts), Series(name="本案", values=here)],
        kind=ChartKind.STACK,
        unit="件",
        label_head="罚款",
        summary=spread.label + (f"本案{in_yuan(mine)}。" if mine is not None else ""),
        source=f"本系统近{discretion.MONTHS}个月同一事项、同一档次、同类当事人的已决案件",
        tones={"本案": Tone.ATTENTION},
    )
