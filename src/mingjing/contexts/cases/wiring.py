"""What the cases room tells the rooms beneath it: search."""

from collections.abc import Iterator

from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases.base import document_of
from mingjing.contexts.work import search


def register() -> None:
    """Register everything, when the platform starts."""
    search.register("cases.case", "案件", "cases.case.view", _cases)


def _cases() -> Iterator[search.Document]:
    for one in Case.objects.select_related("unit", "party", "item").iterator(chunk_size=500):
        yield document_of(one)
