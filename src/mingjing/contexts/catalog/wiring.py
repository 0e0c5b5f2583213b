"""What the catalog room tells the rooms beneath it: its menu entries."""


def register() -> None:
    """Register everything, when the platform starts."""
