"""The meetings room, as Django sees it."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings of the bodies that the register holds; what they decide lands in the ledger."""

    name = "mingjing.contexts.meetings"
    label = "meetings"
    verbose_name = "会议和议定事项"

    def ready(self) -> None:
        """Declare permissions; register menu entries, to-dos and search."""
        from mingjing.contexts.meetings import permissions, wiring  # noqa: F401

        wiring.register()
