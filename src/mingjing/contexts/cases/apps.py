"""The cases room, as Django sees it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases from lead to archive."""

    name = "mingjing.contexts.cases"
    label = "cases"
    verbose_name = "案件办理"

    def ready(self) -> None:
        """Declare permissions; register menu entries, to-dos and search."""
        from mingjing.contexts.cases import permissions, wiring

        assert permissions.__name__
        wiring.register()
