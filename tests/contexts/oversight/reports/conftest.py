"""A sample result folder and its papers, made once for all tests of the reports."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mingjing.contexts.oversight.reports import Place, ReportPaths, write_reports
from tests.contexts.oversight.reports import sample as builder


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """The builder of result folders."""
    return builder


@pytest.fixture(scope="session")
def county(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A county's result folder and facts folder."""
    return sample.write_sample(tmp_path_factory.mktemp("county"), findings=600, cases=1500)


@pytest.fixture(scope="session")
def papers(county: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> ReportPaths:
    """The papers of the county."""
    result, facts = county
    return write_reports(result, facts, out_dir=tmp_path_factory.mktemp("papers"), place=Place(name="泗水县"))


Write = Callable[..., ReportPaths]


@pytest.fixture
def write(sample: ModuleType, tmp_path: Path) -> Write:
    """Write the papers of a few rows given by hand: ``write(rows, rules=…, agencies={…}, **options)``."""

    def run(
        rows: list[dict[str, Any]],
        *,
        rules: list[dict[str, Any]] | None = None,
        agencies: dict[str, str] | None = None,
        **options: Any,
    ) -> ReportPaths:
        entries = rules if rules is not None else [rule_entry(sample)]
        result = sample.write_findings(tmp_path / "result", rows, entries)
        facts = tmp_path / "facts"
        facts.mkdir()
        if agencies is not None:
            columns = {"agency_id": list(agencies), "name": list(agencies.values())}
            sample._write(facts, "agencies", columns, {})
        return write_reports(result, facts, **options)

    return run


def rule_entry(sample: ModuleType, rule_id: str = "penalty.service.in-time", **changes: Any) -> dict[str, Any]:
    """Return one rule's entry in ``rules.json``."""
    rule = next(one for one in sample.RULES if one.id == rule_id)
    return sample.rule_entry(rule, findings=1, subjects=10) | changes


@pytest.fixture
def entry(sample: ModuleType) -> Callable[..., dict[str, Any]]:
    """Make one rule's entry in ``rules.json``."""
    return lambda rule_id="penalty.service.in-time", **changes: rule_entry(sample, rule_id, **changes)


@pytest.fixture
def row() -> Callable[..., dict[str, Any]]:
    """Make one finding."""

    def make(**changes: Any) -> dict[str, Any]:
        return {
            "rule_id": "penalty.service.in-time",
            "subject": "case",
            "subject_id": "C1",
            "agency_id": "A1",
            "expected": "2026-03-10 前送达",
            "observed": "2026-03-20 送达",
            "severity": "serious",
            "citations": ["CF 61"],
            "evidence": ["events:E1"],
        } | changes

    return make
