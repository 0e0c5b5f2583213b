"""How openings are kept in their table."""

import base64
from collections.abc import Mapping
from typing import Any

from mingjing.domain.records.entries import Opening


def packed(openings: Mapping[str, Opening]) -> dict[str, Any]:
    """Write openings as the table keeps them."""
    return {name: [base64.b64encode(each.salt).decode(), each.value] for name, each in openings.items()}


def unpacked(fields: Mapping[str, Any]) -> dict[str, Opening]:
    """Read openings as the table keeps them."""
    return {name: Opening(salt=base64.b64decode(salt), value=value) for name, (salt, value) in fields.items()}
