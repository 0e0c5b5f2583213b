"""What templates of the room need beyond the components."""

from django import template
from django.forms import BoundField, Form

register = template.Library()


@register.filter
def part(form: Form, name: str) -> BoundField:
    """Return the field of a form with this name."""
    return form[name]
