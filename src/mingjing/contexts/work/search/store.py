"""Writes what may be found, in the transaction of the act that changes it."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any, Final

from django.db import connection, transaction

from mingjing.contexts.work.models import SearchDocument
from mingjing.contexts.work.search.kinds import Document, kinds
from mingjing.contexts.work.search.tokens import tokens

LONGEST: Final = 200_000
"""Characters of a text that are searched."""
_BATCH: Final = 500
_FIELDS: Final = ["title", "text", "href", "unit_path", "place", "owner_id"]


def index(
    *,
    kind: str,
    key: str,
    title: str,
    href: str,
    text: str = "",
    unit_path: str = "",
    place: str = "",
    owner_id: int | None = None,
) -> None:
    """Let a thing be found, or change what is found of it."""
    one = Document(key=key, title=title, text=text, href=href, unit_path=unit_path, place=place, owner_id=owner_id)
    index_many(kind, [one])


def index_many(kind: str, documents: Iterable[Document]) -> int:
    """Let many things of a kind be found; return how many."""
    count = 0
    for part in batched(documents, _BATCH):
        _write(kind, part)
        count += len(part)
    return count


@transaction.atomic
def unindex(*, kind: str, key: str) -> None:
    """Let a thing be found no more."""
    old = list(SearchDocument.objects.filter(kind=kind, key=key))
    _forget(old)
    SearchDocument.objects.filter(pk__in=[one.pk for one in old]).delete()


def rebuild(kind: str) -> int:
    """Write a kind anew from its room's rows, and forget what the room does not name any more; return how many."""
    rows = kinds()[kind].rows
    if rows is None:
        return 0
    kept: set[str] = set()

    def seen() -> Iterable[Document]:
        for one in rows():
            kept.add(one.key)
            yield one

    count = index_many(kind, seen())
    with transaction.atomic():
        gone = [one for one in SearchDocument.objects.filter(kind=kind).iterator() if one.key not in kept]
        for part in batched(gone, _BATCH):
            _forget(part)
            SearchDocument.objects.filter(pk__in=[one.pk for one in part]).delete()
    return count


@transaction.atomic
def _write(kind: str, documents: Sequence[Document]) -> None:
    latest = {one.key: one for one in documents}
    old = {one.key: one for one in SearchDocument.objects.filter(kind=kind, key__in=latest)}
    same = [key for key, row in old.items() if _as_stored(latest[key]) == _fields_of(row)]
    for key in same:
        del latest[key]
    _forget([old[key] for key in latest if key in old])
    rows = [
        SearchDocument(pk=old[key].pk if key in old else None, kind=kind, key=key, **_as_stored(one))
        for key, one in latest.items()
    ]
    SearchDocument.objects.bulk_update([row for row in rows if row.pk], _FIELDS)
    new = SearchDocument.objects.bulk_create([row for row in rows if not row.pk])
    remember([*(row for row in rows if row.key in old), *new])


def _as_stored(one: Document) -> dict[str, object]:
    return {
        "title": one.title[:512],
        "text": one.text[:LONGEST].replace("\x00", ""),
        "href": one.href,
        "unit_path": one.unit_path,
        "place": one.place,
        "owner_id": one.owner_id,
    }


def _fields_of(row: SearchDocument) -> dict[str, object]:
    return {name: getattr(row, name) for name in _FIELDS}


def remember(rows: Iterable[SearchDocument]) -> None:
    """Write the tokens of rows that have none yet; who loads rows in bulk calls it beside."""
    made = [(row.pk, tokens(row.title), tokens(row.text)) for row in rows]
    if connection.vendor == "sqlite":
        insert = "INSERT INTO work_searchindex (rowid, title, text) VALUES (%s, %s, %s)"
        values: list[tuple[object, ...]] = [(pk, " ".join(title), " ".join(text)) for pk, title, text in made]
    else:
        insert = (
            "INSERT INTO work_searchindex (rowid, title, work_searchindex)"
            " VALUES (%s, array_to_tsvector(%s::text[]), array_to_tsvector(%s::text[]))"
        )
        values = [(pk, title, list(dict.fromkeys([*title, *text]))) for pk, title, text in made]
    _run(insert, values)


def _forget(rows: Iterable[SearchDocument]) -> None:
    if connection.vendor == "sqlite":
        # a contentless index is told what to take out
        delete = "INSERT INTO work_searchindex (work_searchindex, rowid, title, text) VALUES ('delete', %s, %s, %s)"
        _run(delete, [(row.pk, " ".join(tokens(row.title)), " ".join(tokens(row.text))) for row in rows])
    else:
        _run("DELETE FROM work_searchindex WHERE rowid = %s", [(row.pk,) for row in rows])


def _run(statement: str, values: Sequence[Sequence[Any]]) -> None:
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
