"""What the kinds of rule beyond one case share: statuses, parameters as numbers, days in words, what a rule needs."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from mingjing.domain.rules.facts import Case, Event, FactBase, Key
from mingjing.domain.rules.model import Reckoning, Status
from mingjing.kernel.moments import Moment, moment_of

HOLDS: Final = Reckoning(Status.HOLDS)
NOT_EVALUATED: Final = Reckoning(Status.NOT_EVALUATED)


def status_of(kept: bool | None) -> Status:
    """Turn kept, broken or unknown into a status."""
    return Status.NOT_EVALUATED if kept is None else Status.HOLDS if kept else Status.BROKEN


def whole(value: object) -> int | None:
    """Read a parameter that is a whole number; ``None`` where none is set."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def exact(value: object) -> Fraction | None:
    """Read a parameter that is a number, without rounding; ``None`` where none is set."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Fraction(str(value))


def code_of(moment: Moment | None) -> int | None:
    """Return the code of a moment that may be missing."""
    return None if moment is None else moment.code


def day_text(code: int | None) -> str:
    """Write the day of a moment code."""
    return "（日期不详）" if code is None else moment_of(code).day.isoformat()


def hour_text(code: int | None) -> str:
    """Write the day of a moment code, and its hour where it is known."""
    return "（时间不详）" if code is None else moment_of(code).isoformat()


def least(keys: Iterable[Key]) -> Key:
    """Return the least of some keys, numbers before texts."""
    return min(keys, key=rank)


def rank(key: Key) -> tuple[bool, Key]:
    """Order keys of one kind of source: numbers, or texts."""
    return isinstance(key, str), key


def penalty_decision(case: Case, base: FactBase) -> Event | None:
    """Return the latest effective penalty decision up to the day of evaluation."""
    if case.kind != "penalty":
        return None
    decisions = [
        event for event in base.case_events.get(case.id, ()) if event.type == "decision" and event.is_effective
    ]
    return decisions[-1] if decisions else None


def need(text: str) -> frozenset[str]:
    """Read ``table: column column; table: column`` into the tables and columns that a rule needs."""
    found: set[str] = set()
    for part in text.split(";"):
        table, _, columns = part.partition(":")
        if not table.strip():
            continue
        found |= {table.strip(), *(f"{table.strip()}.{column}" for column in columns.split())}
    return frozenset(found)


VISIT: Final = "inspections: inspection_id started_at; "
VISITORS: Final = "inspection_officers: inspection_id officer_id; officers: officer_id; "
ROLES: Final = "officer_roles: officer_id role from until; "
CREDENTIALS: Final = "credentials: officer_id valid_from valid_until suspended_from suspended_until revoked_on; "
DECISIONS: Final = "cases: case_id kind; events: case_id type at outcome; "


def so_far(moment: Moment | None, base: FactBase) -> Moment | None:
    """Return a moment unless it lies after the day of evaluation: then it is not known yet."""
    return None if moment is None or moment.day > base.as_of else moment


def lies_ahead(moment: Moment | None, base: FactBase) -> bool:
    """Say whether a moment lies after the day of evaluation."""
    return moment is not None and moment.day > base.as_of


def hundredths(value: object) -> int | None:
    """Read a percentage as hundredths of a percent, so that shares compare as whole numbers."""
    number = exact(value)
    return None if number is None else int(number * 100)


def percent_text(value: int | None) -> str:
    """Write hundredths of a percent: 5%, 4.88%."""
    if value is None:
        return "（不详）"
    whole_part, rest = divmod(value, 100)
    return f"{whole_part}.{rest:02d}%" if rest else f"{whole_part}%"


def share_text(part: int, total: int) -> str:
    """Write a share as a percentage, rounded to hundredths: 4.88%."""
    return percent_text((2 * 10_000 * part + total) // (2 * total))


def yuan(fen: int | None) -> str:
    """Write an amount in yuan without needless zeros."""
    if fen is None:
        return "（不详）"
    units, rest = divmod(fen, 100)
    return f"{units:,}.{rest:02d}" if rest else f"{units:,}"
