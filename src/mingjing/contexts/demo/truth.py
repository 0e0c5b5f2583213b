"""What was planted on purpose: which rule is broken, for which subject."""

from dataclasses import dataclass, field

import numpy as np

from mingjing.contexts.demo.days import Ints, Mask


@dataclass(slots=True)
class Plants:
    """
    Choose the rows to be broken, at most one breach a row, and keep the list of them.

    ``share`` of the rows of a family are broken, spread over its ``rules``; each rule that can be broken at all is
    broken once at least.
    """

    rng: np.random.Generator
    rows: int
    share: float
    rules: int
    taken: Mask
    planted: list[tuple[str, Ints]] = field(default_factory=list)

    def choose(
        self,
        eligible: Mask,
        *rules: str,
        weight: float = 1.0,
        rng: np.random.Generator | None = None,
        among: int | None = None,
    ) -> Mask:
        """
        Choose rows among the ``eligible`` that are still whole, and note the ``rules`` that they will break.

        By other dice if given; ``among`` so many rules the breaches are spread, if not over those of the family.
        """
        chosen = np.zeros(self.rows, bool)
        places = np.flatnonzero(eligible & ~self.taken)
        wanted = round(self.share * self.rows * weight / (among or self.rules))
        count = min(len(places), max(1, wanted)) if self.share > 0 else 0
        if count:
            picks = np.sort((rng or self.rng).choice(places, count, replace=False))
            chosen[picks] = True
            self.taken |= chosen
            for rule in rules:
                self.note(rule, picks)
        return chosen

    def note(self, rule: str, places: Ints) -> None:
        """Note that the rule is broken for these rows."""
        if len(places):
            self.planted.append((rule, np.asarray(places, np.int64)))


def plants(rng: np.random.Generator, rows: int, share: float, rules: int) -> Plants:
    """Begin the choosing for a family of ``rows`` subjects and so many ``rules``."""
    return Plants(rng, rows, share, rules, np.zeros(rows, bool))
