"""The components, for templates: ``{% load ui %}``. What each is for stands in docs/ui.md and on ``/styleguide/``."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page as Leaf
from django.forms import BoundField, Form
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mingjing.contexts.ui import icons
from mingjing.contexts.ui.components import Badge, Chart, Event, Fact, Step, Tab, Tone

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon."""
    return icons.icon(name)


@register.simple_tag
def badge(text: object, tone: str = "plain") -> SafeString:
    """Show a state in a word or two; takes a :class:`Badge` too."""
    shown = text if isinstance(text, Badge) else Badge(text=str(text), tone=Tone(tone))
    return format_html('<span class="mj-badge mj-{}">{}</span>', shown.tone, shown.text)


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str = "") -> SafeString:
    """Draw the options of a choice, pairs of value and label: hundreds, where units or people are offered."""
    return SafeString("".join([_option(value, label, value == chosen) for value, label in choices]))


@lru_cache(maxsize=4096)
def _option(value: str, label: str, chosen: bool) -> SafeString:
    return format_html('<option value="{}"{}>{}</option>', value, SafeString(" selected") if chosen else "", label)


@register.simple_tag
def days_left(due_on: date | None, today: date) -> SafeString:
    """Say how long there is until a day, or how long it is over."""
    if due_on is None:
        return SafeString("")
    days = (due_on - today).days
    if days < 0:
        return badge(f"已超期 {-days} 天", Tone.BAD)
    if days == 0:
        return badge("今天到期", Tone.ATTENTION)
    return badge(f"还有 {days} 天", Tone.ATTENTION if days <= 3 else Tone.PLAIN)


@register.simple_block_tag(takes_context=True)
def page_head(context: Context, content: str, title: str = "", lead: str = "") -> SafeString:
    """Head a page: its way, its title, a sentence, and its acts as content."""
    given = {
        "title": title or context.get("title", ""),
        "lead": lead,
        "crumbs": context.get("crumbs", []),
        "acts": content if content.strip() else "",
        "shell": context.get("shell"),
    }
    return _render("page_head", given)


@register.simple_block_tag
def panel(
    content: str, title: str = "", icon: str = "", note: str = "", anchor: str = "", plain: bool = False
) -> SafeString:
    """Frame a part of a page; ``plain`` leaves out the inner space, for tables and lists."""
    return _render(
        "panel", {"title": title, "icon": icon, "note": note, "id": anchor, "plain": plain, "content": content}
    )


@register.simple_tag
def facts(rows: Iterable[Fact | tuple[str, object]]) -> SafeString:
    """Show a description list of :class:`Fact`, or of pairs of a label and a value."""
    made = [row if isinstance(row, Fact) else Fact(label=row[0], value=row[1]) for row in rows]
    return _render("facts", {"rows": made})


