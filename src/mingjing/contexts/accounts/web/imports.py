"""Where units and accounts are taken in from a workbook: the room that has imports says so (``register``)."""

from collections.abc import Callable

_pages: dict[str, Callable[[], str]] = {}


def register(register: str, page: Callable[[], str]) -> None:
    """Say at which address a register (``units``, ``users``) is imported; a room calls it in ``AppConfig.ready``."""
    _pages[register] = page


def buttons(register: str) -> list[tuple[str, str, str]]:
    """Return the button that leads there, if there is any."""
    return [("从 XLSX 导入", _pages[register](), "file-upload")] if register in _pages else []
