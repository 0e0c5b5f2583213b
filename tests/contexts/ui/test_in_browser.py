"""The look in a real browser: no barrier that axe knows, no complaint of the policy, everything by keyboard."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, reverse
from playwright.sync_api import Page, expect

from mingjing.config import urls as ours
from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.ui import navigation
from mingjing.contexts.ui.components import Fact
from mingjing.contexts.ui.tables import ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.web.pages import Page as OurPage
from tests.contexts.browsing import NARROW, WIDE, OpenPage, overflow, violations
from tests.contexts.conftest import UserMaker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class UnitsPage(TableView[Actor]):
    table = Table(
        name="test.units",
        columns=(
            Column(
                name="name",
                label="名称",
                value=lambda row: row.name,
                order="name",
                href=lambda row: f"/test-units/{row.code}/",
            ),
            Column(name="kind", label="类别", value=lambda row: row.kind, order="kind"),
            Column(name="place", label="行政区划", value=lambda row: row.place),
        ),
        filters=(ChoiceFilter(name="kind", label="类别", choices=[("agency", "机关"), ("town", "镇街")]),),
        search=("name",),
        order="name",
        row_name=lambda row: row.name,
    )
    title = "单位"
    permission = "accounts.unit.view"

    def rows(self):
        return visible(Unit.objects.all(), self.actor, self.permission)


class UnitPage(OurPage[Actor]):
    permission = "accounts.unit.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        row = access(Unit.objects.all(), self.actor, self.permission, code=self.kwargs["code"])
        return self.show(
            "ui/confirm.html", title=row.name, facts=[Fact(label="名称", value=row.name)], back=reverse("test_units")
        )


urlpatterns = [
    path("test-units/", UnitsPage.as_view(), name="test_units"),
    path("test-units/<str:code>/", UnitPage.as_view(), name="test_unit"),
    path("", include(ours)),
]
handler404 = ours.handler404


@pytest.fixture(autouse=True)
def _pages(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = __name__
    entry = navigation.Entry(
        label="样例单位", url_name="test_units", permission="accounts.unit.view", group="主体", icon="building"
    )
    monkeypatch.setattr(navigation, "_entries", [*navigation._entries, entry])


@pytest.fixture
def admin(user_with: UserMaker) -> User:
    return user_with("overseer", "justice")


class TestStyleguide:
    @pytest.mark.parametrize("care", [False, True], ids=["standard", "care"])
    @pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
    def test_no_component_has_a_barrier(
        self, open_page: OpenPage, admin: User, size: tuple[int, int], care: bool
    ) -> None:
        page = open_page("/styleguide/", user=admin, size=size, care=care)
        page.locator("canvas").first.wait_for()
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert not "\n".join(violations(page))
        assert overflow(page) <= 0

    def test_every_picture_is_drawn_and_has_its_numbers(self, open_page: OpenPage) -> None:
        page = open_page("/styleguide/")
        figures = page.locator("[data-chart]")
        assert figures.count() == page.locator("[data-chart] canvas").count() == 4
        figures.first.locator("summary").click()
        expect(figures.first.locator("tbody tr")).to_have_count(10)
        with page.expect_download() as got:
            figures.first.get_by_text("下载数据").click()
        assert got.value.path().read_text("utf-8-sig").splitlines()[:2] == ["月份,行政检查,综合查一次", "1 月,212,18"]

    def test_without_script_the_numbers_are_open(self, open_page: OpenPage) -> None:
        page = open_page("/styleguide/", script=False)
        expect(page.locator("[data-chart] table").first).to_be_visible()


class TestLists:
    def test_filters_as_one_chooses_and_keeps_it_in_the_address(self, open_page: OpenPage, admin: User) -> None:
        page = open_page("/test-units/", user=admin)
        expect(page.locator("tbody tr")).to_have_count(6)
        page.select_option("[name=kind]", "town")
        expect(page.locator("tbody tr")).to_have_count(1)
        assert "kind=town" in page.url
        page.reload()
        expect(page.locator("tbody tr")).to_have_count(1)
        page.get_by_title("去掉这个条件").click()
        expect(page.locator("tbody tr")).to_have_count(6)

    def test_works_without_script(self, open_page: OpenPage, admin: User) -> None:
        page = open_page("/test-units/", user=admin, script=False)
        page.select_option("[name=kind]", "town")
        page.get_by_role("button", name="筛选").click()
        assert page.locator("tbody tr").count() == 1
        page.locator("summary", has_text="导出").click()
        with page.expect_download() as got:
            page.get_by_text("CSV").click()
        assert "泗河街道办事处" in got.value.path().read_text("utf-8-sig")

    @pytest.mark.parametrize("care", [False, True], ids=["standard", "care"])
    @pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
    def test_has_no_barrier(self, open_page: OpenPage, admin: User, size: tuple[int, int], care: bool) -> None:
        page = open_page("/test-units/", user=admin, size=size, care=care)
        assert not "\n".join(violations(page))
        assert overflow(page) <= 0


class TestKeyboard:
    def tab_to(self, page: Page, words: str, most: int = 80) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "document.activeElement.tagName === 'DIV' ? '' : document.activeElement.innerText + ' ' + document.activeElement.name"
            )
            if words in focused:
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        pytest.fail(f"Tab never comes to {words}")

    def test_from_sign_in_to_a_detail_page(self, open_page: OpenPage, admin: User) -> None:
        page = open_page("/test-units/")
        for name, words in (("username", admin.username), ("password", "correct horse 9")):
            if page.evaluate("document.activeElement.name") != name:
                self.tab_to(page, name)
            page.keyboard.type(words)
        page.keyboard.press("Enter")
        page.wait_for_url("**/test-units/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "跳到正文"
        page.keyboard.press("Enter")
        self.tab_to(page, "kind")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator("tbody tr")).to_have_count(1)
        self.tab_to(page, "泗河街道办事处")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("泗河街道办事处")

    def test_shortcuts_and_menus(self, open_page: OpenPage, admin: User) -> None:
        page = open_page("/", user=admin)
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "top-search"
        page.keyboard.type("?")
        assert page.locator("#top-search").input_value() == "?"
        page.locator("h1").click()
        page.keyboard.press("?")
        page.wait_for_url("**/keys/")
        page.keyboard.press("g")
        page.keyboard.press("h")
        page.wait_for_url(lambda url: url.endswith("/"))
        menu = page.locator(".mj-top details")
        menu.locator("summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.closest('.mj-menu-list') !== null")
        page.keyboard.press("Escape")
        assert menu.get_attribute("open") is None
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

    def test_shortcuts_can_be_turned_off(self, open_page: OpenPage, admin: User) -> None:
        page = open_page("/keys/", user=admin)
        page.get_by_role("button", name="关闭单键快捷键").click()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") != "top-search"

    def test_the_drawer_of_the_phone(self, open_page: OpenPage, admin: User) -> None:
        page = open_page("/", user=admin, size=NARROW)
        page.get_by_role("link", name="菜单").click()
        drawer = page.locator("dialog#menu-drawer")
        expect(drawer).to_be_visible()
        assert not "\n".join(violations(page))
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()

    def test_the_whole_menu_is_a_page_where_there_is_no_script(self, open_page: OpenPage, admin: User) -> None:
        page = open_page("/", user=admin, size=NARROW, script=False)
        page.get_by_role("link", name="菜单").click()
        assert page.url.endswith("/menu/")
        assert page.locator("main").get_by_role("link", name="样例单位").count() == 1


@pytest.mark.refused
class TestRefusals:
    @pytest.mark.parametrize(("address", "words"), [("/test-units/none/", "没有找到"), ("/no-such-page/", "没有找到")])
    def test_say_what_to_do(self, open_page: OpenPage, admin: User, address: str, words: str) -> None:
        page = open_page(address, user=admin)
        expect(page.locator("h1")).to_have_text(words)
        assert page.get_by_role("link", name="回到我的工作").count() >= 1
        assert not "\n".join(violations(page))

    def test_without_permission(self, open_page: OpenPage, user_with: UserMaker) -> None:
        page = open_page("/test-units/", user=user_with("auxiliary"))
        expect(page.locator("h1")).to_have_text("没有权限")


def test_reading_aloud_speaks_the_page(open_page: OpenPage, admin: User) -> None:
    page = open_page("/keys/", user=admin, care=True)
    page.evaluate("window.spoken = []; speechSynthesis.speak = (one) => window.spoken.push([one.lang, one.text]); null")
    page.get_by_role("button", name="朗读本页").click()
    spoken = page.evaluate("window.spoken")
    assert spoken[0] == ["zh-CN", "键盘操作"]


def test_print_leaves_only_the_content(open_page: OpenPage, admin: User) -> None:
    page = open_page("/test-units/", user=admin)
    page.emulate_media(media="print")
    for hidden in (".mj-top", ".mj-side", ".mj-filters", ".mj-rows-acts"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("tbody tr").first).to_be_visible()
