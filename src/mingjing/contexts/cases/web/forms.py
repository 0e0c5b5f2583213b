"""The form of a step, made of what the step asks for; and the small forms of the case page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.timezone import localtime

from mingjing.contexts.cases.models import Case, Draft, Event
from mingjing.contexts.cases.usecases.steps import Given
from mingjing.contexts.cases.web import suggest
from mingjing.contexts.cases.web.look import moment_of
from mingjing.domain.discretion.benchmarks import Tier
from mingjing.domain.procedures.model import Ask, AskKind, Duty, Part, Step

_PRESET: Final = {Duty.REVIEW: "reviewer", Duty.APPROVE: "approver", Duty.PRESIDE: "chair"}
"""Roles that whoever acts has by acting; the form does not ask for them."""
_FEW: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may be chosen for a part."""

    code: str
    name: str
    note: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartField:
    """A part that people take: who is near (handlers, who is chosen already) and who else there is."""

    name: str
    label: str
    least: int
    near: tuple[Person, ...]
    others: tuple[Person, ...]

    @property
    def taken(self) -> bool:
        """Whether somebody is chosen."""
        return any(one.chosen for one in (*self.near, *self.others))


class StepForm(forms.Form):
    """
    The fields of a step. What is written is judged by the domain, not here: a draft may be incomplete.

    ``wrong`` are the words of the domain for each field.
    """

    prefix = "a"

    def __init__(
        self,
        *,
        step: Step,
        answers: Mapping[str, Any],
        tiers: Sequence[Tier] = (),
        wrong: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(data={f"a-{name}": value for name, value in answers.items()})
        for ask in step.asks:
            self.fields[ask.name] = _field(ask, tiers)
        self._errors = ErrorDict()
        for name, words in (wrong or {}).items():
            if name in self.fields:
                self._errors[name] = self.error_class(words, renderer=self.renderer)

    def parted(
        self, folded: Iterable[str], phrases: Mapping[str, Sequence[str]]
    ) -> tuple[list[tuple[forms.BoundField, Sequence[str]]], list[forms.BoundField]]:
        """Return the fields that stand open, each with words to choose from, and those that are folded away."""
        away = set(folded)
        near = [(self[name], phrases.get(name, ())) for name in self.fields if name not in away]
        return near, [self[name] for name in self.fields if name in away]


def _field(ask: Ask, tiers: Sequence[Tier]) -> forms.Field:
    given: dict[str, Any] = {"label": ask.label, "required": ask.required, "help_text": ask.help}
    match ask.kind:
        case AskKind.TEXT:
            return forms.CharField(max_length=512, **given)
        case AskKind.LONG_TEXT:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **given)
        case AskKind.DAY:
            return forms.CharField(widget=forms.TextInput(attrs={"type": "date"}), **given)
        case AskKind.MOMENT:
            return forms.CharField(widget=forms.TextInput(attrs={"type": "datetime-local"}), **given)
        case AskKind.FEN:
            given["label"] = f"{ask.label}（元）"
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **given)
        case AskKind.WHOLE:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **given)
        case AskKind.FLAG:
            return forms.ChoiceField(choices=(("true", "是"), ("false", "否")), widget=forms.RadioSelect, **given)
        case AskKind.CHOICE:
            return _choice(ask, tiers, given)
        case AskKind.CHOICES:
            return forms.MultipleChoiceField(choices=ask.choices, widget=forms.CheckboxSelectMultiple, **given)


def _choice(ask: Ask, tiers: Sequence[Tier], given: dict[str, Any]) -> forms.Field:
    choices = list(ask.choices)
    if ask.options == "tiers":
        choices = [(one.name, f"{one.name}（{one.fine.label if one.fine else '不罚款'}）") for one in tiers]
    if ask.required and len(choices) <= _FEW:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **given)
    return forms.ChoiceField(choices=[("", "请选择"), *choices], **given)


def shown_answers(step: Step, row: Case, draft: Draft, now: datetime) -> dict[str, Any]:
    """Return what the form shows: what was saved, else what the case says already, else now."""
    found: dict[str, Any] = {}
    fresh = draft.version == 1
    for ask in step.asks:
        value = draft.answers.get(ask.name)
        if value in (None, "") and fresh:
            value = suggest.known(step, ask, row, now)
        if value not in (None, "", []):
            found[ask.name] = _shown(ask, value)
    return found


