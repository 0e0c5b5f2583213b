"""Every page that a role reaches by links, in the demonstration place: it answers, says something, fits, is accessible."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.walk import SIZES, breaks_access, context_of, looks_wrong, sign_in, walk
from tests.platform import Platform, copy_home

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1200), pytest.mark.xdist_group("browser")]

FULL = os.environ.get("MINGJING_WALK_ALL") == "1"
"""Many roles and pages (an hour on two processors), instead of one page of each kind for those who see most."""
ROLES = ("overseer", "agency-clerk", *(("security-admin", "audit-admin", "agency-head", "officer") if FULL else ()))
MOST = 400 if FULL else 90


@pytest.fixture(scope="module")
def place(demo_place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The demonstration place, served; its address and the password of its accounts."""
    home = copy_home(demo_place / "home", tmp_path_factory.mktemp("place") / "home")
    told = (demo_place / "told").read_text("utf-8")
    password = re.search(r"口令：(\S+)", told)
    assert password, told
    with Platform(home) as running:
        yield f"http://127.0.0.1:{running.port}", password[1]


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playing:
        opened = playing.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield opened
        opened.close()


def look(page: Page) -> list[str]:
    """All that is wrong with a page."""
    return [*looks_wrong(page), *breaks_access(page)]


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_in_order(role: str, place: tuple[str, str], browser: Browser) -> None:
    base, password = place
    wrong = []
    for size in SIZES:
        context = context_of(browser, size)
        page = context.new_page()
        sign_in(page, base, role, password)
        landed = page.url.removeprefix(base)
        assert not landed.startswith("/sign-in/"), f"{role} cannot sign in"
        done = walk(context, base, [landed, "/"], look=look, most=MOST, of_each_kind=2 if FULL else 1)
        assert done.pages
        wrong += [f"{size} {each}" for each in done.wrong]
        context.close()
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_pages_without_signing_in_are_in_order(place: tuple[str, str], browser: Browser) -> None:
    base, _ = place
    wrong = []
    for size in SIZES:
        context = context_of(browser, size)
        done = walk(context, base, ["/sign-in/"], look=look, most=20, of_each_kind=1)
        wrong += [f"{size} {each}" for each in done.wrong]
        context.close()
    assert not wrong, "\n".join(sorted(set(wrong)))
