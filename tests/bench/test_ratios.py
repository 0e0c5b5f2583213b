"""
How the engine compares with other ways, in one run on one machine.

Only ratios are judged, by processor seconds, with room for a small size, where what is paid once per run weighs most:
the real figures, on a million cases, are those of ``make bench``.
"""

from pathlib import Path

import pytest

from tools.bench.ground import prepare
from tools.bench.measure import Result, measure

pytest.importorskip("pandas")
pytest.importorskip("rule_engine")

CASES = 12_000
WAYS = ("engine", "DuckDB SQL by hand", "pandas", "per-case loop", "rule-engine")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Everybody on the twelve rules, once."""
    facts, store = prepare(CASES, tmp_path_factory.mktemp("bench"))
    return {name: measure(name, facts, store, cases=CASES, repeat=1) for name in WAYS}


@pytest.mark.slow
class TestTwelveRules:
    @pytest.mark.parametrize("way", WAYS[1:])
    def test_all_ways_find_the_same(self, results: dict[str, Result], way: str) -> None:
        assert results[way].found == results["engine"].found
        assert sum(results[way].found.values()) > len(results[way].found)

    def test_engine_stays_near_sql_tuned_by_hand(self, results: dict[str, Result]) -> None:
        assert results["engine"].processor_median < 8 * results["DuckDB SQL by hand"].processor_median

    @pytest.mark.parametrize(("way", "times"), [("per-case loop", 2), ("rule-engine", 2)])
    def test_engine_is_faster_than_one_by_one(self, results: dict[str, Result], way: str, times: float) -> None:
        assert results[way].processor_median > times * results["engine"].processor_median


def test_peak_memory_is_told_in_megabytes(tmp_path: Path) -> None:
    facts, store = prepare(200, tmp_path)
    result = measure("scan floor", facts, store, cases=200, repeat=2)
    assert 20 < result.peak_megabytes < 2_000
    assert len(result.seconds) == 2
