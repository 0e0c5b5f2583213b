"""Reading plans in tests: from lines, and from files that are made for it."""

from collections.abc import Callable
from typing import Any

import pytest

from mingjing.contexts.plans.payload import plan_json
from mingjing.domain.plans.model import Paragraph
from mingjing.domain.plans.read import read_plan


@pytest.fixture
def read() -> Callable[[str], dict[str, Any]]:
    """Read a text into the JSON of its plan."""
    return lambda text: plan_json(read_plan([Paragraph(line) for line in text.split("\n")]))
