"""The records room, as Django sees it."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The log of acts."""

    name = "mingjing.contexts.records"
    label = "records"
    verbose_name = "执法记录"
