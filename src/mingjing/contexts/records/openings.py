"""What opens an entry's commitments: the values that people read, with their salts."""

from base64 import b64decode
from collections.abc import Mapping

from mingjing.contexts.records.models import Entry
from mingjing.domain.records.entries import OBJECT_FIELD, WHO_FIELD, WHY_FIELD, Opening

COLUMNS = {WHY_FIELD: "reason", WHO_FIELD: "actor", OBJECT_FIELD: "subject"}
"""Which column holds what the leaf commits to beside the fields."""


def openings_of(entry: Entry) -> Mapping[str, Opening]:
    """Return the openings of all that has not been erased."""
    return {
        name: Opening(
            salt=b64decode(salt), value=getattr(entry, COLUMNS[name]) if name in COLUMNS else entry.fields[name]
        )
        for name, salt in entry.salts.items()
    }
