"""What pages refuse by themselves."""

from typing import Protocol

from mingjing.kernel.errors import DomainError


class StaleError(DomainError):
    """Somebody changed the row since the page was opened; saving would undo what they did."""

    code = "ui.stale"

    def __init__(self, message: str = "", **facts: object) -> None:
        words = "您打开页面之后，这条记录已被他人修改。请刷新页面，看过最新内容后再办理；您填写的内容没有保存。"
        super().__init__(message or words, **facts)


class Versioned(Protocol):
    """A row that counts its changes."""

    version: int


def require_fresh(row: Versioned, version: int) -> None:
    """
    Require that nobody changed the row since the page was opened.

    :raises StaleError: if somebody did
    """
    if row.version != version:
        raise StaleError


class NoPermissionError(DomainError):
    """The viewer may not open this page, or may do nothing of the kind anywhere."""

    code = "ui.forbidden"

    def __init__(self, message: str = "", **facts: object) -> None:
        words = "您没有打开这个页面的权限。如工作需要，请向本单位安全管理员申请。"
        super().__init__(message or words, **facts)


class UnknownIconError(DomainError):
    """A name that is not in ``data/icons.txt``: a mistake in a template or a menu entry."""

    code = "ui.unknown_icon"


class BadTableError(DomainError):
    """A table whose declaration cannot work: a mistake in the program."""

    code = "ui.bad_table"
