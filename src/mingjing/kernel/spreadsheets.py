"""
Texts in CSV files that a spreadsheet would take for formulas: guarded with an apostrophe, and read back as they were.

What already begins with apostrophes before such a sign gets one more, so that taking one away restores every text.
"""

from typing import Final

BEGINS_A_FORMULA: Final = ("=", "+", "@", "\t", "\r", "\n", "＝", "＋", "－", "\uff20", "-")
GUARD: Final = "'"
GUARDED: Final = f"^{GUARD}({GUARD}*[{''.join(BEGINS_A_FORMULA)}])"
"""A guarded text, as a pattern of RE2 (Arrow): what stands behind the guard is its first group."""


def guarded(text: str) -> str:
    """Return a text as a cell of a CSV file: with a guard where a spreadsheet would compute it."""
    return f"{GUARD}{text}" if text.lstrip(GUARD).startswith(BEGINS_A_FORMULA) else text
