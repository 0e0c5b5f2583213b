"""Icons as drawings inside the page: no font to load, sharp at every size, in the colour of the text."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mingjing.contexts.ui.errors import UnknownIconError

_FILE: Final = Path(__file__).parent / "data" / "icons.json"

type Node = tuple[str, Mapping[str, str]]


@cache
def names() -> frozenset[str]:
    """Return the names of all icons that can be drawn."""
    return frozenset(_drawings())


@cache
def icon(name: str) -> SafeString:
    """
    Return an icon as SVG, hidden from screen readers: the words beside it say the same.

    :raises UnknownIconError: if the name is not in ``data/icons.txt`` (see ``tools/vendor.py`` for how to add one)
    """
    if name not in names():
        raise UnknownIconError(f"没有“{name}”这个图标；可用的图标见 ui/data/icons.txt。")
    shapes = format_html_join(
        "",
        "<{} {}/>",
        ((tag, format_html_join(" ", '{}="{}"', attributes.items())) for tag, attributes in _drawings()[name]),
    )
    return format_html(
        '<svg class="mj-icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        "{}</svg>",
        shapes,
    )


@cache
def _drawings() -> dict[str, list[Node]]:
    drawings: dict[str, list[Node]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return drawings
