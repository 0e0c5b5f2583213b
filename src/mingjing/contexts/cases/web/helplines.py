"""How requests for help are shown, on the case page and on the page of those who help."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import Help, HelpKind, HelpState
from mingjing.contexts.ui.components import Badge, Tone

_TONES: Final = {HelpState.ASKED: Tone.ATTENTION, HelpState.ACCEPTED: Tone.INFO, HelpState.ANSWERED: Tone.GOOD}


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """A request as pages show it, with what the viewer may do."""

    row: Help
    badge: Badge
    asker: str
    helper: str
    acts: Sequence[tuple[str, str]]


def line_of(actor: Actor, row: Help, names: dict[str, str]) -> HelpLine:
    """Show a request; ``names`` are those of users by code."""
    acts = []
    mine = row.helper_id == actor.user_id
    if row.kind == HelpKind.REVIEW and row.state == HelpState.ASKED and queries.may_accept(actor, row):
        acts.append(("接受", "accept"))
    if row.kind == HelpKind.ADVICE and row.state == HelpState.ASKED and mine:
        acts += [("答复", "answer"), ("不能答复", "decline")]
    if row.state in (HelpState.ASKED, HelpState.ACCEPTED) and queries.may_withdraw(actor, row):
        acts.append(("撤回", "withdraw"))
    return HelpLine(
        row=row,
        badge=Badge(text=row.get_state_display(), tone=_TONES.get(HelpState(row.state), Tone.PLAIN)),
        asker=names.get(row.asked_by, row.asked_by),
        helper=row.helper.name if row.helper else "",
        acts=[(label, reverse("cases_help_act", args=[row.code, act])) for label, act in acts],
    )


def lines_of(actor: Actor, rows: Sequence[Help]) -> list[HelpLine]:
    """Show requests."""
    names = names_of(one.asked_by for one in rows)
    return [line_of(actor, one, names) for one in rows]
