"""The house stands as drawn: who may import whom (contracts in pyproject.toml)."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "mingjing"

# Each planted file breaks the one contract beside it: (contract id, file, text).
PLANTED = [
    ("layers", "kernel/planted.py", "import mingjing.law.planted\n"),
    ("layers", "law/planted.py", "import mingjing.domain.planted\n"),
    ("layers", "domain/planted.py", "import mingjing.facts.planted\n"),
    ("layers", "facts/planted.py", "import mingjing.engine.planted\n"),
    ("layers", "engine/planted.py", "import mingjing.interfaces.planted\n"),
    ("pure-core", "domain/planted.py", "import duckdb\n"),
    ("pure-core", "law/planted.py", "import numpy\n"),
    ("kernel-standard-library", "kernel/planted.py", "import yaml\n"),
    ("no-framework-below-contexts", "engine/planted.py", "import jinja2\n"),
    ("acyclic", "facts/planted.py", "import mingjing.facts.grown\n"),
    ("verifier-on-its-own", "../mingjing_verify/planted.py", "import mingjing.domain.planted\n"),
    ("verifier-on-its-own", "../mingjing_verify/planted.py", "import cryptography\n"),
    ("log-tables", "interfaces/planted.py", "import mingjing.contexts.records.models\n"),
]


def _contracts() -> str:
    """The import-linter part of pyproject.toml, as it stands."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    return text[text.index("[tool.importlinter]") :]


def _lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", *options],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


class TestContracts:
    def test_hold_for_the_source(self):
        result = _lint(ROOT)
        assert result.returncode == 0, result.stdout + result.stderr

    @pytest.mark.parametrize(("contract", "file", "text"), PLANTED, ids=lambda value: value.strip())
    def test_notice_a_planted_violation(self, contract: str, file: str, text: str, tmp_path: Path):
        package = tmp_path / "src" / "mingjing"
        for layer in ("kernel", "law", "domain", "facts", "engine", "contexts", "interfaces"):
            (package / layer).mkdir(parents=True)
            (package / layer / "__init__.py").touch()
            (package / layer / "planted.py").touch()
        (package / "__init__.py").touch()
        for beside in ("contexts/records/models.py", "contexts/records/__init__.py", "../mingjing_verify/__init__.py"):
            (package / beside).parent.mkdir(exist_ok=True)
            (package / beside).touch()
        (package / "facts" / "grown.py").write_text("import mingjing.facts.planted\n", "utf-8")
        (tmp_path / "pyproject.toml").write_text(_contracts(), "utf-8")

        before = _lint(tmp_path, "--contract", contract)
        (package / file).write_text(text, "utf-8")
        after = _lint(tmp_path, "--contract", contract)

        assert before.returncode == 0, before.stdout + before.stderr
        assert after.returncode == 1, after.stdout + after.stderr
        assert "BROKEN" in after.stdout
