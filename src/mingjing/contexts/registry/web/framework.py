"""
One way to show a thing of a register: its particulars, what belongs to it, its history, and what can be done with it.

A register declares a :class:`Thing`; :class:`ThingPage` shows it and :class:`ActPage` does its acts. An act is a form
over one use case.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.records import queries as log
from mingjing.contexts.registry.words import ACTS
from mingjing.contexts.ui.components import Badge, Crumb, Event, Fact, Step, Tone
from mingjing.contexts.ui.errors import StaleError
from mingjing.contexts.ui.web.pages import Page
from mingjing.kernel.errors import DomainError

BUTTONS: Final = 3
"""Acts that are buttons; further ones stand in a list that opens."""
LATEST: Final = 12
"""Entries of the log on a page, unless all are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page: facts, or a small table, or steps, or a timeline."""

    title: str
    icon: str = ""
    note: str = ""
    facts: Sequence[Fact] = ()
    heads: Sequence[str] = ()
    lines: Sequence[Sequence[object]] = ()
    empty: str = ""
    steps: Sequence[Step] = ()
    events: Sequence[Event] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A value that leads somewhere, in a small table."""

    text: object
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something at the head of a page that must not be missed."""

    text: str
    title: str = ""
    tone: Tone = Tone.ATTENTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Something that an act shows this once, and that no address leads to."""

    title: str
    text: str
    note: str


