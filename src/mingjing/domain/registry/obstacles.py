"""What stands in the way of an act: in words, with the article, and with what would remove it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from mingjing.kernel.errors import DomainError
from mingjing.law.citations import Citation, cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One reason why not: a stable code, the words for the person at the desk, the provision, what to do."""

    code: str
    message: str
    remedy: str
    citation: Citation | None = None

    @property
    def sentence(self) -> str:
        """Say it in one breath: what, on which basis, what to do."""
        basis = f"（依据：{self.citation.label}）" if self.citation else ""
        return f"{self.message}{basis}{self.remedy}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something is allowed, and everything that stands in the way."""

    obstacles: tuple[Obstacle, ...] = ()

    def __bool__(self) -> bool:
        return not self.obstacles

    @property
    def reason(self) -> str:
        """All obstacles in words; empty where there are none."""
        return " ".join(each.sentence for each in self.obstacles)


class RegistryError(DomainError):
    """An act that the registers do not allow; ``facts`` carries the obstacle's code."""

    code = "registry.refused"


def obstacle(code: str, message: str, remedy: str, citation: str = "") -> Obstacle:
    """Make an obstacle; the citation as it is written in ``law/data``."""
    return Obstacle(code=code, message=message, remedy=remedy, citation=cite(citation) if citation else None)


def refuse(found: Obstacle) -> NoReturn:
    """
    Refuse for one obstacle.

    :raises RegistryError: always
    """
    raise RegistryError(
        found.sentence, citation=found.citation, obstacle=found.code, what=found.message, remedy=found.remedy
    )


def require_none(found: Iterable[Obstacle]) -> None:
    """
    Require that nothing stands in the way.

    :raises RegistryError: with every obstacle in its words
    """
    answer = Answer(tuple(found))
    if not answer:
        first = answer.obstacles[0]
        raise RegistryError(
            answer.reason, citation=first.citation, obstacle=first.code, what=first.message, remedy=first.remedy
        )
