"""What was done on the platform, exported and judged by the overseer: nothing is found, but what is planted by raw rows."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from mingjing.contexts.cases.models import Case, Event
from mingjing.contexts.cases.usecases.export_facts import export_cases
from mingjing.contexts.catalog.usecases.export_facts import export_catalog
from mingjing.contexts.media.usecases.export_facts import export_media
from mingjing.contexts.oversight.usecases.oversee_files import choose_rules, oversee_files
from mingjing.contexts.registry.usecases.export_facts import export_registry
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_journeys import investigated

CASE_RULES = [rule for rule in choose_rules() if rule.subject.value == "case" and "disclosure" not in rule.id]


def findings(folder: Path, out: Path, as_of: date) -> set[tuple[str, str]]:
    oversee_files(path=folder, as_of=as_of, out=out, chosen=CASE_RULES, with_reports=False)
    rows = duckdb.sql(f"SELECT rule_id, subject_id FROM '{out / 'findings.parquet'}'").fetchall()
    return {(rule, subject) for rule, subject in rows}


def exported(folder: Path) -> Path:
    export_registry(folder)
    export_catalog(folder)
    export_cases(folder)
    export_media(folder)
    return folder


def decided(office: Office) -> None:
    investigated(office)
    office.later(days=1).go("prior_notice", tier="较轻", fine_fen="2000")
    office.go("service", method="in_person")
    office.later(days=9).go("statement", outcome="waived")
    office.later(days=1).go("decision", tier="较轻", fine_fen="2000")
    office.go("service", method="in_person")
    office.later(days=5).go("payment", amount_fen="2000")
    office.later(days=1).go("closing")


@pytest.mark.slow
def test_the_overseer_finds_nothing_in_what_was_done_here(office: Office, tmp_path: Path) -> None:
    decided(office)
    office.open("penalty_summary", party=office.citizen.code)
    office.go("inspection")
    office.go("prior_notice", tier="轻微", fine_fen="100")
    office.later(minutes=5).go("statement", outcome="approved")
    office.later(minutes=5).go("decision", tier="轻微", fine_fen="100")
    office.later(minutes=1).go("service", method="in_person")
    found = findings(exported(tmp_path / "facts"), tmp_path / "out", office.at.date())
    assert found == set()


@pytest.mark.slow
def test_the_overseer_finds_what_raw_rows_plant(office: Office, tmp_path: Path) -> None:
    decided(office)
    case = Case.objects.get(pk=office.case.pk)
    Event.objects.filter(case=case, type="inquiry").first().participants.first().delete()  # type: ignore[union-attr]
    Event.objects.filter(case=case, type="prior_notice").update(at=case.events.get(type="decision").at + timedelta(1))
    found = findings(exported(tmp_path / "facts"), tmp_path / "out", office.at.date())
    assert {rule for rule, _ in found} >= {"penalty.officers.two", "penalty.prior-notice.before-decision"}
    assert {subject for _, subject in found} == {case.code}


def test_changed_cases_alone_are_handed_over_whole(office: Office, tmp_path: Path) -> None:
    office.open()
    first = office.case.code
    moment = Case.objects.get(code=first).changed_at
    office.open(title="另一件")
    office.go("filing")
    counts = export_cases(tmp_path, changed_since=moment)
    rows = duckdb.sql(f"SELECT case_id FROM '{tmp_path / 'cases.parquet'}'").fetchall()
    assert rows == [(office.case.code,)]
    assert counts["events"] == 1


def test_a_control_character_in_a_text_moves_no_value(office: Office, tmp_path: Path) -> None:
    office.open(title="一件")
    Case.objects.filter(pk=office.case.pk).update(ended_ground="甲\x1f乙", tier='丙"丁')
    export_cases(tmp_path)
    rows = duckdb.sql(f"SELECT case_id, ended_ground, tier FROM '{tmp_path / 'cases.parquet'}'").fetchall()
    assert rows == [(office.case.code, "甲乙", '丙"丁')]
