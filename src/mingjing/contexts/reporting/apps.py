"""The reporting room, as Django sees it."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Reports with figures that can be traced; what units send in; to whom reports go."""

    name = "mingjing.contexts.reporting"
    label = "reporting"
    verbose_name = "报告和通报"

    def ready(self) -> None:
        """Declare permissions; register menu entries, to-dos and search."""
        from mingjing.contexts.reporting import permissions, wiring  # noqa: F401

        wiring.register()
