"""The operations room, as Django sees it."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What keeps the platform running."""

    name = "mingjing.contexts.operations"
    label = "operations"
    verbose_name = "运行维护"

    def ready(self) -> None:
        """Let ``mingjing check-deploy`` find what this room checks."""
        from mingjing.contexts.operations import checks  # noqa: F401
