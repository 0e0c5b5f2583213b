"""``mingjing facts deliver`` and ``mingjing indicators``: as a user of the platform, with that user's permissions."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from mingjing.contexts.accounts.access import ForbiddenError
from mingjing.interfaces.cli import app
from tests.contexts.conftest import (  # noqa: F401 - fixtures
    UserMaker,
    actor_with,
    units,
    user_with,
)
from tests.contexts.indicators.conftest import Define, define, head, keeper, own_home, write_facts  # noqa: F401
from tests.contexts.indicators.test_computing import case, from_set, remedy

pytestmark = pytest.mark.django_db
RUN = CliRunner()


@pytest.fixture(autouse=True)
def in_this_process() -> Any:
    """Django is ready already."""
    with patch("mingjing.interfaces.cli.platform.set_up_django"):
        yield


def told(*words: str) -> str:
    done = RUN.invoke(app, list(words))
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def test_from_delivery_to_value(define: Define, tmp_path: Path) -> None:  # noqa: F811
    define(**from_set("heads-appear"))
    tables = {
        "agencies": [{"agency_id": "market", "name": "甲"}],
        "cases": [case(1)],
        "remedies": [remedy(1, hearing_on=date(2026, 5, 4), head_attended=True, filed_at=datetime(2026, 2, 1))],
    }
    folder = write_facts(tmp_path / "facts", tables)
    said = told(
        "facts", "deliver", str(folder), "--unit", "justice", "--until", "2026-11-20", "--user", "overseer.justice"
    )
    assert "已入库" in said
    assert "个数值" in told("indicators", "compute", "--user", "overseer.justice")
    assert "行政机关负责人出庭应诉率" in told("indicators", "list", "--user", "overseer.justice")
    shown = json.loads(
        told("indicators", "show", "heads-appear", "--period", "2026", "--json", "--user", "overseer.justice")
    )
    assert {one["unit"]: one["colour"] for one in shown["values"]} == {None: "green", "market": "green"}


def test_nobody_else_computes(define: Define, user_with: UserMaker) -> None:  # noqa: F811
    define(**from_set("heads-appear"))
    user_with("officer", "market")
    done = RUN.invoke(app, ["indicators", "compute", "--user", "officer.market"])
    assert isinstance(done.exception, ForbiddenError)
