"""What is printed: the parts of a report, its figures already in the words."""

from dataclasses import dataclass
from datetime import date

from mingjing.domain.reports.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A report as it is printed. ``draft`` puts 草稿 across it."""

    issuer: str
    number: str
    title: str
    addressees: str
    blocks: tuple[Block, ...]
    dated_on: date | None
    draft: bool
