"""Pages in the system's Chromium: signed in as whoever a test wants, wide or narrow, standard or large and plain."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import RLock
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from playwright.sync_api import Browser, Page

from mingjing.contexts.accounts.models import User

AXE = (Path(__file__).parent / "ui/vendor/axe-core-4.14.1/axe.min.js").read_text(encoding="utf-8")
WIDE, NARROW = (1440, 900), (390, 844)

type OpenPage = Callable[..., Page]


def _one_by_one(answer: Callable[..., Any]) -> Callable[..., Any]:
    """The live server's threads share one connection to a database in memory, so that requests take turns."""
    turn = RLock()

    def answered(*given: Any) -> Any:
        with turn:
            return answer(*given)

    return answered


@pytest.fixture(scope="session")
def browser(launched: Browser, django_db_setup: None) -> Iterator[Browser]:
    """The system's Chromium, beside the live server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIHandler, "__call__", _one_by_one(WSGIHandler.__call__))
        yield launched


@pytest.fixture
def open_page(browser: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """
    Open a page: ``open_page("/jobs/", user=officer, size=NARROW, care=True)``.

    In the end no page may have complained on its console (the policy refuses loudly), thrown, or asked elsewhere.
    """
    complaints: list[str] = []
    contexts = []

    def run(
        path: str, *, user: User | None = None, size: tuple[int, int] = WIDE, care: bool = False, script: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, locale="zh-CN"
        )
        contexts.append(context)
        cookies: list[Any] = []
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url})
        if care:
            cookies.append({"name": "care", "value": "1", "url": live_server.url})
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{path}: {error}"))
        page.on("console", lambda said: complaints.append(f"{path}: {said.text}") if said.type == "error" else None)
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((live_server.url, "data:", "blob:")) else complaints.append(asked.url)
            ),
        )
        page.goto(live_server.url + path)
        return page

    yield run
    for context in contexts:
        context.close()
    expected = {"refused": "status of 4", "offline": "net::ERR_"}
    known = [words for name, words in expected.items() if request.node.get_closest_marker(name)]
    if left := [one for one in complaints if not any(words in one for words in known)]:
        pytest.fail("the browser complains:\n" + "\n".join(left))


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page, in a line each."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
