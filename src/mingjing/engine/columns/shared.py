"""SQL that the columns of several kinds share."""

from mingjing.engine.context import Context


def three(condition: str) -> str:
    """The status of a condition that may be unknown."""
    return f"CASE WHEN ({condition}) IS NULL THEN 3 WHEN {condition} THEN 1 ELSE 2 END"


def so_far(context: Context, moment: str) -> str:
    """A moment, or null where it lies after the day of evaluation."""
    return f"CASE WHEN {moment} < {context.horizon} THEN {moment} END"


def hundredths(context: Context, name: str, *, day: str, agency: str) -> str:
    """A percentage as a whole number of hundredths of a percent."""
    return f"CAST({context.parameter(name, day=day, agency=agency, multiply=100)} AS BIGINT)"
