"""Filters of the room: seconds as a clock, steps by name."""

from django import template

from mingjing.contexts.media.queries import step_label

register = template.Library()


@register.filter
def clock(seconds: int) -> str:
    """Write seconds as 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def step(kind: str) -> str:
    """Name a step."""
    return step_label(kind)
