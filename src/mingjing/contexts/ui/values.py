"""How a value is shown to a reader, and how it goes into an export: in one place, so that the two say the same."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from mingjing.contexts.ui.components import Badge

type Value = str | int | float | Decimal | bool | date | datetime | time | Badge | Sequence[object] | None

NOTHING: Final = "—"


def text(value: object) -> str:
    """Return a value in words: dates as 2026-03-01, moments without seconds in the platform's time, 是 and 否."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{local:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, (int, Decimal)):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, (list, tuple)):
        return "、".join(text(one) for one in value) or NOTHING
    return str(value)


def html(value: object) -> SafeString:
    """Return a value for a page, escaped: moments and dates as ``<time>``, badges as badges."""
    if isinstance(value, SafeString):
        return value
    if isinstance(value, Badge):
        return format_html('<span class="mj-badge mj-{}">{}</span>', value.tone, value.text)
    if isinstance(value, (list, tuple)) and value:
        return format_html_join(" " if isinstance(value[0], Badge) else "、", "{}", ((html(one),) for one in value))
    if isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), text(value))
    if isinstance(value, date):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), text(value))
    if value is None or value == "":
        return SafeString('<span class="mj-none">—</span>')
    return conditional_escape(text(value))


def is_number(value: object) -> bool:
    """Say whether a value stands to the right."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
