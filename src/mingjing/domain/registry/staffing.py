"""Enough reviewers, enough recorders: ratios with what is missing, by the place's figures."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from mingjing.law import parameters
from mingjing.law.citations import Citation

_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How many there are for how many, what the place asks for, and how many are missing."""

    have: int
    base: int
    wanted_percent: int
    needed: int
    severity: str
    citation: Citation

    @property
    def met(self) -> bool:
        """Say whether there are enough."""
        return self.have >= self.needed

    @property
    def shortage(self) -> int:
        """How many are missing."""
        return max(0, self.needed - self.have)

    @property
    def percent(self) -> str:
        """The share in percent, with at most two digits; a dash where there is no base."""
        if not self.base:
            return "—"
        share = Fraction(self.have * _PERCENT, self.base)
        text = f"{float(share):.2f}".rstrip("0").rstrip(".")
        return f"{text}%"


def reviewer_ratio(*, officers: int, reviewers: int, place: str, on: date) -> Ratio | None:
    """
    Return the ratio of legal reviewers to officers of an agency; ``None`` where nothing asks for one.

    Of n officers the least number is p % of n, rounded up. ``severity`` says how hard the place means it.

    Source: 国办发〔2018〕118号; RZ-37; SS-33.
    """
    wanted = parameters.get("legal_reviewer.ratio").at(on, place)
    hard = parameters.get("legal_reviewer.severity").at(on, place)
    if wanted is None:
        return None
    return Ratio(
        have=reviewers,
        base=officers,
        wanted_percent=wanted.whole,
        needed=-(-officers * wanted.whole // _PERCENT),
        severity=hard.text if hard else "warn",
        citation=wanted.citation,
    )


def recorder_ratio(*, officers: int, recorders: int, place: str, on: date) -> Ratio | None:
    """
    Return the ratio of working recorders to front-line officers; ``None`` where nothing says what is enough.

    Source: TS-11; YZ-25.
    """
    wanted = parameters.get("equipment.recorder.ratio").at(on, place)
    if wanted is None:
        return None
    return Ratio(
        have=recorders,
        base=officers,
        wanted_percent=wanted.whole,
        needed=-(-officers * wanted.whole // _PERCENT),
        severity="warn",
        citation=wanted.citation,
    )


def allocate(seats: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """
    Allocate seats in proportion to weights by the largest remainder; ties go to the earlier.

    Source: TS-55.
    """
    total = sum(weights)
    if seats <= 0 or total <= 0:
        return tuple(0 for _ in weights)
    whole = [seats * weight // total for weight in weights]
    rest = [seats * weight % total for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-rest[place], place))
    for place in order[: seats - sum(whole)]:
        whole[place] += 1
    return tuple(whole)
