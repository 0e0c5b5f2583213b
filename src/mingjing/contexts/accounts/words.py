"""Words for what is data: how far a role reaches, what a room is called."""

from collections.abc import Mapping
from typing import Final

from django.apps import apps

REACHES: Final[Mapping[str, str]] = {
    "own": "本人",
    "unit": "本单位",
    "branch": "本单位及下级",
    "place": "本区划",
    "all": "全部",
}


def room_name(label: str) -> str:
    """Return what people call a room."""
    return str(apps.get_app_config(label).verbose_name)
