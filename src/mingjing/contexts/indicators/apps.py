"""The indicators room, as Django sees it."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Indicators as data, facts in force, values with the rows behind them, appraisals."""

    name = "mingjing.contexts.indicators"
    label = "indicators"
    verbose_name = "指标和考评"

    def ready(self) -> None:
        """Declare permissions; register menu entries, to-dos, jobs and counts."""
        from mingjing.contexts.indicators import permissions, wiring  # noqa: F401

        wiring.register()
