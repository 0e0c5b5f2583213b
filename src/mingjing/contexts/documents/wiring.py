"""What the documents room tells the rooms beneath it: menu, to-dos, search."""

from collections.abc import Iterator

from mingjing.contexts.documents import subjects
from mingjing.contexts.documents.models import Document
from mingjing.contexts.ui import navigation
from mingjing.contexts.work import search


def register() -> None:
    """Register everything, when the platform starts."""
    navigation.register(
        navigation.Entry(
            label="执法文书",
            url_name="documents",
            permission="documents.document.view",
            group="执法活动",
            order=56,
            icon="file-text",
        ),
    )
    search.register("document", "文书", "documents.document.view", _found)


def _found() -> Iterator[search.Document]:
    for row in Document.objects.select_related("unit").iterator():
        if subjects.subject_of(row.subject_kind) is None:
            yield search.Document(
                key=row.code,
                title=str(row),
                text=row.title,
                href=f"/documents/{row.code}/",
                unit_path=row.unit.path,
                place=row.unit.place,
            )
