"""A table shows, filters, orders and exports the same rows; its queries do not grow; nothing in a cell is ever run."""

import csv
import io
import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.records.models import Entry
from mingjing.contexts.ui.components import Badge, Tone
from mingjing.contexts.ui.errors import BadTableError, NoPermissionError
from mingjing.contexts.ui.tables import (
    BulkAct,
    ChoiceFilter,
    Column,
    DateFilter,
    FlagFilter,
    Table,
    TableView,
    TextFilter,
)
from mingjing.kernel.errors import DomainError
from tests.contexts.conftest import ActorMaker


class KeptError(DomainError):
    code = "test.kept"


def rename(actor: Actor, at: datetime, row: Unit, reason: str) -> None:
    if row.code == "market":
        raise KeptError("市场监管局不能改名。")
    Unit.objects.filter(pk=row.pk).update(short_name=reason)


UNITS = Table(
    name="test.units",
    columns=(
        Column(
            name="name", label="名称", value=lambda row: row.name, order="name", href=lambda row: f"/units/{row.code}/"
        ),
        Column(name="kind", label="类别", value=lambda row: Badge(text=row.kind, tone=Tone.INFO), order="kind"),
        Column(name="from", label="设立日期", value=lambda row: row.valid_from, order="valid_from"),
        Column(name="code", label="代码", value=lambda row: row.code, shown=False),
        Column(name="level", label="层级", value=lambda row: row.path.count("/"), number=True),
    ),
    filters=(
        TextFilter(name="called", label="名称", fields=("name",)),
        ChoiceFilter(name="kind", label="类别", choices=[("agency", "机关"), ("town", "镇街")]),
        DateFilter(name="since", label="设立", field="valid_from"),
        FlagFilter(name="under", label="有上级", condition=Q(parent__isnull=False)),
    ),
    bulk=(BulkAct(name="rename", label="改简称", permission="accounts.unit.edit", each=rename, reason=True),),
    search=("name", "code"),
    order="name",
    row_name=lambda row: row.name,
)


class UnitsPage(TableView[Actor]):
    table = UNITS
    title = "单位"
    permission = "accounts.unit.view"

    def rows(self) -> Any:
        return visible(Unit.objects.all(), self.actor, self.permission)


@pytest.fixture
def admin(actor_with: ActorMaker) -> Actor:
    return actor_with("system_admin", "county")


def ask(actor: Actor, query: str = "", **post: Any) -> HttpResponse:
    factory = RequestFactory()
    request: HttpRequest = factory.post(f"/units/{query}", post) if post else factory.get(f"/units/{query}")
    request.actor = actor  # type: ignore[attr-defined]
    request.session = {}  # type: ignore[assignment]
    request._messages = []  # type: ignore[attr-defined]
    return UnitsPage.as_view()(request)


def read(response: HttpResponse) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def sheet_of(response: HttpResponse) -> Any:
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    response.close()
    return openpyxl.load_workbook(io.BytesIO(content)).active


def names(response: HttpResponse) -> list[str]:
    return re.findall(r'/units/\w+/">([^<]+)</a>', response.content.decode())


class TestWhatIsShown:
    def test_filters_live_in_the_address(self, admin: Actor) -> None:
        assert len(names(ask(admin))) == 7
        assert names(ask(admin, "?kind=town")) == ["泗河街道办事处"]
        assert names(ask(admin, "?called=卫生")) == ["泗水县卫生健康局"]
        assert len(names(ask(admin, "?under=1"))) == 6
        assert names(ask(admin, "?q=squad")) == ["泗水县市场监管综合执法大队"]
        Unit.objects.filter(code="health").update(valid_from=date(2019, 3, 1))
        assert names(ask(admin, "?since_from=2019-03-01&since_to=2019-03-01")) == ["泗水县卫生健康局"]
        assert names(ask(admin, "?since_to=2019-02-28")) == []

    @pytest.mark.parametrize(
        "query",
        [
            "?page=x",
            "?page=9999",
            "?size=7",
            "?sort=nothing",
            "?kind=%27--",
            "?since_from=2026-13-99",
            "?columns=none",
            "?q=%00%25_",
        ],
    )
    def test_nonsense_in_the_address_breaks_nothing(self, admin: Actor, query: str) -> None:
        assert ask(admin, query).status_code == 200

    def test_orders_both_ways(self, admin: Actor) -> None:
        forth, back = names(ask(admin, "?sort=name")), names(ask(admin, "?sort=-name"))
        assert forth == back[::-1]
        assert 'aria-sort="descending"' in ask(admin, "?sort=-name").content.decode()

    def test_says_what_limits_the_rows_and_how_to_undo_it(self, admin: Actor) -> None:
        page = ask(admin, "?kind=agency&q=泗水&sort=name").content.decode()
        assert "类别：机关" in page
        assert 'href="?q=%E6%B3%97%E6%B0%B4&amp;sort=name"' in page

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, admin: Actor) -> None:
        with CaptureQueriesContext(
            connection,
        ) as few:
            ask(admin)
        for at in range(5):
            Unit.objects.create(code=f"new{at}", name=f"新单位{at}", kind="agency", place="370831", path=f"new{at}/")
        with CaptureQueriesContext(connection) as more:
            ask(admin)
        assert len(more) == len(few)

    def test_shows_only_what_the_viewer_may_see(self, actor_with: ActorMaker) -> None:
        assert "济宁市" not in names(ask(actor_with("overseer", "justice")))
        with pytest.raises(NoPermissionError):
            ask(actor_with("auxiliary"))

    def test_counts_no_further_than_it_must(self, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            UnitsPage,
            "table",
            SimpleNamespace(
                **{name: getattr(UNITS, name) for name in dir(UNITS) if not name.startswith("__")} | {"count_up_to": 5}
            ),
        )
        assert "超过 5 条" in ask(admin).content.decode()


