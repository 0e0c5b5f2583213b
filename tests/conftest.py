"""What all tests share: where the reference folder lies, which tools are there, what a requirement marker must name."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from tests.once import made_once
from tests.platform import copy_home, mingjing
from tools.requirements import committed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
CI_IS_COMPLETE = os.environ.get("MINGJING_NO_SKIP") == "1"
KNOWN_REQUIREMENTS = frozenset(row.id for row in committed())

# No time limit per example: the machine may be busy. CI draws the same examples each time; mutmut runs the suite over
# and over in one process, where hypothesis meets each test class anew.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile(
    "mutation", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.differing_executors]
)
settings.load_profile("mutation" if "MUTANT_UNDER_TEST" in os.environ else "ci" if "CI" in os.environ else "local")


REFUSING = {
    "sqlite": """
        SELECT 'DROP TRIGGER ' || name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE%'
    """,
    # 32: before TRUNCATE, by which PostgreSQL is emptied
    "postgresql": """
        SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass), pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 > 0
    """,
}
"""By database: what drops a trigger that refuses to empty a table, and what makes it again."""


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_are_emptied_between_tests() -> Iterator[None]:
    """
    Let the flush after a test that really commits pass the triggers that refuse to delete; they come back at once.

    The platform itself has no such way.
    """
    from django.db.backends.base.operations import BaseDatabaseOperations

    plain = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, statements: Sequence[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(REFUSING[self.connection.vendor])
            refusing = cursor.fetchall()
        # CASCADE for tables beside the models', such as the search index
        emptying = [each.replace(";", " CASCADE;") if "TRUNCATE" in each else each for each in statements]
        plain(self, [*(drop for drop, _ in refusing), *emptying, *(create for _, create in refusing)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        yield


def absent(what: str) -> NoReturn:
    """Skip because a tool is absent; where ``MINGJING_NO_SKIP=1`` says that none may be (CI), fail."""
    if CI_IS_COMPLETE:
        pytest.fail(f"{what} is absent, and MINGJING_NO_SKIP=1 allows no absent tool")
    pytest.skip(f"{what} is absent on this machine")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Carry the ids of requirement markers into the reports, for ``make trace``; slow tests first, or all wait for them."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        for marker in item.iter_markers("requirement"):
            item.user_properties += [("requirement", one) for one in marker.args]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test whose requirement marker names none, or one that no plan holds."""
    for marker in item.iter_markers("requirement"):
        if not marker.args or (unknown := set(marker.args) - KNOWN_REQUIREMENTS):
            pytest.fail(f"unknown requirement: {unknown if marker.args else 'none named'}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The project's reference folder beside the repository. The project must pass without it, so its absence skips."""
    folder = ROOT.parent / "shared"
    if not (folder / "requirements.yaml").is_file():
        pytest.skip("the reference folder ../shared is not beside the repository")
    return folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with all tables and nothing in them. Not to be changed: see ``new_home``."""
    return made_once(
        tmp_path_factory, "prepared", lambda home: mingjing(home, "manage", "migrate", "--verbosity", "0") and None
    )


@pytest.fixture(scope="session")
def new_home(prepared: Path) -> Callable[[Path], Path]:
    """Make a home with all tables and nothing in them: ``new_home(tmp_path / "home")``."""
    return lambda home: copy_home(prepared, home)


@pytest.fixture(scope="session")
def demo_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The demonstration place: ``home``, and in ``told`` what the command that made it printed. Not to be changed.

    It takes a minute and more to make, so all tests copy the one.
    """

    def make(folder: Path) -> None:
        folder.mkdir()
        (folder / "told").write_text(mingjing(folder / "home", "demo", "place", seconds=900).stdout, "utf-8")

    return made_once(tmp_path_factory, "demo-place", make)


@pytest.fixture(scope="session")
def java() -> Path:
    """A Java that Spark 4 takes (17 or later)."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin" if home else None) or shutil.which("java")
    if found is None:
        absent("java")
    says = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    major = says.partition('"')[2].partition(".")[0]
    if not major.isdigit() or int(major) < 17:
        absent(f"java 17 (found {says.splitlines()[0] if says else 'nothing that answers'})")
    return Path(found)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's Chromium, for playwright's ``executable_path``."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    absent("chromium")


@pytest.fixture(scope="session")
def soffice() -> Path:
    """LibreOffice, which turns a document into PDF."""
    if found := shutil.which("soffice"):
        return Path(found)
    absent("soffice (libreoffice-writer)")


@pytest.fixture(scope="session")
def launched(chromium: Path) -> Iterator["Browser"]:
    """The system's Chromium, one for all tests of a process: playwright suffers no second loop in its thread."""
    from playwright.sync_api import sync_playwright

    # what tests ask of the database meanwhile is their own
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
