"""Refusals that any page may give."""

from mingjing.kernel.errors import DomainError


class StaleError(DomainError):
    """Somebody changed the row since the page was opened."""

    code = "ui.stale"

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message or "这条记录在您打开之后已被他人修改。请刷新后查看新的内容，再决定是否修改。", **facts)
