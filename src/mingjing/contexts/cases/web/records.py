"""Documents and recordings of a case, as its pages show them; both have pages of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases.models import Case
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.media import queries as media
from mingjing.contexts.media import subjects
from mingjing.contexts.media.models import Recording
from mingjing.contexts.ui.components import Badge, Tone
from mingjing.domain.procedures.model import Step

_TONES: Final = {DocumentState.DRAFT: Tone.ATTENTION, DocumentState.ISSUED: Tone.GOOD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document of a case."""

    name: str
    href: str
    number: str
    step: str
    step_code: str
    badge: Badge
    served: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A recording of a case."""

    shows: str
    href: str
    kind: str
    step: str
    step_code: str
    at: Any


def papers(rows: Iterable[Document], steps: Mapping[str, str]) -> list[Paper]:
    """Show documents of a case; ``steps`` name its steps by their code."""
    return [
        Paper(
            name=one.kind_data.name,
            href=reverse("document", args=[one.code]),
            number=one.number,
            step=steps.get(one.step, ""),
            step_code=one.step,
            badge=Badge(text=one.get_state_display(), tone=_TONES.get(DocumentState(one.state), Tone.PLAIN)),
            served=one.served_on,
        )
        for one in rows
    ]


def recordings(actor: Actor, row: Case, steps: Mapping[str, str]) -> list[Taken]:
    """Return the recordings of a case that the viewer may see, the latest first; at most some."""
    if not actor.may(media.SEE):
        return []
    return [_taken(one, steps) for one in media.latest_of_seen_subject(actor, f"case:{row.code}")]


def recordings_of_step(
    actor: Actor, row: Case, step: str, page: str | None
) -> tuple[Leaf[Recording] | None, list[Taken]]:
    """Return a page of the recordings of a step that the viewer may see, the latest first, and what it shows."""
    if not actor.may(media.SEE):
        return None, []
    leaf = Paginator(media.of_seen_step(actor, f"case:{row.code}", step), media.SHOWN).get_page(page)
    return leaf, [_taken(one, {step: ""}) for one in leaf]


def _taken(one: Recording, steps: Mapping[str, str]) -> Taken:
    return Taken(
        shows=one.shows,
        href=reverse("media_recording", args=[one.code]),
        kind=one.what.label,
        step=steps.get(one.step_code, "") or media.step_label(one.step_kind),
        step_code=one.step_code,
        at=one.started_at,
    )


def upload_href(actor: Actor, row: Case, step: str = "", place: str = "", *, handles: bool) -> str:
    """Return where the viewer adds a recording to a case; empty where he does not handle it, or records nothing."""
    if not handles or not actor.may("media.recording.add"):
        return ""
    given = {"subject": f"case:{row.code}", "step": step, "place": place}
    return f"{reverse('media_new')}?{urlencode({name: value for name, value in given.items() if value})}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shooting:
    """Taking photos for a step in its place: what the queue of the browser sends with each."""

    subject: str
    step: str
    shows: str
    place: str
    owner: str
    devices: Sequence[tuple[str, str]]
    href: str
    field: forms.BoundField


class _PhotoForm(forms.Form):
    photo = forms.FileField(label="拍照", required=False)


def shooting(actor: Actor, row: Case, code: str, step: Step, on: date, *, handles: bool) -> Shooting | None:
    """Return what it takes to photograph for a step; ``None`` where the viewer records nothing or has no device."""
    href = upload_href(actor, row, code, handles=handles)
    devices = media.devices_for(actor, on) if href else []
    if not devices:
        return None
    return Shooting(
        subject=f"case:{row.code}",
        step=f"{step.event}|{code}",
        shows=f"{step.label}：{row.party.name}"[:200],
        place=row.party.address,
        owner=actor.code,
        devices=devices,
        href=href,
        field=_PhotoForm()["photo"],
    )


def all_href(actor: Actor, row: Case) -> str:
    """Return the page of all recordings of a case."""
    known = subjects.kind_of("case") is not None and actor.may(media.SEE)
    return reverse("media_subject", args=["case", row.code]) if known else ""


def step_names(events: Sequence[Any], drafts: Sequence[Any], labels: Mapping[str, str]) -> dict[str, str]:
    """Name the steps of a case by their code."""
    return {one.code: labels.get(one.step, one.step) for one in (*events, *drafts)}
