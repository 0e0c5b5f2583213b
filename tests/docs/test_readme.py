"""What the entry pages and guides tell people is true: cheap commands run, the others exist, links lead somewhere."""

import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from mingjing.facts.read import read_facts
from mingjing.interfaces.cli import app, main

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = [*ENTRIES, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
CHEAP = {("law", "count"), ("law", "article"), ("law", "parameter"), ("rules", "show"), ("facts", "schema")}

type Run = Callable[[list[str]], tuple[int, str]]


def blocks(path: Path) -> Iterator[tuple[str, str]]:
    """The fenced code blocks of a page, each with the words behind its fence."""
    for found in re.finditer(r"^```([^\n`]*)\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        yield found[1].strip(), found[2]


def commands(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """The ``mingjing`` commands of a page, each with the lines that it is said to print."""
    for kind, text in blocks(path):
        if kind not in ("", "sh", "console"):
            continue
        told: list[str] = []
        for line in text.splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if "mingjing" in words[:2]:
                told = []
                yield words[words.index("mingjing") + 1 :], told
            elif line:
                told.append(line)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words call, and what they give to it."""
    command: Any = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``mingjing …`` as the shell does; give exit status and what it printed."""

    def run(words: list[str]) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["mingjing", *words])
        with pytest.raises(SystemExit) as exit_:
            main()
        return int(exit_.value.code or 0), capsys.readouterr().out

    return run


@pytest.mark.parametrize("page", PAGES, ids=named)
class TestPage:
    def test_commands_exist_with_these_options(self, page: Path) -> None:
        for words, _ in commands(page):
            command, rest = command_of(words)
            assert not hasattr(command, "commands"), f"no command: {shlex.join(words)}"
            known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
            assert {word for word in rest if word.startswith("--")} <= known, shlex.join(words)

    def test_links_lead_to_files(self, page: Path) -> None:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
            if "://" not in target and not target.startswith("#"):
                assert (page.parent / target.partition("#")[0]).exists(), target

    def test_make_targets_exist(self, page: Path) -> None:
        targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
        told = re.findall(r"(?:`|^    )make ([a-z][a-z-]*)", page.read_text("utf-8"), re.MULTILINE)
        assert set(told) <= targets


@pytest.mark.parametrize("page", ENTRIES, ids=named)
def test_cheap_commands_run_and_print_what_is_shown(page: Path, run: Run) -> None:
    ran = set()
    for words, told in commands(page):
        if tuple(words[:2]) in CHEAP:
            ran.add(tuple(words[:2]))
            status, printed = run(words)
            assert status == 0, shlex.join(words)
            assert [line for line in told if line not in printed.splitlines()] == [], shlex.join(words)
    assert ran == CHEAP


def test_the_two_entries_show_the_same(run: Run) -> None:
    english, chinese = ([line for _, told in commands(page) for line in told] for page in ENTRIES)
    assert english == chinese


def test_the_tables_in_the_guide_are_read_whole(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for kind, text in blocks(ROOT / "docs" / "guide-overseer.md"):
        if kind.startswith("csv "):
            (source / kind.removeprefix("csv ")).write_text(text, "utf-8")
    report = read_facts(source, tmp_path / "facts")
    assert report.refused == {}
    assert {name: table.rows_left_out for name, table in report.tables.items()} == {"cases": 0, "events": 0}
    assert report.problem_total == 0
