"""The catalog room, as Django sees it."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Items, lists, benchmarks, the law library."""

    name = "mingjing.contexts.catalog"
    label = "catalog"
    verbose_name = "事项、裁量和法律法规"

    def ready(self) -> None:
        """Declare permissions; register menu entries, to-dos and search."""
        from mingjing.contexts.catalog import permissions, wiring  # noqa: F401

        wiring.register()