def _shown(ask: Ask, value: Any) -> Any:
    match ask.kind:
        case AskKind.MOMENT:
            moment = moment_of(value)
            return localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment else value
        case AskKind.FEN if isinstance(value, int):
            return f"{value // 100}" if value % 100 == 0 else f"{value / 100:.2f}"
        case AskKind.FLAG:
            return "true" if value in (True, "true") else "false"
        case AskKind.DAY:
            return str(value)
        case _:
            return value


def asked_parts(step: Step) -> tuple[Part, ...]:
    """Return the parts for which the form asks people; who acts or agrees names himself by doing so."""
    mine = _PRESET.get(step.duty)
    return tuple(
        one for one in step.parts if one.role != mine and not (one.role == "approver" and step.endorsed is not None)
    )


def part_fields(
    step: Step,
    people: Iterable[tuple[str, str]],
    candidates: Sequence[Any],
    handlers: Iterable[str],
    assistants: Sequence[Any] = (),
) -> tuple[PartField, ...]:
    """Return the fields for people: near are the handlers and whoever is chosen already; nobody is asked for where nobody is."""
    chosen: dict[str, set[str]] = {}
    for role, code in people:
        chosen.setdefault(role, set()).add(code)
    mine = set(handlers)
    found = []
    for part in asked_parts(step):
        offered = assistants if part.role == "assistant" else candidates
        if part.role == "assistant" and not offered:
            continue
        picked = chosen.get(part.role, set())
        persons = [
            Person(code=one.code, name=one.name, note=one.position or one.unit.short_name, chosen=one.code in picked)
            for one in offered
        ]
        close = mine | picked if part.role in ("handler", "server", "recorder") else picked
        near = tuple(one for one in persons if one.code in close)
        others = tuple(one for one in persons if one.code not in close)
        found.append(PartField(name=f"p-{part.role}", label=part.label, least=part.least, near=near, others=others))
    return tuple(found)


def read_given(step: Step, draft: Draft, post: QueryDict) -> Given:
    """Read what a form of a step sends."""
    answers: dict[str, object] = {}
    for ask in step.asks:
        name = f"a-{ask.name}"
        value: object = post.getlist(name) if ask.kind is AskKind.CHOICES else post.get(name, "").replace("\x00", "")
        answers[ask.name] = value
    asked = {part.role for part in asked_parts(step)}
    people = [(role, code) for role, code in draft.people if role not in asked]
    for part in asked_parts(step):
        people += [(part.role, code) for code in post.getlist(f"p-{part.role}") if code]
    reasons = {name[2:]: str(value).strip() for name, value in post.items() if name.startswith("r-")}
    return Given(
        answers=answers,
        people=list(dict.fromkeys(people)),
        outcome=post.get("outcome", ""),
        about=post.get("about", ""),
        reasons={rule: words for rule, words in reasons.items() if words},
    )


def given_of(draft: Draft, answers: Mapping[str, Any] | None = None) -> Given:
    """Return what a draft holds as what is given with a step."""
    return Given(
        answers=draft.answers if answers is None else answers,
        people=[(role, code) for role, code in draft.people],
        outcome=draft.outcome,
        about=draft.about,
        reasons=draft.reasons,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field of which two people wrote different things."""

    label: str
    mine: str
    theirs: str


def differences(step: Step, mine: Given, theirs: Draft) -> list[Difference]:
    """Compare what somebody wrote with what another saved meanwhile."""
    found = []
    for ask in step.asks:
        one, other = _plain(mine.answers.get(ask.name)), _plain(theirs.answers.get(ask.name))
        if one != other:
            found.append(Difference(label=ask.label, mine=one, theirs=other))
    named = {part.role: part.label for part in step.parts}
    for role, label in named.items():
        one = "、".join(sorted(code for each, code in mine.people if each == role))
        other = "、".join(sorted(code for each, code in theirs.people if each == role))
        if one != other:
            found.append(Difference(label=label, mine=one, theirs=other))
    return found


def _plain(value: Any) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value)
    moment = moment_of(value) if isinstance(value, str) and "T" in value else None
    return f"{moment:%Y-%m-%d %H:%M}" if moment else str(value)


def about_fields(events: Sequence[Event], labels: Mapping[str, str], chosen: str) -> list[tuple[str, str, bool]]:
    """Return the earlier steps that a step can be about: code, words, whether it is chosen."""
    return [
        (
            one.code,
            f"{labels.get(one.step, one.step)}（{localtime(one.at):%Y-%m-%d}）",
            one.code == chosen or (not chosen and at == 0),
        )
        for at, one in enumerate(events)
    ]
