"""Search and filter work in a real browser, from a file, wide and narrow, with and without script."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(launched, papers):
    opened = launched.new_page(viewport={"width": 1440, "height": 1000})
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.on(
        "request",
        lambda request: None if request.url.startswith(("file:", "data:", "blob:")) else errors.append(request.url),
    )
    opened.goto(papers.page.as_uri())
    yield opened
    opened.close()
    assert errors == []


def status_count(page):
    return int(page.locator("#status").inner_text().split(" ")[1].replace(",", ""))


class TestFindingsList:
    def test_shows_the_gravest_first_a_page_at_a_time(self, page, papers):
        cards = page.get_by_test_id("finding")
        assert cards.count() == 20
        assert "重大" in cards.first.inner_text()
        assert status_count(page) == papers.findings
        page.click("#next")
        assert "第 2 / " in page.locator("#status").inner_text()

    def test_filters_narrow_and_clear(self, page, papers):
        page.select_option("select[name=rule]", label="处罚决定公示超期")
        few = status_count(page)
        assert 0 < few < papers.findings
        assert set(page.locator(".finding-head strong").all_inner_texts()) == {"处罚决定公示超期"}
        page.select_option("select[name=agency]", label="泗水县市场监督管理局")
        assert 0 < status_count(page) < few
        page.click("button[type=reset]")
        page.get_by_text(f"符合条件 {papers.findings} 条").wait_for()

    def test_search_finds_one_case_by_its_number(self, page):
        who = page.locator(".finding-who").nth(7).inner_text()
        number = who.split("\u3000")[1]
        page.fill("input[name=words]", number)
        page.get_by_text("第 1 / 1 页").wait_for()
        assert all(number in text for text in page.locator(".finding-who").all_inner_texts())
        page.fill("input[name=words]", "没有这样的词")
        page.get_by_text("没有符合条件的问题").wait_for()

    def test_map_cell_leads_to_its_findings(self, page):
        cell = page.locator(".heat td a").first
        number = int(cell.inner_text())
        cell.click()
        assert status_count(page) == number

    def test_details_show_gist_evidence_and_reply(self, page):
        page.locator("[data-testid=finding] summary").first.click()
        # what is inside is written when it has opened
        page.get_by_test_id("finding").first.get_by_text("30 日内答复").wait_for()
        words = page.get_by_test_id("finding").first.inner_text()
        assert "依据" in words
        assert "〔" in words

    def test_download_holds_the_filtered_rows(self, page):
        page.select_option("select[name=severity]", label="重大")
        wanted = status_count(page)
        with page.expect_download() as waiting:
            page.click("#download")
        text = waiting.value.path().read_text(encoding="utf-8-sig")
        assert text.count("\n") == wanted


class TestAnywhere:
    @pytest.mark.parametrize("width", [390, 768, 1440])
    def test_nothing_sticks_out(self, launched, papers, width):
        opened = launched.new_page(viewport={"width": width, "height": 900})
        opened.goto(papers.page.as_uri())
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        opened.close()

    def test_reads_without_script(self, launched, papers):
        opened = launched.new_page(java_script_enabled=False)
        opened.goto(papers.page.as_uri())
        assert opened.locator("#filters").is_hidden()
        assert opened.locator("noscript").inner_text().startswith("没有启用脚本")
        opened.locator("details.rule summary").first.click()
        assert opened.locator("details.rule").first.locator("table").is_visible()
        opened.close()

    def test_hostile_text_does_nothing(self, launched, write, row):
        evil = "<img src=x onerror=\"document.title='hacked'\">"
        papers = write([row(observed=evil, subject_id=evil)], agencies={"A1": evil})
        opened = launched.new_page()
        opened.goto(papers.page.as_uri())
        opened.locator("[data-testid=finding] summary").first.click()
        assert evil in opened.get_by_test_id("finding").inner_text()
        assert opened.title() != "hacked"
        opened.close()
