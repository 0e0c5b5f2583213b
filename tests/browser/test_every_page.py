"""
Every kind of page that anybody reaches by links, in the demonstration place: it answers, says something, fits, is accessible.

That every page of every role answers in Chinese is walked without a browser (``contexts/test_scope_walk.py``).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mingjing.contexts.accounts.permissions import roles
from tests.browser.walk import Walk, context_of, look, sign_in, walk
from tests.platform import Platform, copy_home

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(2400)]

FIRST = ("overseer", "agency_clerk", "agency_head", "officer")
"""Those who see most; the others add what only they have."""


@pytest.fixture(scope="module")
def place(demo_place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The demonstration place, served; its address and the password of its accounts."""
    home = copy_home(demo_place / "home", tmp_path_factory.mktemp("place") / "home")
    told = (demo_place / "told").read_text("utf-8")
    password = re.search(r"口令：(\S+)", told)
    assert password, told
    with Platform(home) as running:
        yield f"http://127.0.0.1:{running.port}", password[1]


def test_every_kind_of_page_is_in_order(place: tuple[str, str], launched: Browser) -> None:
    base, password = place
    done = Walk()
    context = context_of(launched)
    walk(context, base, ["/sign-in/"], look=look, done=done)
    context.close()
    for role in sorted(roles(), key=lambda code: (code not in FIRST, FIRST.index(code) if code in FIRST else 0, code)):
        context = context_of(launched)
        page = context.new_page()
        sign_in(page, base, role.replace("_", "-"), password)
        landed = page.url.removeprefix(base)
        page.close()
        assert not landed.startswith("/sign-in/"), f"{role} cannot sign in"
        already = len(done.wrong)
        walk(context, base, [landed, "/"], look=look, done=done)
        done.wrong[already:] = [f"{role} {each}" for each in done.wrong[already:]]
        context.close()
    assert len(done.pages) > 100
    assert not done.wrong, "\n".join(done.wrong)


def _tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press the tabulator until the element has the focus, as who has no mouse does; the focus must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            drawn = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow }"
            )
            assert drawn != "nonenone", f"{selector} has the focus, and nothing shows it"
            return
    pytest.fail(f"{selector} is not reached by the keyboard on {page.url}")


def test_a_register_is_kept_by_the_keyboard_alone(place: tuple[str, str], launched: Browser) -> None:
    """Sign in, find somebody, open the page, choose an act, fill the form, send it off."""
    base, password = place
    context = context_of(launched)
    page = context.new_page()
    page.goto(f"{base}/sign-in/")
    _tab_to(page, "input[name=username]")
    page.keyboard.type("agency-clerk")
    _tab_to(page, "input[type=password]")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/**")
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{base}/officers/")
    _tab_to(page, "td.mj-first a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/officers/*/")
    name = page.locator("h1").inner_text()
    _tab_to(page, "a[href*='/do/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/do/**")
    expect(page.locator("form.mj-form, main form").first).to_contain_text(re.compile(r"\S"))
    page.go_back()
    page.keyboard.press("/")
    page.keyboard.type(name[:2])
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    assert name[:2] in page.inner_text("main")
    context.close()
