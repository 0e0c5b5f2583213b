"""The registry room, as Django sees it."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Who may enforce, with what, towards whom."""

    name = "mingjing.contexts.registry"
    label = "registry"
    verbose_name = "登记台账"

    def ready(self) -> None:
        """Declare permissions; register menu entries, to-dos and search."""
        from mingjing.contexts.registry import permissions, wiring

        assert permissions.__name__
        wiring.register()
