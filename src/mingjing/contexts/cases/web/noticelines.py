"""How what bodies of justice were told, and made of it, is shown: on the case page and on their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.cases.models import JusticeResult, Notice
from mingjing.contexts.ui.components import Badge, Tone
from mingjing.law.citations import cite


def standing(row: Notice) -> Badge:
    """Say in a word what the body made of it."""
    latest = row.results.all()[::-1][:1]
    return (
        Badge(text=latest[0].means.label, tone=Tone.INFO) if latest else Badge(text="待登记结果", tone=Tone.ATTENTION)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """A result as pages show it; ``href`` leads to where the agency records what it did."""

    row: JusticeResult
    by: str
    handler: str
    citation: str
    href: str


def result_lines(row: Notice, names: dict[str, str], *, handles: bool = False) -> list[ResultLine]:
    """Show the results of a notice."""
    return [
        ResultLine(
            row=one,
            by=names.get(one.recorded_by, one.recorded_by),
            handler=names.get(one.handled_by, one.handled_by),
            citation=cite(one.means.citation).label,
            href=reverse("cases_handle_result", args=[row.case.code, one.pk]) if handles and one.waits else "",
        )
        for one in row.results.all()
    ]


def lines_of(rows: Sequence[Notice], *, handles: bool) -> list[tuple[Notice, Badge, list[ResultLine]]]:
    """Show the notices of a case on its page."""
    names = names_of(
        code for row in rows for one in row.results.all() for code in (one.recorded_by, one.handled_by) if code
    )
    return [(row, standing(row), result_lines(row, names, handles=handles)) for row in rows]
