"""Keys of periods (``2026-10``, ``2026-Q3``, ``2026``) to days and words; pure."""

import re
from calendar import monthrange
from datetime import date

from mingjing.kernel.errors import DomainError


class PeriodError(DomainError):
    """A key that names no period."""

    code = "reports.period"


def days_of(key: str) -> tuple[date, date]:
    """
    Return the first and last day of a period.

    :raises PeriodError: if the key names none
    """
    found = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})))?", key)
    if found is None:
        raise PeriodError(f"“{key}”不是期间，请写成 2026-10、2026-Q3 或者 2026。")
    year = int(found[1])
    if not 2000 <= year <= 2100:
        raise PeriodError("年份不对。")
    if found[2]:
        last = 3 * int(found[2])
        return date(year, last - 2, 1), date(year, last, monthrange(year, last)[1])
    if found[3]:
        month = int(found[3])
        if not 1 <= month <= 12:
            raise PeriodError(f"没有 {month} 月。")
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def label_of(key: str) -> str:
    """
    Name a period as a circular does.

    :raises PeriodError: if the key names none
    """
    days_of(key)
    year, _, rest = key.partition("-")
    if rest.startswith("Q"):
        return f"{year}年第{'一二三四'[int(rest[1]) - 1]}季度"
    return f"{year}年{int(rest)}月" if rest else f"{year}年"


def month_key(day: date) -> str:
    """Return the key of a day's month."""
    return f"{day:%Y-%m}"


def quarter_key(day: date) -> str:
    """Return the key of a day's quarter."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
