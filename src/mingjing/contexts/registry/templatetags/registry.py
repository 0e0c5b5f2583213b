"""What the pages of the registers need beside the components."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mingjing.contexts.ui.values import html

register = template.Library()


@register.filter
def labelled(line: Sequence[object], heads: Sequence[str]) -> list[tuple[str, object]]:
    """Put each cell beside the head of its column."""
    return list(zip(heads, line, strict=True))


@register.simple_tag
def cell(value: object) -> SafeString:
    """Show a value; one that leads somewhere as a link."""
    href = getattr(value, "href", "")
    if href:
        return format_html('<a href="{}">{}</a>', href, html(getattr(value, "text", value)))
    return html(value)
