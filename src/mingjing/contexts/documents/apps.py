"""The documents room, as Django sees it."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents of enforcement: templates, numbers, signatures, seals, service, verification."""

    name = "mingjing.contexts.documents"
    label = "documents"
    verbose_name = "执法文书"

    def ready(self) -> None:
        """Declare permissions; register menu entries, to-dos and search."""
        from mingjing.contexts.documents import permissions, wiring  # noqa: F401

        wiring.register()
