"""What the room tells the shell: menu, to-dos, search."""


def register() -> None:
    """Register everything."""
