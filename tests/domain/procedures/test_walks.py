"""Random walks over every procedure: a decision with an unmet gate is never reached."""

from random import Random

import pytest

from mingjing.domain.procedures.library import procedures
from tests.domain.procedures.walking import BrokenError, shortest, walk

PLACES = ("370831", "370902", "371100", "370812")
"""Places that decided differently what a gate does: Sishui, Taishan, Rizhao, Yanzhou."""
MOVES = 45


def walks(code: str, count: int) -> tuple[int, int, int]:
    """Walk so many times; return how many moves were made, how many refused, and in how many a final decision was reached."""
    procedure = procedures()[code]
    made = refused = decided = 0
    for number in range(count):
        chance = Random(f"{code}-{number}")
        place, seed = PLACES[number % len(PLACES)], chance.randrange(1 << 30)
        moves = [chance.randrange(1 << 30) for _ in range(MOVES)]
        try:
            done = walk(procedure, place, seed, moves)
        except BrokenError as error:
            pytest.fail(shortest(procedure, place, seed, moves) or str(error))
        made += len(done.trace)
        refused += done.refused
        decided += any(event.type in ENDS and event.is_effective for event in done.view.events)
    return made, refused, decided


ENDS = (
    "decision",
    "grant",
    "refusal",
    "seizure",
    "freezing",
    "execution",
    "closing",
    "court_application",
    "persuasion",
)


@pytest.mark.parametrize("code", procedures())
def test_no_way_leads_past_a_gate(code: str) -> None:
    made, _, decided = walks(code, 12)
    assert made > 12
    assert decided > 0, "no walk came to what the gates are for"


@pytest.mark.slow
@pytest.mark.parametrize("code", procedures())
def test_no_way_of_many_leads_past_a_gate(code: str) -> None:
    made, _, decided = walks(code, 400)
    assert made > 400
    assert decided > 20
