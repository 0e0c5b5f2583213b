"""Write the tables of a district after those of the one before: one file a table, one row group a district."""

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from mingjing.contexts.demo.columns import DICTIONARY, SCHEMAS
from mingjing.facts.schema import TABLES, ColumnType

_REPEATED_REFS = {"case_id", "party_id", "item_id", "agency_id", "officer_id", "event_id"}


class FactsWriter:
    """Open files of the standard Parquet layout in one folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.rows = dict.fromkeys(SCHEMAS, 0)
        self._writers = {
            name: pq.ParquetWriter(
                folder / f"{name}.parquet",
                schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=_repeated(name, schema),
                store_schema=False,
            )
            for name, schema in SCHEMAS.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()

    def write(self, tables: dict[str, pa.Table]) -> None:
        """Append one row group to each table that has rows."""
        for name, table in tables.items():
            if table.num_rows:
                self._writers[name].write_table(table, row_group_size=table.num_rows)
                self.rows[name] += table.num_rows


def _repeated(name: str, schema: pa.Schema) -> list[str]:
    """Name the columns whose values repeat, so that a dictionary pays."""
    if name == "truth":
        return ["rule_id", "subject"]
    key = set(TABLES[name].key) if len(TABLES[name].key) == 1 else set()
    refs = {column.name for column in TABLES[name].columns if column.type is ColumnType.REF} & _REPEATED_REFS
    coded = {field.name for field in schema if field.type == DICTIONARY}
    small = {field.name for field in schema if pa.types.is_date32(field.type)}
    return sorted((refs | coded | small | ({"place"} & set(schema.names))) - key)
