"""Recordings in the facts standard (table ``media``), so that the rules run over the platform's own data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from mingjing.contexts.media.models import Recording
from mingjing.domain.media.recordings import MEDIA
from mingjing.facts.cast import arrow_schema
from mingjing.facts.schema import TABLES
from mingjing.facts.standard import GIVEN

_ROWS: Final = 50_000


def media_rows(subject_kind: str = "case") -> Iterator[dict[str, Any]]:
    """
    Give photos, sound and video of a kind of subject as rows of the standard; what was disposed of is no fact any more.

    The ids of cases and events are the codes that their room uses.
    """
    rows = Recording.objects.filter(
        subject_kind=subject_kind, kind__in=sorted(one.value for one in MEDIA), disposed_at__isnull=True
    ).order_by("pk")
    for row in rows.iterator(5000):
        yield {
            "media_id": row.code,
            "case_id": row.subject_code,
            "event_id": row.step_code or None,
            "kind": row.kind,
            "started_at": timezone.localtime(row.started_at).replace(tzinfo=None),
            "started_at_has_time": True,
            "ended_at": timezone.localtime(row.ended_at).replace(tzinfo=None) if row.ended_at else None,
            "ended_at_has_time": True if row.ended_at else None,
            "device_no": row.device_no or None,
            "digest": row.sha256,
            "retained_until": row.retained_until,
        }


def export_media(folder: Path) -> int:
    """Write ``media.parquet`` into a folder, part by part; return the rows."""
    folder.mkdir(parents=True, exist_ok=True)
    schema = arrow_schema(TABLES["media"])
    given = {GIVEN: "|".join(sorted(column.name for column in TABLES["media"].columns)).encode()}
    count = 0
    with pq.ParquetWriter(folder / "media.parquet", schema.with_metadata(given), compression="zstd") as writer:
        buffer: list[dict[str, Any]] = []
        for row in media_rows():
            buffer.append(row)
            if len(buffer) >= _ROWS:
                count += _write(writer, buffer, schema, given)
                buffer = []
        count += _write(writer, buffer, schema, given)
    return count


def _write(writer: pq.ParquetWriter, rows: list[dict[str, Any]], schema: pa.Schema, given: dict[bytes, bytes]) -> int:
    writer.write_table(pa.Table.from_pylist(rows, schema=schema).replace_schema_metadata(given))
    return len(rows)
