"""The ui room, as Django sees it."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """What pages are made of."""

    name = "mingjing.contexts.ui"
    label = "ui"
    verbose_name = "界面"
