"""``mingjing rules``: the library listed, read and tried on its own examples."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Status
from mingjing.interfaces.cli import main
from mingjing.interfaces.cli import rules as command

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``mingjing rules …`` as the shell does; give exit status, what it printed, and what it complained of."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mingjing", "rules", *words])
        with pytest.raises(SystemExit) as exit_:
            main()
        printed = capsys.readouterr()
        return int(exit_.value.code or 0), printed.out, printed.err

    return run


class TestList:
    def test_names_every_rule(self, run: Run) -> None:
        status, out, _ = run("list")
        assert status == 0
        assert [line.split()[0] for line in out.splitlines()] == list(rules())

    def test_gives_them_as_json_with_their_provisions(self, run: Run) -> None:
        _, out, _ = run("list", "--json")
        described = {one["id"]: one for one in json.loads(out)}
        assert described.keys() == rules().keys()
        assert all(one["citations"] for one in described.values())
        assert described["penalty.decision.in-time"]["citations"][0]["label"] == "《行政处罚法》第六十条"


class TestShow:
    def test_tells_statement_basis_parameters_and_examples(self, run: Run) -> None:
        status, out, _ = run("show", "penalty.decision.in-time")
        assert status == 0
        assert "处罚决定作出期限（penalty.decision.in-time）" in out
        assert "依据：《行政处罚法》第六十条" in out
        assert "penalty.decision.days" in out
        assert "例：第90日决定 → 符合" in out
        assert "例：第91日决定 → 不符合" in out
        assert "例：立案日期没有记载 → 未能检查" in out

    def test_complains_of_an_unknown_rule_and_names_near_ones(self, run: Run) -> None:
        status, _, complaint = run("show", "penalty.decision")
        assert status != 0
        assert "没有编号为“penalty.decision”的规则" in complaint
        assert "penalty.decision.in-time" in complaint


class TestExamples:
    def test_all_are_answered_as_they_say(self, run: Run) -> None:
        status, out, _ = run("test")
        assert status == 0
        assert out.splitlines()[-1] == f"共{sum(len(rule.examples) for rule in rules().values())}个例子，0个不符。"

    def test_one_answered_otherwise_is_marked_and_ends_with_status_one(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rule = rules()["penalty.decision.in-time"]
        wrong = replace(rule, examples=(replace(rule.examples[0], expected=Status.BROKEN), *rule.examples[1:3]))
        monkeypatch.setattr(command, "rule_of", lambda rule_id: wrong)
        status, out, _ = run("test", rule.id)
        assert status == 1
        assert out.splitlines()[0].startswith(f"× {rule.id}：")
        assert out.splitlines()[0].endswith("→ 符合（应为不符合）")
        assert out.splitlines()[-1] == "共3个例子，1个不符。"
