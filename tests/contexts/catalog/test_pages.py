"""The pages of the room, as people use them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from django.test import Client

from mingjing.contexts.accounts.models import User
from mingjing.contexts.catalog.models import Benchmark, Delegation, Import, Instrument, Item, ItemList
from mingjing.contexts.catalog.usecases import compiling, editions, importing, library
from mingjing.contexts.work.jobs import CancelledError
from tests.contexts.catalog.conftest import BENCHMARK, LAW, PENALTY, RANDOM, Desk, Publisher
from tests.contexts.catalog.test_rounds import hand_over

type SignedIn = Callable[[str], Client]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def as_user(desk: Desk) -> SignedIn:
    """A browser of somebody: ``as_user("agency_clerk.market")``."""

    def make(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    return make


def page(client: Client, address: str, status: int = 200, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


@pytest.fixture
def benchmark(desk: Desk, item: Item) -> Benchmark:
    row = editions.start_benchmark(
        actor=desk.clerk, at=desk.at, item=item.code, unit="market", level="county", content=BENCHMARK
    )
    desk.publish("benchmark", row.code)
    return row


@pytest.fixture
def lenient(desk: Desk, item: Item) -> ItemList:
    entry = {
        "number": "1",
        "item": item.code,
        "matter": "未明码标价",
        "conditions": "初次违法并及时改正",
        "criteria": [{"fact": "first_time"}, {"fact": "corrected"}],
        "basis": "《某省餐饮服务管理条例》第三条",
    }
    row = editions.start_list(
        actor=desk.clerk, at=desk.at, unit="market", kind="no_penalty", content={"entries": [entry]}
    )
    desk.publish("list", row.code)
    return row


def post(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, data)


def version_of(model: Any, code: str) -> int:
    return int(model.objects.get(code=code).version)


FORM = {
    "code": "MR-200",
    "unit": "market",
    "name": "对餐饮服务提供者未公示许可证件的处罚",
    "kind": "penalty",
    "basis": "《某省餐饮服务管理条例》第三条",
    "section": "餐饮科",
    "flow": "penalty_ordinary",
    "records": "询问 文字\n现场检查 录像 必录",
    "sources": ["powers", "fines"],
    "major": "拟处罚款≥50000元",
    "cross_region": "涉及的县（市、区）数>1",
}


@pytest.mark.requirement("YZ-06")
@pytest.mark.requirement("RZ-25")
def test_an_item_goes_from_draft_to_publication_in_the_browser(desk: Desk, law: object, as_user: SignedIn) -> None:
    clerk, head = as_user("agency_clerk.market"), as_user("agency_head.market")
    assert post(clerk, "/catalog/items/new/", **FORM).status_code == 302
    acts = "/catalog/editions/item/MR-200"
    assert "提交批准" in page(clerk, "/catalog/items/MR-200/")

    refused = post(clerk, f"{acts}/publish/", version=version_of(Item, "MR-200"))
    assert refused.status_code == 422
    assert "没有经负责人批准" in refused.content.decode()

    assert post(clerk, f"{acts}/submit/", version=version_of(Item, "MR-200")).status_code == 302
    assert "批准" in page(head, "/catalog/items/MR-200/")
    assert post(head, f"{acts}/approve/", version=version_of(Item, "MR-200")).status_code == 302
    done = post(clerk, f"{acts}/publish/", version=version_of(Item, "MR-200"), document="泗市监发〔2026〕9号")
    assert done.status_code == 302

    shown = page(as_user("officer.market"), "/catalog/items/MR-200/")
    for words in (
        "《某省餐饮服务管理条例》第三条",
        "泗水县市场监督管理局",
        "行政处罚普通程序",
        "权责清单、罚没清单",
        "录像（必录）",
        "拟处罚款达到5万元",
        "跨区域案件",
    ):
        assert words in shown
    assert "废止" not in shown.split("办理经过")[0].split("<h1>")[1][:600]


def test_a_form_that_cannot_be_read_is_shown_again_with_what_is_wrong(
    desk: Desk, law: object, as_user: SignedIn
) -> None:
    clerk = as_user("agency_clerk.market")
    wrong = post(clerk, "/catalog/items/new/", **{**FORM, "records": "发呆 文字", "major": "心情好"})
    assert wrong.status_code == 422
    assert "没有“发呆”这个环节" in wrong.content.decode()
    assert "看不懂条件" in wrong.content.decode()
    assert not Item.objects.exists()


def test_an_edit_page_shows_what_was_entered_and_saves_a_next_edition(
    desk: Desk, item: Item, as_user: SignedIn
) -> None:
    clerk = as_user("agency_clerk.market")
    shown = page(clerk, f"/catalog/items/{item.code}/edit/")
    assert "价监竞争科" in shown
    changed = {**FORM, "section": "执法大队", "version": item.version, "reason": "机构改革"}
    assert post(clerk, f"/catalog/items/{item.code}/edit/", **changed).status_code == 302
    stale = post(clerk, f"/catalog/items/{item.code}/edit/", **changed)
    assert "已被他人修改" in stale.content.decode()
    differences = page(clerk, f"/catalog/editions/item/{item.code}/differences/")
    assert "价监竞争科" in differences
    assert "执法大队" in differences
    assert "机构改革" in differences


def test_an_earlier_edition_and_that_of_a_day_can_be_read(desk: Desk, item: Item, as_user: SignedIn) -> None:
    officer = as_user("officer.market")
    assert "第1版" in page(officer, f"/catalog/items/{item.code}/", edition="1")
    assert "第1版" in page(officer, f"/catalog/items/{item.code}/", on=desk.today.isoformat())
    page(officer, f"/catalog/items/{item.code}/", status=404, on="2001-01-01")
    page(officer, f"/catalog/items/{item.code}/", status=404, edition="9")


@pytest.mark.requirement("YZ-07")
def test_a_random_inspection_item_without_frequency_is_refused_in_the_browser(
    desk: Desk, law: object, as_user: SignedIn
) -> None:
    clerk = as_user("agency_clerk.market")
    random = {
        **FORM,
        "kind": "inspection",
        "flow": "inspection",
        "basis": "《某省餐饮服务管理条例》第四条",
        "is_random": "on",
        "random_object": "餐饮服务提供者",
        "random_content": "明码标价",
        "random_ratio": "5%",
        "random_manner": "按主体随机",
    }
    assert post(clerk, "/catalog/items/new/", **random).status_code == 302
    address = "/catalog/editions/item/MR-200/submit/"
    refused = post(clerk, address, version=version_of(Item, "MR-200"))
    assert "没有写抽查频次" in refused.content.decode()
    saved = post(
        clerk,
        "/catalog/items/MR-200/edit/",
        **{**random, "random_frequency": "每年两次", "version": version_of(Item, "MR-200")},
    )
    assert saved.status_code == 302
    assert post(clerk, address, version=version_of(Item, "MR-200")).status_code == 302


@pytest.mark.requirement("RZ-22")
def test_a_county_tier_beyond_the_superior_range_is_refused_in_the_browser(
    desk: Desk, item: Item, as_user: SignedIn
) -> None:
    """Superior range 10,000–30,000; a county tier up to 40,000."""
    above = editions.start_benchmark(
        actor=desk.clerk, at=desk.at, item=item.code, unit="market", level="city", content=BENCHMARK
    )
    desk.publish("benchmark", above.code)
    clerk = as_user("agency_clerk.market")

    def sent(most: str) -> Any:
        rows = [
            ("较轻", "1000元以上10000元以下", "较轻"),
            ("一般", f"10000元以上{most}以下", "一般"),
            ("较重", "30000元以上50000元以下", "较重"),
        ]
        data = {
            "unit": "market",
            "level": "county",
            "basis": "《某省餐饮服务管理条例》第三条",
            "law_fine": "1000元以上50000元以下",
            "law_kinds": ["fine"],
            "upper": above.code,
            "tiers-TOTAL_FORMS": "3",
            "tiers-INITIAL_FORMS": "0",
            "factors-TOTAL_FORMS": "0",
            "factors-INITIAL_FORMS": "0",
        }
        for number, (name, fine, refines) in enumerate(rows):
            data |= {
                f"tiers-{number}-name": name,
                f"tiers-{number}-fine": fine,
                f"tiers-{number}-refines": refines,
                f"tiers-{number}-kinds": ["fine"],
            }
        return post(clerk, f"/catalog/items/{item.code}/benchmark/", **data)

    refused = sent("40000元")
    assert refused.status_code == 422
    assert "超出了上级基准“一般”" in refused.content.decode()
    assert Benchmark.objects.filter(level="county").count() == 0
    assert sent("30000元").status_code == 302
    assert "细化上级“一般”" in page(clerk, f"/catalog/benchmarks/{Benchmark.objects.get(level='county').code}/")


class TestCalculator:
    def test_shows_tier_range_basis_lists_and_says_that_there_are_no_like_cases(
        self, desk: Desk, benchmark: Benchmark, lenient: ItemList, item: Item, as_user: SignedIn
    ) -> None:
        officer = as_user("officer.market")
        address = f"/catalog/calculator/{item.code}/"
        assert "没有同类案件" in page(officer, address)
        asked = page(officer, address, first_time="yes")
        assert "尚不能确定" in asked
        assert "货值金额" in asked
        shown = page(officer, address, value_fen="8000", first_time="yes", corrected="yes")
        for words in ("较轻", "1,000元以上1万元以下", "《某省餐饮服务管理条例》第三条", "符合宽严清单", "第1项"):
            assert words in shown

    def test_shows_the_distribution_of_like_cases(
        self, desk: Desk, benchmark: Benchmark, item: Item, as_user: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from mingjing.contexts.catalog import queries

        fines = [200_000, 300_000, 300_000, 1_200_000]
        monkeypatch.setattr(
            queries, "_providers", [lambda code, *_: (fines if code == item.code else [], "来自事实库")]
        )
        shown = page(as_user("officer.market"), f"/catalog/calculator/{item.code}/")
        assert "4件同类案件罚款在2,000元至12,000元之间" in shown.replace("1.2万元", "12,000元")
        assert "来自事实库" in shown

    def test_is_chosen_from_the_items_with_a_benchmark(
        self, desk: Desk, benchmark: Benchmark, item: Item, as_user: SignedIn
    ) -> None:
        officer = as_user("officer.market")
        assert item.name in page(officer, "/catalog/calculator/")
        assert "没有找到" in page(officer, "/catalog/calculator/", q="无此行为")

    def test_says_what_to_do_without_a_benchmark(self, desk: Desk, item: Item, as_user: SignedIn) -> None:
        assert "还没有施行中的裁量基准" in page(as_user("officer.market"), f"/catalog/calculator/{item.code}/")


class TestLists:
    def test_a_compiled_list_shows_the_source_of_each_item(
        self, desk: Desk, published: Publisher, as_user: SignedIn
    ) -> None:
        published(PENALTY, "MR-105")
        published(RANDOM, "MR-J1")
        clerk = as_user("agency_clerk.market")
        assert post(clerk, "/catalog/lists/new/", unit="market", kind="random_inspection").status_code == 302
        shown = page(clerk, "/catalog/lists/random_inspection-market/")
        assert "每年两次" in shown
        assert "未明码标价" not in shown

    @pytest.mark.requirement("LC-14")
    def test_all_four_leniency_lists_of_an_agency_are_kept_with_version_and_date(
        self, desk: Desk, item: Item, benchmark: Benchmark, as_user: SignedIn
    ) -> None:
        clerk = as_user("agency_clerk.market")
        for kind in ("no_penalty", "mitigated", "lighter", "heavier"):
            assert post(clerk, "/catalog/lists/new/", unit="market", kind=kind).status_code == 302
            code = f"{kind}-market"
            data = {
                "version": version_of(ItemList, code),
                "entries-TOTAL_FORMS": "1",
                "entries-INITIAL_FORMS": "0",
                "entries-0-number": "1",
                "entries-0-item": item.code,
                "entries-0-matter": f"未明码标价（{kind}）",
                "entries-0-conditions": "初次违法",
                "entries-0-criteria": "初次违法" if kind == "no_penalty" else "非初次违法",
                "entries-0-basis": "《某省餐饮服务管理条例》第三条",
            }
            assert post(clerk, f"/catalog/lists/{code}/edit/", **data).status_code == 302
            desk.publish("list", code)
        shown = page(clerk, "/catalog/lists/")
        for name in ("不予处罚", "减轻处罚", "从轻处罚", "从重处罚"):
            assert name in shown
        assert shown.count(f"{desk.today:%Y-%m-%d}") >= 4
        matched = page(as_user("officer.market"), f"/catalog/calculator/{item.code}/", first_time="yes")
        assert "未明码标价（no_penalty）" in matched
        assert "未明码标价（heavier）" not in matched


class TestLibrary:
    @pytest.mark.requirement("YZ-05")
    def test_a_law_that_was_amended_puts_what_cites_it_on_the_list_until_it_is_handled(
        self, desk: Desk, item: Item, as_user: SignedIn
    ) -> None:
        overseer, clerk = as_user("overseer.justice"), as_user("agency_clerk.market")
        book = Instrument.objects.get()
        address = f"/laws/{book.code}/"
        assert item.name in page(overseer, address)
        changed = post(
            overseer, f"{address}standing/", standing="amended", version=book.version, notes="省人大公告第9号"
        )
        assert changed.status_code == 302
        assert item.name in page(clerk, "/catalog/affected/", waiting="1")
        pk = book.affected.get().pk
        assert post(clerk, f"/catalog/affected/{pk}/", handling="已按新条例修订", version=1).status_code == 302
        assert item.name not in page(clerk, "/catalog/affected/", waiting="1")

    def test_articles_are_searched_and_shown_with_who_cites_them(
        self, desk: Desk, item: Item, as_user: SignedIn
    ) -> None:
        officer = as_user("officer.market")
        assert "第三条" in page(officer, "/laws/search/", q="五万元")
        assert "没有找到" in page(officer, "/laws/search/", q="原子弹")
        book = Instrument.objects.get()
        shown = page(officer, f"/laws/{book.code}/articles/3/")
        assert "可以处一千元以上五万元以下罚款" in shown
        assert item.name in shown
        page(officer, f"/laws/{book.code}/articles/99/", status=404)

    def test_a_text_is_imported_in_the_browser(self, desk: Desk, as_user: SignedIn) -> None:
        overseer = as_user("overseer.justice")
        file = BytesIO(LAW.encode())
        file.name = "条例.txt"
        shown = overseer.post("/laws/import/", {"file": file}).content.decode()
        assert "共5条" in shown
        bad = BytesIO("便条".encode())
        bad.name = "便条.txt"
        assert overseer.post("/laws/import/", {"file": bad}).status_code == 422

    @pytest.mark.requirement("RZ-68")
    def test_a_guiding_case_is_shown_with_its_item(self, desk: Desk, item: Item, as_user: SignedIn) -> None:
        library.enter_guiding_case(
            actor=desk.overseer, at=desk.at, code="G1", title="某餐馆未明码标价案", unit="justice",
            gist="首违改正不罚", item=item.code,
        )  # fmt: skip
        officer = as_user("officer.market")
        assert "某餐馆未明码标价案" in page(officer, f"/catalog/items/{item.code}/")
        assert "首违改正不罚" in page(officer, "/laws/guiding-cases/")

    @pytest.mark.requirement("SS-47")
    def test_the_provincial_procedure_is_shown_where_an_item_has_none(
        self, desk: Desk, item: Item, as_user: SignedIn
    ) -> None:
        assert "《山东省行政程序规定》" in page(as_user("officer.market"), f"/catalog/items/{item.code}/")


class TestRounds:
    def test_an_evaluation_is_recorded_and_an_item_taken_back(self, desk: Desk, item: Item, as_user: SignedIn) -> None:
        row = hand_over(desk, item)
        overseer = as_user("overseer.justice")
        address = f"/catalog/delegations/{row.pk}/"
        assert "行使中" in page(overseer, address)
        refused = post(overseer, f"{address}evaluate/", outcome="cannot", findings="全年0件", version=row.version)
        assert "调整建议" in refused.content.decode()
        done = post(
            overseer, f"{address}evaluate/", outcome="cannot", findings="全年0件", proposal="收回", version=row.version
        )
        assert done.status_code == 302
        row.refresh_from_db()
        taken = post(overseer, f"{address}take-back/", reason="县政府决定", version=row.version)
        assert taken.status_code == 302
        assert Delegation.objects.get().ended_on == desk.today
        assert "已收回" in page(overseer, "/catalog/delegations/")

    @pytest.mark.requirement("RZ-28")
    def test_a_clean_up_goes_from_proposal_to_effect(self, desk: Desk, item: Item, as_user: SignedIn) -> None:
        from mingjing.contexts.catalog.queries import NotOpenError, require_open

        overseer, head = as_user("overseer.justice"), as_user("overseer_head.justice")
        assert (
            post(overseer, "/catalog/cleanups/new/", code="2026", name="2026年事项清理", unit="justice").status_code
            == 302
        )
        address = "/catalog/cleanups/2026/"
        proposal = {
            "do": "propose",
            "item": item.code,
            "outcome": "cancel",
            "reason": "上位法取消",
            "argued": "论证会纪要",
            "effective_on": desk.today.isoformat(),
        }
        assert post(overseer, address, **proposal).status_code == 302
        assert "取消" in page(head, address)
        from mingjing.contexts.catalog.models import CleanupProposal

        pk = CleanupProposal.objects.get().pk
        assert post(overseer, address, do="approve", proposal=pk, version=1).status_code == 403
        assert post(head, address, do="approve", proposal=pk, version=1).status_code == 302
        with pytest.raises(NotOpenError):
            require_open(item=item.code, unit="market", on=desk.today)


class TestExchange:
    HEAD = ("编号", "事项名称", "类别", "依据", "承办机构")

    def workbook(self, *rows: tuple[str, ...]) -> BytesIO:
        out = BytesIO()
        book = xlsxwriter.Workbook(out)
        sheet = book.add_worksheet()
        for number, row in enumerate((self.HEAD, *rows)):
            sheet.write_row(number, 0, row)
        book.close()
        out.seek(0)
        out.name = "权责清单.xlsx"
        return out

    @pytest.fixture
    def send(self, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
        """Post, and let the worker do what was handed to it: ``send(clerk, address, unit="market")``."""

        def post(client: Client, address: str, **data: Any) -> Any:
            with django_capture_on_commit_callbacks(execute=True):
                return client.post(address, data)

        return post

    def test_every_bad_row_is_named_and_nothing_is_written_until_the_good_rows_are_chosen(
        self, desk: Desk, item: Item, as_user: SignedIn, send: Callable[..., Any]
    ) -> None:
        clerk = as_user("agency_clerk.market")
        good = "《某省餐饮服务管理条例》第三条"
        file = self.workbook(
            ("A-1", "对甲的处罚", "行政处罚", good, "一科"),
            ("A-2", "", "行政处罚", good, "一科"),
            ("A-3", "对丙的处罚", "行政魔法", good, "一科"),
            ("A-4", "对丁的处罚", "行政处罚", "《某省餐饮服务管理条例》第八十条", "一科"),
            (item.code, "对戊的处罚", "行政处罚", good, "一科"),
            ("A-6", "对己的检查", "行政检查", "《某省餐饮服务管理条例》第四条", "一科"),
        )
        assert send(clerk, "/catalog/imports/new/", unit="market", file=file).status_code == 302
        row = Import.objects.get()
        assert sorted({one["row"] for one in row.bad if one["fatal"]}) == [3, 4, 5, 6]
        shown = page(clerk, f"/catalog/imports/{row.pk}/")
        for words in (
            "没有事项名称",
            "不认识类别“行政魔法”",
            "没有第八十条",
            f"编码“{item.code}”已经有了",
            "还没有写入任何内容",
        ):
            assert words in shown
        assert Item.objects.count() == 1
        assert send(clerk, f"/catalog/imports/{row.pk}/", version=row.version).status_code == 302
        assert set(Item.objects.values_list("code", flat=True)) == {item.code, "A-1", "A-6"}
        assert "已导入" in page(clerk, f"/catalog/imports/{row.pk}/")

    def test_what_was_cancelled_is_gone_on_with_and_no_row_comes_twice(
        self, desk: Desk, law: object, as_user: SignedIn, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "ROWS_AT_ONCE", 2)
        clerk = as_user("agency_clerk.market")
        good = "《某省餐饮服务管理条例》第三条"
        file = self.workbook(*((f"A-{number}", f"对{number}的处罚", "行政处罚", good, "一科") for number in range(5)))
        send(clerk, "/catalog/imports/new/", unit="market", file=file)
        row = Import.objects.get()

        def cancelled(done: int, of: int, words: str) -> None:
            if done >= 2:
                raise CancelledError

        with pytest.raises(CancelledError):
            importing.take_over(actor=desk.clerk, at=desk.at, pk=row.pk, version=row.version, progress=cancelled)
        assert Item.objects.count() == 2
        assert "接着导入 3 行" in page(clerk, f"/catalog/imports/{row.pk}/")
        row.refresh_from_db()
        send(clerk, f"/catalog/imports/{row.pk}/", version=row.version)
        assert sorted(Item.objects.values_list("code", flat=True)) == [f"A-{number}" for number in range(5)]
        assert "已导入" in page(clerk, f"/catalog/imports/{row.pk}/")

    def test_a_foreign_list_is_read_with_its_merged_cells(
        self, desk: Desk, law: object, as_user: SignedIn, send: Callable[..., Any]
    ) -> None:
        text = (
            "序号 | 抽查领域 | 抽查事项 | 检查对象 | 抽查比例 | 发起部门 | 配合部门 |\n"
            "1 | 学校抽查 | 1.食堂食品安全的检查 | 中小学 | M50% | 市场监管部门 | 教育、卫生健康部门 |\n"
            "  |  | 2.校外培训收费的检查 | 培训机构 | 5% |  |  |\n"
        )
        file = BytesIO(text.encode())
        file.name = "联合抽查.txt"
        clerk = as_user("agency_clerk.market")
        assert send(clerk, "/catalog/imports/new/", unit="market", file=file).status_code == 302
        row = Import.objects.get()
        assert [one["content"]["name"] for one in row.good] == ["食堂食品安全的检查", "校外培训收费的检查"]
        assert "配合部门：教育部门、卫生健康部门" in row.good[1]["content"]["notes"]
        assert "≥50%" in page(clerk, f"/catalog/imports/{row.pk}/")

    def test_what_is_no_table_is_refused_in_words(self, desk: Desk, as_user: SignedIn) -> None:
        clerk = as_user("agency_clerk.market")
        for name, data in (("a.xlsx", b"no workbook"), ("b.txt", "今天开会".encode())):
            file = BytesIO(data)
            file.name = name
            assert clerk.post("/catalog/imports/new/", {"unit": "market", "file": file}).status_code == 422

    @pytest.mark.requirement("TS-38")
    @pytest.mark.requirement("YZ-08")
    def test_the_compendium_holds_list_process_and_benchmark_and_names_what_is_missing(
        self, desk: Desk, benchmark: Benchmark, published: Publisher, as_user: SignedIn
    ) -> None:
        published({**PENALTY, "name": "对某行为的处罚", "flow": ""}, "MR-300")
        overseer = as_user("overseer.justice")
        check = page(overseer, "/catalog/items/completeness/")
        assert "没有流程图" in check
        assert "没有裁量基准" in check

        answer = overseer.get("/catalog/items/compendium.xlsx")
        assert answer["Content-Type"] == XLSX
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
        assert [row[2] for row in sheets["事项清单"][1:]] == [PENALTY["name"], "对某行为的处罚"]
        assert "立案 → 调查取证" in sheets["执法流程"][1][3]
        assert sheets["裁量基准"][1][5] == "1,000元以上1万元以下"
        assert [(row[1], row[3]) for row in sheets["缺少的部分"][1:]] == [("对某行为的处罚", "流程、裁量基准")]

        import docx

        document = docx.Document(BytesIO(overseer.get("/catalog/items/compendium.docx").content))
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        assert "对某行为的处罚：缺流程、裁量基准" in text

    def test_the_template_is_one_that_the_import_reads(
        self, desk: Desk, law: object, as_user: SignedIn, send: Callable[..., Any]
    ) -> None:
        clerk = as_user("agency_clerk.market")
        file = BytesIO(clerk.get("/catalog/imports/template.xlsx").content)
        file.name = "模板.xlsx"
        assert send(clerk, "/catalog/imports/new/", unit="market", file=file).status_code == 302
        assert Import.objects.get().good == []


def test_lists_cost_the_same_number_of_queries_for_many_rows(
    desk: Desk, published: Publisher, as_user: SignedIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        published({**PENALTY, "act_code": f"X-{number}"}, f"M-{number}")
    compiling.compile_list(actor=desk.clerk, at=desk.at, unit="market", kind="powers", on=desk.today)
    officer = as_user("officer.market")
    with django_assert_max_num_queries(22):
        page(officer, "/catalog/items/")


@pytest.mark.parametrize(
    "address",
    ["/catalog/items/", "/catalog/lists/", "/catalog/benchmarks/", "/catalog/calculator/", "/catalog/delegations/",
     "/catalog/cleanups/", "/laws/", "/laws/search/", "/laws/guiding-cases/", "/catalog/affected/",
     "/catalog/items/completeness/", "/catalog/items/new/", "/catalog/lists/new/", "/catalog/imports/new/",
     "/laws/new/", "/laws/import/", "/catalog/cleanups/new/", "/catalog/delegations/new/"],
)  # fmt: skip
def test_every_page_opens_empty_for_who_may_and_refuses_who_may_not(
    desk: Desk, as_user: SignedIn, address: str, user_with: Any
) -> None:
    user_with("auxiliary", "health", "auxiliary.health")
    assert Client().get(address).status_code == 302
    codes = {as_user(name).get(address).status_code for name in ("overseer.justice", "agency_clerk.market")}
    assert 200 in codes
    assert codes <= {200, 403}
    assert as_user("auxiliary.health").get(address).status_code in (200, 403)
