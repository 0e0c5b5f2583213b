"""Cases run elsewhere come in from facts and go out as the same facts."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases.models import Case, Event
from mingjing.contexts.cases.usecases.export_facts import export_cases
from mingjing.contexts.cases.usecases.import_facts import import_cases
from mingjing.contexts.records.models import Entry
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_facts import decided


def forget() -> None:
    Event.objects.update(about=None)
    Case.objects.all().delete()


def test_cases_come_back_as_they_went_out(office: Office, tmp_path: Path) -> None:
    decided(office)
    export_cases(tmp_path / "out")
    before = Case.objects.get(pk=office.case.pk)
    stage, steps = before.stage, list(Event.objects.order_by("number").values_list("code", "step", "type", "outcome"))
    forget()
    clerk: Actor = office.people["clerk"]
    made = import_cases(actor=clerk, at=office.at, folder=tmp_path / "out")
    assert (made.taken, made.refused) == (1, [])
    after = Case.objects.get(code=before.code)
    assert after.stage == stage
    assert list(Event.objects.order_by("number").values_list("code", "step", "type", "outcome")) == steps
    assert Entry.objects.filter(act="cases.import_case", subject=f"case:{before.code}").count() == 1
    export_cases(tmp_path / "again")
    for table in ("cases", "events", "participants"):
        ordered = [
            duckdb.sql(f"SELECT * FROM '{tmp_path / one / table}.parquet' ORDER BY ALL").fetchall()
            for one in ("out", "again")
        ]
        assert ordered[0] == ordered[1], table


def test_a_second_run_takes_nothing_twice(office: Office, tmp_path: Path) -> None:
    decided(office)
    export_cases(tmp_path)
    made = import_cases(actor=office.people["clerk"], at=office.at, folder=tmp_path)
    assert (made.taken, made.known) == (0, 1)


def test_rows_that_no_register_knows_are_named_and_the_others_go_on(office: Office, tmp_path: Path) -> None:
    decided(office)
    export_cases(tmp_path)
    table = pq.read_table(tmp_path / "cases.parquet")
    rows = table.to_pylist()
    foreign = rows[0] | {"case_id": "X-1", "party_id": "NOBODY"}
    pq.write_table(type(table).from_pylist([*rows, foreign], schema=table.schema), tmp_path / "cases.parquet")
    forget()
    made = import_cases(actor=office.people["clerk"], at=office.at, folder=tmp_path)
    assert made.taken == 1
    assert made.refused == [("X-1", "当事人“NOBODY”没有登记，请先导入当事人")]