class TestExport:
    def test_gives_exactly_what_is_shown(self, admin: Actor) -> None:
        query = "?kind=agency&sort=-name&columns=name,code"
        rows = read(ask(admin, query + "&export=csv"))
        assert rows[0] == ["名称", "代码"]
        assert [row[0] for row in rows[1:]] == names(ask(admin, query))

    def test_holds_all_pages(self, admin: Actor) -> None:
        for at in range(50):
            Unit.objects.create(code=f"n{at}", name=f"单位{at:02}", kind="agency", place="370831", path=f"n{at}/")
        assert len(read(ask(admin, "?export=csv"))) == 58

    def test_the_workbook_says_the_same(self, admin: Actor) -> None:
        Unit.objects.filter(code="health").update(valid_from=date(2019, 3, 1))
        response = ask(admin, "?export=xlsx&q=卫生")
        sheet = sheet_of(response)
        assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
            ["名称", "类别", "设立日期", "层级"],
            ["泗水县卫生健康局", "agency", datetime(2019, 3, 1), 3],
        ]

    @pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "＝1", "\t=1"])
    def test_a_text_is_never_a_formula(self, admin: Actor, text: str) -> None:
        Unit.objects.filter(code="health").update(name=text)
        row = next(row for row in read(ask(admin, "?export=csv&columns=name,code")) if row[1] == "health")
        assert row[0] == f"'{text}"
        response = ask(admin, "?export=xlsx&columns=name,code")
        sheet = sheet_of(response)
        cell = next(row[0] for row in sheet.iter_rows(min_row=2) if row[1].value == "health")
        assert (cell.data_type, cell.value) == ("s", text)

    def test_stands_in_the_log(self, admin: Actor) -> None:
        ask(admin, "?export=csv&kind=town")
        entry = Entry.objects.get(act="ui.export")
        assert entry.subject == "table:test.units"


class TestBulk:
    def test_asks_before_it_does(self, admin: Actor, units: dict[str, Unit]) -> None:
        page = ask(admin, act="rename", key=[units["town"].pk, units["market"].pk])
        assert "泗河街道办事处" in page.content.decode()
        assert not Unit.objects.exclude(short_name="").exists()

    def test_wants_a_reason(self, admin: Actor, units: dict[str, Unit]) -> None:
        assert ask(admin, act="rename", key=[units["town"].pk], sure="1").status_code == 422

    def test_does_each_by_itself_and_tells_what_was_refused(self, admin: Actor, units: dict[str, Unit]) -> None:
        keys = [units[code].pk for code in ("town", "market", "health")]
        page = ask(admin, act="rename", key=keys, sure="1", reason="新").content.decode()
        assert set(Unit.objects.filter(short_name="新").values_list("code", flat=True)) == {"town", "health"}
        assert "市场监管局不能改名。" in page

    def test_reaches_no_row_beyond_the_list(self, actor_with: ActorMaker, units: dict[str, Unit]) -> None:
        with pytest.raises(NoPermissionError):
            ask(actor_with("overseer", "justice"), act="rename", key=[units["town"].pk], sure="1", reason="新")


def test_a_cell_is_text(admin: Actor) -> None:
    Unit.objects.filter(code="health").update(name="<script>alert(1)</script>")
    page = ask(admin, "?q=<script>alert(2)</script>").content.decode() + ask(admin).content.decode()
    assert "<script>alert" not in page


@pytest.fixture
def column() -> Column:
    return Column(name="a", label="甲", value=str)


@pytest.mark.parametrize(
    "bad",
    [
        {"filters": [TextFilter(name="page", label="页", fields=("x",))]},
        {"columns": [Column(name="a", label="甲", value=str)] * 2},
        {"order": "a"},
    ],
)
def test_a_table_that_cannot_work_is_refused_at_once(bad: dict[str, Any], column: Column) -> None:
    with pytest.raises(BadTableError):
        Table(**{"name": "bad", "columns": [column]} | bad)


def test_a_moment_is_told_in_the_time_of_the_place() -> None:
    from mingjing.contexts.ui.values import text

    assert text(datetime(2026, 11, 19, 16, 30, tzinfo=UTC)) == "2026-11-20 00:30"
