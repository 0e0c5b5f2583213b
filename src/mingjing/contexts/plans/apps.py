"""The plans room, as Django sees it."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Plans, their tasks, who must do them by when, and what was done."""

    name = "mingjing.contexts.plans"
    label = "plans"
    verbose_name = "方案和任务台账"

    def ready(self) -> None:
        """Declare permissions; register menu entries, to-dos and search."""
        from mingjing.contexts.plans import permissions, wiring  # noqa: F401

        wiring.register()