type Run = Callable[[Actor, datetime, Any, dict[str, Any]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """
    An act on a thing: a form and one use case.

    ``run`` gets actor, moment, row and the clean values; an address that it returns is where to go then, and a
    :class:`Shown` is shown this once. ``when`` says whether the act
    makes sense for the row now; whether it is allowed, the use case decides. Whom ``known`` leaves out finds no such act.
    """

    name: str
    label: str
    permission: str
    form: Callable[[Actor, Any], forms.Form]
    run: Run
    icon: str = "edit"
    explain: str = ""
    when: Callable[[Any], bool] = lambda _: True
    known: Callable[[Actor, Any], bool] = lambda _actor, _row: True
    grave: bool = False
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A kind of thing of a register, as pages show it."""

    name: str
    label: str
    list_label: str
    permission: str
    fetch: Callable[[Actor, str], Any]
    title: Callable[[Any], str]
    badge: Callable[[Any, date], Badge | None]
    sections: Callable[[Any, Actor, date], Iterable[Section]]
    notices: Callable[[Any, Actor, date], Iterable[Notice]] = lambda _row, _actor, _day: ()
    acts: Sequence[Act] = ()
    key: str = "code"
    address: Callable[[Any], str] | None = None
    """Where a thing is to be seen that has no page of its own."""
    list_name: str = ""
    """The name of the address of the list, where it is not ``registry_<name>_list``."""
    subjects: Callable[[Any], Sequence[str]] = lambda _: ()
    named: dict[str, Act] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.named.update({act.name: act for act in self.acts})

    def href(self, row: Any) -> str:
        """Return where a thing is to be seen."""
        return self.address(row) if self.address else reverse(f"registry_{self.name}", args=[getattr(row, self.key)])

    @property
    def list_href(self) -> str:
        """The address of the list."""
        return reverse(self.list_name or f"registry_{self.name}_list")

    def act_href(self, row: Any, act: str) -> str:
        """Return the address of an act."""
        return reverse(f"registry_{self.name}_act", args=[getattr(row, self.key), act])


def history(
    subjects: Sequence[str], *, limit: int = 50, room: str = "registry", acts: Mapping[str, str] = ACTS
) -> list[Event]:
    """Return what the log has of some subjects, the latest first; ``acts`` names those of a ``room``."""
    if not subjects:
        return []
    rows = log.doings(*subjects, most=limit)
    names = names_of({row.actor for row in rows})
    return [
        Event(
            at=row.at,
            title=acts.get(row.act.removeprefix(f"{room}."), row.act),
            who=names.get(row.actor, row.actor),
            text=row.reason,
        )
        for row in rows
    ]


class ThingPage(Page[Actor]):
    """The page of one thing."""

    thing: ClassVar[Thing]
    template_name = "registry/thing.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label=self.thing.list_label, href=self.thing.list_href)]

    def context(self) -> dict[str, object]:
        """Return the parts of the page."""
        row = self.thing.fetch(self.actor, str(self.kwargs["code"]))
        sections = list(self.thing.sections(row, self.actor, self.today))
        most = 500 if self.request.GET.get("history") == "all" else LATEST
        events = history(self.thing.subjects(row), limit=most + 1)
        acts = [
            (act, self.thing.act_href(row, act.name))
            for act in self.thing.acts
            if self.actor.may(act.permission) and act.when(row) and act.known(self.actor, row)
        ]
        return {
            "title": self.thing.title(row),
            "badge": self.thing.badge(row, self.today),
            "notices": list(self.thing.notices(row, self.actor, self.today)),
            "main": [one for one in sections if not one.wide],
            "wide": [one for one in sections if one.wide],
            "events": events[:most],
            "earlier": len(events) > most,
            "acts": acts[:BUTTONS] if len(acts) > BUTTONS + 1 else acts,
            "more": acts[BUTTONS:] if len(acts) > BUTTONS + 1 else [],
        }


class ActPage(Page[Actor]):
    """The page of one act: the form, then the use case; a refusal stands above the form, with what was filled in."""

    thing: ClassVar[Thing]
    template_name = "registry/act.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the thing."""
        return [
            Crumb(label=self.thing.list_label, href=self.thing.list_href),
            Crumb(label=self.thing.title(self.row), href=self.thing.href(self.row)),
        ]

    def _open(self) -> Act:
        act = self.thing.named.get(str(self.kwargs["act"]))
        if act is None:
            raise MissingError("没有这项办理事项。")
        self.row = self.thing.fetch(self.actor, str(self.kwargs["code"]))
        if not act.known(self.actor, self.row):
            raise MissingError("没有这项办理事项。")
        return act

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        act = self._open()
        return self._show(act, act.form(self.actor, self.row))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Do the act, or say why not."""
        act = self._open()
        made = act.form(self.actor, self.row)
        form = _bound(made, request)
        if not form.is_valid():
            return self._show(act, form, status=422)
        try:
            version = int(request.POST.get("version") or 0)
        except ValueError:
            version = 0
        if version and version != getattr(self.row, "version", version):
            return self._show(act, form, refused=StaleError(), status=409)
        try:
            target = act.run(self.actor, self.now, self.row, form.cleaned_data)
        except DomainError as error:
            if error.code in ("accounts.forbidden", "accounts.missing"):
                raise
            return self._show(act, form, refused=error, status=409 if error.code == "ui.stale" else 422)
        if isinstance(target, Shown):
            answer = self.show(
                "registry/secret.html",
                title=target.title,
                secret=target.text,
                note=target.note,
                back=self.thing.href(self.row),
            )
            answer["Cache-Control"] = "no-store"
            return answer
        messages.success(request, act.done or f"已办理：{act.label}。")
        return HttpResponseRedirect(target if isinstance(target, str) else self.thing.href(self.row))

    def _show(
        self, act: Act, form: forms.Form, *, refused: DomainError | None = None, status: int = 200
    ) -> HttpResponse:
        return self.show(
            status=status,
            title=act.label,
            act=act,
            form=form,
            refused=refused,
            version=getattr(self.row, "version", 0),
            back=self.thing.href(self.row),
            multipart=form.is_multipart(),
            needs=[Fact(label=self.thing.label, value=self.thing.title(self.row))],
        )


class NewPage(Page[Actor]):
    """The page that enters a new thing. Give ``thing``, ``label``, :meth:`make` (the form) and :meth:`run`."""

    thing: ClassVar[Thing]
    label: ClassVar[str] = ""
    explain: ClassVar[str] = ""
    template_name = "registry/act.html"

    def make(self) -> forms.Form:
        """Return the empty form."""
        raise NotImplementedError

    def run(self, values: dict[str, Any]) -> Any:
        """Call the use case; return the row."""
        raise NotImplementedError

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label=self.thing.list_label, href=self.thing.list_href)]

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        return self._show(self.make())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Enter it, or say why not."""
        form = _bound(self.make(), request)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            row = self.run(form.cleaned_data)
        except DomainError as error:
            if error.code in ("accounts.forbidden", "accounts.missing") and "unit" not in form.fields:
                raise
            return self._show(form, refused=error, status=422)
        messages.success(request, f"已{self.label}。")
        return HttpResponseRedirect(self.target(row))

    def target(self, row: Any) -> str:
        """Return where to go then."""
        return self.thing.href(row)

    def _show(self, form: forms.Form, *, refused: DomainError | None = None, status: int = 200) -> HttpResponse:
        return self.show(
            status=status,
            title=self.label,
            act={"label": self.label, "explain": self.explain, "grave": False},
            form=form,
            refused=refused,
            version=0,
            back=self.thing.list_href,
            multipart=form.is_multipart(),
            needs=[],
        )


def _bound(form: forms.Form, request: HttpRequest) -> forms.Form:
    form.is_bound = True
    form.data, form.files = request.POST, request.FILES
    return form


# Forms made of few words: each act names its fields.


def day(label: str, help_text: str = "", *, required: bool = True, initial: object = None) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        initial=initial,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def words(
    label: str, help_text: str = "", *, required: bool = True, longest: int = 256, initial: str = ""
) -> forms.CharField:
    """A field for a line of text."""
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=longest, initial=initial)


def text(label: str, help_text: str = "", *, required: bool = True, initial: str = "") -> forms.CharField:
    """A field for some lines of text."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        initial=initial,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def choice(
    label: str,
    choices: Iterable[tuple[str, str]],
    help_text: str = "",
    *,
    required: bool = True,
    initial: object = None,
) -> forms.ChoiceField:
    """A field for one of some values."""
    given = [("", "请选择")] + [pair for pair in choices if pair[0]]
    return forms.ChoiceField(label=label, choices=given, help_text=help_text, required=required, initial=initial)


def flag(label: str, help_text: str = "", *, initial: bool = False) -> forms.BooleanField:
    """A field for yes or no."""
    return forms.BooleanField(label=label, help_text=help_text, required=False, initial=initial)


def number(label: str, help_text: str = "", *, required: bool = True, initial: object = None) -> forms.DecimalField:
    """A field for a number."""
    return forms.DecimalField(
        label=label, help_text=help_text, required=required, initial=initial, min_value=0, max_digits=8
    )


def form_of(fields: Mapping[str, forms.Field]) -> forms.Form:
    """Make an unbound form of fields."""
    made = forms.Form()
    made.fields.update(dict(fields))
    return made


def asks(**fields: Callable[[Any], forms.Field]) -> Callable[[Actor, Any], forms.Form]:
    """Return what makes the form of an act: each field a function of the row."""
    return lambda _actor, row: form_of({name: make(row) for name, make in fields.items()})


def no_fields(_actor: Actor, _row: object) -> forms.Form:
    """Make the form of an act that asks nothing but to be sure."""
    return form_of({})


def units_of(actor: Actor, permission: str) -> list[tuple[str, str]]:
    """Return the units over which the actor has a permission, as choices."""
    scope = actor.scope(permission)
    if not scope:
        return []
    rows = Unit.objects.filter(scope.condition(Unit.scope_fields)).order_by("path").values_list("code", "name")[:2000]
    return list(rows)
