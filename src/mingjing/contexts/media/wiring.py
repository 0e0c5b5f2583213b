"""What the room tells the rooms beneath it."""


def register() -> None:
    """Register everything, when the platform starts."""
