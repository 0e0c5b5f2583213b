"""What a check found."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """
    Something that is not as the log signed it.

    ``first`` and ``last`` tell between which entries of the year (numbers from 0) it lies; both ``None`` where it is not
    about entries. ``kind`` is a stable word for programs.
    """

    kind: str
    message: str
    shard: str = ""
    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        return f"{self.shard}年日志：{self.message}" if self.shard else self.message


@dataclass
class Report:
    """All problems, and what was checked."""

    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    entries: int = 0

    @property
    def sound(self) -> bool:
        """Whether no problem was found."""
        return not self.problems


def span(first: int, last: int) -> str:
    """Write entries of a year in words."""
    return f"第{first}号" if first == last else f"第{first}号至第{last}号"
