"""
Walk the pages that a role can reach by links, as a person would, and say what is wrong with any of them.

One page of each kind is enough (the same view with another key is the same kind), so that the walk ends.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.contexts.wording import faults_in

AXE: Final = Path(__file__).parents[1] / "contexts/ui/vendor/axe-core-4.14.1/axe.min.js"
WIDE: Final = (1440, 900)
NARROW: Final = (390, 844)
LEFT_OUT: Final = re.compile(
    r"^/(sign-out|static|media|metrics|api/v1)\b|[?&](as|export|format|download|template)\b|\.(csv|xlsx|docx|pdf|json|zip|svg|txt)$"
)
"""Files, and the way out."""

HREF: Final = re.compile(r'<a\b[^>]*\shref="([^"]*)"')
LOOKS: Final = frozenset({"sort", "columns", "page", "size", "next", "from"})
"""What in a query changes how a page is shown, not which page it is."""


@dataclass(slots=True)
class Walk:
    """What a walk saw: the kinds of pages, the pages opened, and what was wrong, as ``address: what``."""

    kinds: set[str] = field(default_factory=set)
    pages: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def kind_of(address: str) -> str:
    """The kind of a page: the route that answers, and the names of its query."""
    parts = urlsplit(address)
    try:
        route = resolve(parts.path).route
    except Resolver404:
        route = parts.path
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair} - LOOKS)
    return f"/{route}?{'&'.join(names)}"


def sign_in(page: Page, base: str, name: str, password: str) -> None:
    """Sign in by the form, as a person does."""
    page.goto(f"{base}/sign-in/")
    page.locator("input[autocomplete=username], input[name=login], input[name=username]").first.fill(name)
    page.locator("input[type=password]").first.fill(password)
    page.locator("input[type=password]").first.press("Enter")
    page.wait_for_load_state()


def walk(
    context: BrowserContext, base: str, starts: Iterable[str], *, look: Callable[[Page], Iterable[str]], done: Walk
) -> None:
    """
    Follow links from ``starts``, in order, to one page of every kind; ``look`` says what is wrong with it.

    A kind that ``done`` has is only asked for its links, which differ from role to role.
    """
    waiting = deque(starts)
    known, here = set(waiting), set[str]()
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        if kind in here:
            continue
        here.add(kind)
        told.clear()
        new = kind not in done.kinds
        try:
            answer = page.goto(base + address) if new else page.request.get(base + address)
        except Error as error:
            if "Download is starting" in error.message:
                continue
            raise
        status = answer.status if answer else 0
        if status >= 400:
            done.wrong.append(f"{address}: 答复 {status}")
            continue
        if answer and "html" not in answer.headers.get("content-type", ""):
            # a picture, or a file that is read in the browser: no page of ours
            continue
        if new:
            links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
            done.kinds.add(kind)
            done.pages.append(address)
            done.wrong += [f"{address}: {words}" for words in (*look(page), *(f"控制台：{each}" for each in told))]
        else:
            assert answer
            links = [unescape(each) for each in HREF.findall(answer.text())]
        for href in links:
            inner = urldefrag(urljoin(address, href))[0]
            if inner.startswith("/") and inner not in known and not LEFT_OUT.search(inner):
                known.add(inner)
                waiting.append(inner)
    page.close()


def look(page: Page) -> list[str]:
    """All that is wrong with the page that is open: wide and narrow, as usual and large and plain (适老化)."""
    main = page.inner_text("main") if page.locator("main").count() else ""
    found = [f"{each}" for each in faults_in(page.inner_text("body"))]
    if len(main.strip()) < 20 and not page.locator("main input").count():
        found.append("空页面")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found += [f"1440：{each}" for each in (*_too_wide(page), *_breaks_access(page))]
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    found += [f"390：{each}" for each in _too_wide(page)]
    page.evaluate("document.documentElement.dataset.care = 'on'")
    found += [f"390 适老版：{each}" for each in (*_too_wide(page), *_breaks_access(page))]
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    found += [f"1440 适老版：{each}" for each in _too_wide(page)]
    return found


def _too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"比窗口宽 {wide} 像素"] if wide > 0 else []


def _breaks_access(page: Page) -> list[str]:
    """What axe reports of the page that is open."""
    report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"axe {each['id']}: {each['help']} ({'; '.join(str(node['target'][0]) for node in each['nodes'][:3])})"
        for each in report["violations"]
    ]


def context_of(browser: Browser) -> BrowserContext:
    """A wide window, with the look of the platform's users; motion, which would be measured half way, is reduced."""
    return browser.new_context(
        viewport={"width": WIDE[0], "height": WIDE[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
