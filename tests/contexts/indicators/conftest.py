"""A small county with its facts in a folder, its indicators approved, and somebody to compute them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test.utils import override_settings

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.indicators.models import Indicator, Value
from mingjing.contexts.indicators.usecases.compute import compute
from mingjing.contexts.indicators.usecases.define import decide_edition, draft_indicator
from mingjing.contexts.indicators.usecases.deliver import deliver, take_in
from mingjing.facts.cast import arrow_schema
from mingjing.facts.schema import TABLES
from mingjing.facts.standard import GIVEN
from tests.contexts.conftest import PLACE, ActorMaker

AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
UNTIL = date(2026, 11, 20)
AGENCIES = ("market", "health")

type Rows = Mapping[str, Sequence[Mapping[str, Any]]]
type Define = Callable[..., Indicator]
type Compute = Callable[[Rows], None]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path) -> Any:
    """Files of a test of its own: the store of files, and what is fetched from it."""
    storages = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(HOME=tmp_path, STORAGES=storages):
        yield


@pytest.fixture
def keeper(actor_with: ActorMaker) -> Actor:
    """Somebody of the justice bureau who drafts and computes."""
    return actor_with("overseer", "justice", name="乔雅楠")


@pytest.fixture
def head(actor_with: ActorMaker) -> Actor:
    """The head of the justice bureau, who approves."""
    return actor_with("overseer_head", "justice", name="颜廷章")


@pytest.fixture
def clerk(actor_with: ActorMaker) -> Actor:
    """The clerk of the market regulator."""
    return actor_with("agency_clerk", "market", name="徐静")


@pytest.fixture
def define(keeper: Actor, head: Actor) -> Define:
    """Draft and approve an indicator: ``define(code="x", source={…}, …)``."""

    def make(**data: Any) -> Indicator:
        row = draft_indicator(actor=keeper, at=AT, place=PLACE, data={"title": data["code"]} | data)
        edition = row.editions.get(state="submitted")
        decide_edition(actor=head, at=AT, edition=edition.pk, version=edition.version, approved=True)
        return Indicator.objects.get(pk=row.pk)

    return make


def write_facts(folder: Path, tables: Rows, given: Mapping[str, Sequence[str]] | None = None) -> Path:
    """Write rows as standard Parquet; ``given`` narrows the columns that a table gives."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        schema = arrow_schema(TABLES[name])
        full = [dict.fromkeys(schema.names) | dict(row) for row in rows]
        table = pa.Table.from_pylist(full, schema)
        if given and name in given:
            table = table.replace_schema_metadata({GIVEN: "|".join(given[name]).encode()})
        pq.write_table(table, folder / f"{name}.parquet")
    return folder


@pytest.fixture
def facts_of(keeper: Actor, tmp_path: Path) -> Compute:
    """Deliver rows of facts (both agencies are listed) and compute everything."""
    count = iter(range(100))

    def run(tables: Rows) -> None:
        listed = {"agencies": [{"agency_id": code, "name": code} for code in AGENCIES]} | dict(tables)
        folder = write_facts(tmp_path / f"facts{next(count)}", listed)
        row = deliver(actor=keeper, at=AT, unit="justice", path=folder, name="facts", data_until=UNTIL)
        taken = take_in(actor=keeper, at=AT, delivery=row.pk)
        assert taken.state == "taken", taken.words
        compute(actor=keeper, at=AT, place=PLACE)

    return run


def value_of(code: str, period: str, unit: str | None = "market") -> Value:
    """Return the latest value of a unit, or of the whole place."""
    rows = Value.objects.filter(indicator__code=code, period=period, is_latest=True)
    return rows.get(unit__code=unit) if unit else rows.get(unit__isnull=True)
