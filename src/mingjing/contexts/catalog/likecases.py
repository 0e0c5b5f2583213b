"""The fines of like cases, from the facts of the place where no room that runs cases tells them."""

from datetime import date
from pathlib import Path

from django.conf import settings


def from_facts(item: str, _on: date, tier: str, _party: str) -> tuple[list[int], str]:
    """Return the fines of decided cases on an item in ``MINGJING_HOME/facts``, and the source; none where there are no facts."""
    file = Path(settings.HOME) / "facts" / "cases.parquet"
    if not file.is_file():
        return [], ""
    asked = [("item_id", "=", item), *([("tier", "=", tier)] if tier else [])]
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file, columns=["item_id", "tier", "fine_fen"], filters=asked)
    except (OSError, ValueError, KeyError):
        return [], ""  # facts that are being written, or of another layout: none, and the page says so
    fines = table.column("fine_fen")
    chosen = fines.filter(pc.fill_null(pc.greater(fines, 0), False))
    return [int(one) for one in chosen.to_pylist()], "来自事实库（facts/cases.parquet）中同一事项的罚款案件"
