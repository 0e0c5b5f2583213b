"""The registers in the facts standard, so that the rules run over the platform's own data."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from mingjing.contexts.registry.models import Agency, AgencyPower, Credential, Officer, Party, Role
from mingjing.facts.cast import arrow_schema
from mingjing.facts.schema import OFFICER_ROLES, TABLES
from mingjing.facts.standard import GIVEN

_ROWS: Final = 50_000
_KINDS: Final[Mapping[str, str]] = {
    "organ": "organ",
    "town": "organ",
    "authorized": "authorized",
    "entrusted": "entrusted",
    "squad": "authorized",
}


def _agencies() -> Iterator[dict[str, Any]]:
    for row in Agency.objects.select_related("unit", "principal").order_by("code").iterator(2000):
        yield {
            "agency_id": row.code,
            "name": row.name,
            "uscc": row.uscc or None,
            "jurisdiction_code": row.unit.place[:6],
            "level": row.level,
            "kind": _KINDS[row.kind],
            "domain": row.field,
            "parent_id": row.principal.code if row.principal else None,
        }


def _officers() -> Iterator[dict[str, Any]]:
    agencies = list(Agency.objects.values_list("unit__path", "code"))
    owner = dict(agencies)
    for row in Officer.objects.select_related("unit").order_by("code").iterator(2000):
        path = row.unit.path
        while path and path not in owner:
            path = path.rstrip("/").rpartition("/")[0]
            path = f"{path}/" if path else ""
        yield {
            "officer_id": row.code,
            "name": row.name,
            "agency_id": owner.get(path),
            "joined_on": row.joined_on,
            "left_on": row.left_on,
            "legal_qualification_on": row.legal_qualification_on,
        }


def _roles() -> Iterator[dict[str, Any]]:
    for row in (
        Role.objects.select_related("officer").filter(role__in=list(OFFICER_ROLES)).order_by("pk").iterator(2000)
    ):
        yield {
            "officer_id": row.officer.code,
            "role": row.role,
            "from": row.valid_from,
            "until": row.valid_until,
        }


def _credentials() -> Iterator[dict[str, Any]]:
    for row in Credential.objects.select_related("officer").order_by("number").iterator(2000):
        yield {
            "credential_no": row.number,
            "officer_id": row.officer.code,
            "kind": row.kind,
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "suspended_from": row.suspended_from,
            "suspended_until": row.suspended_until,
            "revoked_on": row.ended_on,
        }


def _parties() -> Iterator[dict[str, Any]]:
    for row in Party.objects.filter(merged_into__isnull=True).order_by("code").iterator(2000):
        yield {
            "party_id": row.code,
            "kind": row.kind,
            "name": row.name,
            "uscc": row.uscc or None,
            "jurisdiction_code": row.place[:6],
            "industry_code": row.industry or None,
            "registered_on": row.registered_on,
            "risk_level": row.risk or None,
        }


def _items() -> Iterator[dict[str, Any]]:
    rows = (
        AgencyPower.objects.select_related("agency").filter(status__in=["approved", "withdrawn"]).order_by("item", "pk")
    )
    seen = set()
    for row in rows.iterator(2000):
        if row.item in seen:
            continue
        seen.add(row.item)
        yield {
            "item_id": row.item,
            "name": row.item_name,
            "kind": row.kind,
            "agency_id": row.agency.code,
            "basis": row.basis,
            "published_on": row.valid_from,
            "withdrawn_on": row.valid_to,
        }


TABLES_OUT: Final = {
    "agencies": _agencies,
    "officers": _officers,
    "officer_roles": _roles,
    "credentials": _credentials,
    "parties": _parties,
    "items": _items,
}


def export_registry(folder: Path) -> dict[str, int]:
    """
    Write the registers as standard Parquet tables into a folder; return the rows of each table.

    A squad stands under the organ in whose name it acts. Items are the approved powers, until the catalog writes its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name, rows in TABLES_OUT.items():
        schema = arrow_schema(TABLES[name])
        counts[name] = 0
        given: set[str] = set()
        parts: list[pa.Table] = []
        buffer: list[dict[str, Any]] = []
        for row in rows():
            given |= set(row)
            buffer.append(row)
            if len(buffer) >= _ROWS:
                parts.append(pa.Table.from_pylist(buffer, schema=schema))
                buffer = []
        parts.append(pa.Table.from_pylist(buffer, schema=schema))
        table = pa.concat_tables(parts).replace_schema_metadata({GIVEN: "|".join(sorted(given)).encode()})
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        counts[name] = table.num_rows
    return counts
