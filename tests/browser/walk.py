"""
Walk all pages that a role can reach by links, as a person would, and say what is wrong with any of them.

One page of each kind is enough (the same view with another key is the same kind), so that the walk ends.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

AXE: Final = Path(__file__).parents[1] / "contexts/ui/vendor/axe-core-4.14.1/axe.min.js"
SIZES: Final = {"wide": (1440, 900), "narrow": (390, 844)}
LEFT_OUT: Final = re.compile(
    r"^/(sign-out|static|media|metrics|api/v1)\b|[?&](export|format|download)=|\.(csv|xlsx|docx|pdf|json|zip|svg|txt)$"
)
"""Files, and the way out."""

LEAKS: Final = re.compile(
    r"(?<![\w.])(?:None|True|False|undefined|NaN|null|\[object \w+\]|<[A-Z]\w+(?: object| \w+:) ?[^>]*>)(?![\w.])"
)
"""Words of a program that got onto a page."""

ENGLISH: Final = re.compile(
    r"\b(?:This field|Please|Select|Enter a|Invalid|required\b|Submit|Search|Delete|Cancel|Save|Sign in|Log ?in|Password|Username|Error|Page not found|Forbidden|Not Found)\b"
)
"""Words of frameworks that nobody translated."""


@dataclass(slots=True)
class Walk:
    """What a walk saw: the pages, and what was wrong, as ``address: what``."""

    pages: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def kind_of(address: str) -> str:
    """The kind of a page: its path with every part that has a digit or Chinese left open, and the names of its query."""
    parts = urlsplit(address)
    path = "/".join("*" if re.search(r"\d|[^\x00-\x7f]|%", part) else part for part in parts.path.split("/"))
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return f"{path}?{'&'.join(names)}"


def sign_in(page: Page, base: str, name: str, password: str) -> None:
    """Sign in by the form, as a person does."""
    page.goto(f"{base}/sign-in/")
    page.locator("input[autocomplete=username], input[name=login], input[name=username]").first.fill(name)
    page.locator("input[type=password]").first.fill(password)
    page.locator("input[type=password]").first.press("Enter")
    page.wait_for_load_state()


def walk(
    context: BrowserContext,
    base: str,
    starts: Iterable[str],
    *,
    look: Callable[[Page], Iterable[str]],
    most: int,
    of_each_kind: int,
) -> Walk:
    """Follow links from ``starts``, in order; ``look`` says what is wrong with the page that is open."""
    seen: dict[str, int] = {}
    waiting = deque(starts)
    known = set(waiting)
    done = Walk()
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    while waiting and len(done.pages) < most:
        address = waiting.popleft()
        kind = kind_of(address)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] > of_each_kind:
            continue
        told.clear()
        answer = page.goto(base + address)
        done.pages.append(address)
        status = answer.status if answer else 0
        if status >= 400:
            done.wrong.append(f"{address}: 答复 {status}")
            continue
        done.wrong += [f"{address}: {words}" for words in (*look(page), *(f"控制台：{each}" for each in told))]
        for href in page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)"):
            inner = urldefrag(href)[0].removeprefix(base)
            if href.startswith(base) and inner not in known and not LEFT_OUT.search(inner):
                known.add(inner)
                waiting.append(inner)
    page.close()
    return done


def looks_wrong(page: Page) -> list[str]:
    """What anybody can see: words of programs, nothing on the page, a page wider than its window."""
    text = page.inner_text("body")
    main = page.inner_text("main") if page.locator("main").count() else ""
    found = [f"程序里的词“{each}”" for each in set(LEAKS.findall(text))]
    found += [f"没有翻译“{each}”" for each in set(ENGLISH.findall(text))]
    if len(main.strip()) < 20 and not page.locator("main input").count():
        found.append("空页面")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        found.append(f"比窗口宽 {wide} 像素")
    return found


def breaks_access(page: Page) -> list[str]:
    """What axe reports of the page that is open."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"axe {each['id']}: {each['help']} ({'; '.join(node['target'][0] if isinstance(node['target'][0], str) else str(node['target'][0]) for node in each['nodes'][:3])})"
        for each in report["violations"]
    ]


def context_of(browser: Browser, size: str) -> BrowserContext:
    """A window of that size, with the look of the platform's users."""
    width, height = SIZES[size]
    return browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai")