@register.simple_tag
def field(bound: BoundField, help: str = "") -> SafeString:  # noqa: A002
    """Show a field of a form: label, field, what is wrong, and help that opens beside it."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "") or type(widget).__name__.lower()
    given = {
        "field": bound,
        "kind": kind,
        "help": help or bound.help_text,
        "widget": _widget(bound, kind, described=bool(help or bound.help_text)),
        "group": kind == "radio" or type(widget).__name__ == "CheckboxSelectMultiple",
        "optional": not bound.field.required and not widget.is_hidden,
    }
    return _render("field", given)


@register.simple_tag
def form_fields(form: Form) -> SafeString:
    """Show all fields of a form, with a list of what is wrong above them."""
    parts = [
        form_errors(form),
        *(str(one) for one in form.hidden_fields()),
        *(field(one) for one in form.visible_fields()),
    ]
    return SafeString("".join(parts))


@register.simple_tag
def form_errors(form: Form) -> SafeString:
    """List what is wrong in a form, each with a link to its field."""
    return _render("form_errors", {"form": form}) if form.is_bound and form.errors else SafeString("")


@register.simple_block_tag
def help(content: str, title: str = "说明") -> SafeString:  # noqa: A001
    """Open an explanation in its place, without script."""
    return _render("help", {"title": title, "content": content})


@register.simple_tag
def timeline(events: Sequence[Event]) -> SafeString:
    """Show what happened, one point after the other."""
    return _render("timeline", {"events": events})


@register.simple_tag
def steps(rows: Sequence[Step]) -> SafeString:
    """Show where a procedure stands."""
    return _render("steps", {"steps": rows})


@register.simple_block_tag
def empty(content: str, title: str = "没有内容", icon: str = "inbox") -> SafeString:
    """Say that there is nothing, why, and what to do."""
    return _render("empty", {"title": title, "icon": icon, "content": content})


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: str = "") -> SafeString:
    """Say something that must not be missed."""
    drawn = {
        Tone.PLAIN: "info-circle",
        Tone.INFO: "info-circle",
        Tone.GOOD: "circle-check",
        Tone.ATTENTION: "alert-circle",
        Tone.BAD: "alert-triangle",
    }
    return _render("alert", {"tone": Tone(tone), "title": title, "icon": drawn[Tone(tone)], "content": content})


@register.simple_tag
def tabs(rows: Sequence[Tab], label: str = "本页内容") -> SafeString:
    """Show the parts of a page that have addresses of their own."""
    return _render("tabs", {"tabs": rows, "label": label})


@register.simple_tag
def progress(done: int, of: int, words: str = "") -> SafeString:
    """Show how far something is."""
    percent = round(100 * done / of) if of else 0
    return _render("progress", {"done": done, "of": of, "words": words, "percent": percent})


@register.simple_tag
def chart(drawn: Chart) -> SafeString:
    """Draw a chart, with its table and its download."""
    return _render("chart", {"chart": drawn, "option": drawn.option(), "table": _csv(drawn)})


@register.simple_tag
def file_drop(bound: BoundField, accept: str = "", hint: str = "") -> SafeString:
    """Show a field for files onto which they may be dropped."""
    return _render("file_drop", {"field": bound, "accept": accept, "hint": hint or bound.help_text})


@register.simple_tag
def signature_pad(bound: BoundField, hint: str = "") -> SafeString:
    """Show a pad to sign on; its field is a :class:`~mingjing.contexts.ui.capture.SignatureField`."""
    return _render("signature_pad", {"field": bound, "hint": hint or bound.help_text})


@register.simple_tag
def photo_capture(bound: BoundField, kind: str = "photo", hint: str = "") -> SafeString:
    """Show a button that opens the camera (``photo``, ``video``) or the microphone (``audio``) of a phone."""
    drawn = {"photo": "camera", "video": "video", "audio": "microphone"}
    given = {"field": bound, "accept": "image/*" if kind == "photo" else f"{kind}/*", "icon_name": drawn[kind]}
    return _render("photo_capture", given | {"hint": hint or bound.help_text})


@register.simple_tag(takes_context=True)
def pager(context: Context, leaf: Leaf, name: str = "page", label: str = "翻页") -> SafeString:
    """Leaf through pages; everything else in the address stays."""
    query: QueryDict = context["request"].GET.copy()
    query.pop(name, None)
    rest = query.urlencode()
    pages = list(leaf.paginator.get_elided_page_range(leaf.number, on_each_side=2, on_ends=1))
    given = {"leaf": leaf, "name": name, "rest": f"&{rest}" if rest else "", "pages": pages}
    return _render("pager", given | {"gap": leaf.paginator.ELLIPSIS, "label": label})


@register.simple_tag
def show(value: object) -> object:
    """Show a value as a reader expects it: see :func:`mingjing.contexts.ui.values.show`."""
    from mingjing.contexts.ui.values import html

    return html(value)


def _render(name: str, context: dict[str, Any]) -> SafeString:
    return render_to_string(f"ui/components/{name}.html", context)


def _widget(bound: BoundField, kind: str, *, described: bool) -> SafeString:
    """The widget with the classes of the look and the ids of what describes it."""
    classes = {"checkbox": "form-check-input", "select": "form-select", "hidden": ""}
    choices = kind == "radio" or type(bound.field.widget).__name__ == "CheckboxSelectMultiple"
    names = ["mj-choices" if choices else classes.get(kind, "form-control")]
    names += [bound.field.widget.attrs.get("class", "")]
    notes = [f"{bound.id_for_label}-hint"] if described else []
    attributes: dict[str, str | bool] = {}
    if bound.errors:
        names.append("is-invalid")
        attributes["aria-invalid"] = "true"
        notes.append(f"{bound.id_for_label}-wrong")
    if notes:
        attributes["aria-describedby"] = " ".join(notes)
    attributes["class"] = " ".join(filter(None, names))
    return bound.as_widget(attrs=attributes)


def _csv(drawn: Chart) -> str:
    """The table under the picture as CSV, for the download."""
    from mingjing.contexts.ui.tables.exports import csv_text

    head = [drawn.label_head, *(one.name for one in drawn.series)]
    return csv_text([head, *([label, *(number for number, _ in numbers)] for label, numbers in drawn.rows)])
