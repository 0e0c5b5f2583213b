"""The media room, as Django sees it."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Recordings and evidence files."""

    name = "mingjing.contexts.media"
    label = "media"
    verbose_name = "音像记录"

    def ready(self) -> None:
        """Declare permissions; register menu entries, to-dos and search."""
        from mingjing.contexts.media import permissions, wiring  # noqa: F401

        wiring.register()
