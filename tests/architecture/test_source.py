"""What no import contract sees: clocks and chance in the core, addresses and places of this or that machine."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.requirements import committed, reference

ROOT = Path(__file__).resolve().parents[2]
CORE = [
    path for layer in ("kernel", "law", "domain") for path in sorted((ROOT / "src" / "mingjing" / layer).rglob("*.py"))
]

# Days and moments reach the core as arguments; nothing in it is drawn by chance.
CLOCK_CALLS = {"today", "now", "utcnow", "localtime", "gmtime"}
CLOCK_AND_CHANCE_MODULES = {"random", "secrets", "time", "uuid"}


def clock_or_chance(source: str) -> Iterator[str]:
    """Name each use of the clock or of chance, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in CLOCK_AND_CHANCE_MODULES:
                    yield f"{node.lineno}: import {alias.name}"
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").partition(".")[0] in CLOCK_AND_CHANCE_MODULES:
                yield f"{node.lineno}: from {node.module} import …"
        elif isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if node.attr in CLOCK_CALLS and owner in {"date", "datetime", "time"}:
                yield f"{node.lineno}: {owner}.{node.attr}"
            if (owner, node.attr) == ("os", "urandom"):
                yield f"{node.lineno}: os.urandom"


def committed_files() -> list[Path]:
    """The text files that git knows (and those not yet added), or nothing outside a work tree."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


class TestCore:
    @pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT / "src")))
    def test_knows_no_clock_and_no_chance(self, path: Path):
        assert list(clock_or_chance(path.read_text("utf-8"))) == []

    @pytest.mark.parametrize(
        "source",
        [
            "from datetime import date\ndate.today()",
            "import datetime\ndatetime.datetime.now()",
            "from datetime import datetime as d, datetime\nnow = datetime.now",
            "import time\ntime.time()",
            "from time import time",
            "import random",
            "from random import shuffle",
            "import os\nos.urandom(8)",
            "from uuid import uuid4",
        ],
        ids=lambda source: source.replace("\n", "; "),
    )
    def test_scan_finds_each_way_to_a_clock_or_to_chance(self, source: str):
        assert list(clock_or_chance(source))

    def test_scan_leaves_days_and_clocks_of_the_record_alone(self):
        assert not list(clock_or_chance("from datetime import date, time\ndate(2026, 1, 1)\ntime(8)\nself.now = 3"))


class TestCommittedText:
    # Written in pieces, so that this file does not find itself.
    FORBIDDEN = re.compile(
        "|".join(
            [
                "/wor" + "k/",
                "/roo" + "t/",
                "/hom" + "e/[a-z]",
                "pypi" + r"\.(org|python)",
                "pytho" + r"nhosted\.org",
                "deb" + r"ian\.org",
                "npm" + r"js\.(org|com)",
            ]
        )
    )

    def test_names_no_machine_path_and_no_registry_host(self):
        found = []
        for path in committed_files():
            try:
                text = path.read_text("utf-8")
            except UnicodeDecodeError:
                continue
            found += [
                f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
                for number, line in enumerate(text.splitlines(), start=1)
                if self.FORBIDDEN.search(line)
            ]
        assert found == []

    @pytest.mark.parametrize("name", ["requirements/lock.txt", "requirements/run.txt"])
    def test_locks_hold_hashes_and_no_address(self, name: str):
        text = (ROOT / name).read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text

    def test_requirement_ids_are_those_of_the_plans(self, shared: Path):
        rows = reference(shared / "requirements.yaml")
        assert [(row.id, row.topic) for row in committed()] == [(row.id, row.topic) for row in rows]
