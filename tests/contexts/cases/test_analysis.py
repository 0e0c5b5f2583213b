"""Cases counted by agency, field, area, time and kind: each number equals the list that it leads to."""

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mingjing.contexts.accounts.models import User
from mingjing.contexts.cases.analysis import DIMENSIONS
from mingjing.contexts.cases.models import Case
from mingjing.contexts.catalog.models import Item
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_api import Caller

NEW_YEARS_EVE = datetime(2025, 12, 31, 23, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def filled(office: Office) -> Office:
    """Cases of four months and two sources; of one nobody entered where it came from."""
    Item.objects.filter(pk=office.item.pk).update(domain="market_regulation")
    for days, source in ((0, "inspection"), (0, "complaint"), (40, "inspection"), (75, "")):
        office.at = NEW_YEARS_EVE + timedelta(days=days)
        case = office.open(source=source or "inspection")
        Case.objects.filter(pk=case.pk).update(source=source)
    # half an hour after midnight: the first of January here, the last of December in UTC
    office.at = NEW_YEARS_EVE + timedelta(hours=1)
    office.open()
    return office


def client_of(username: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=username))
    return client


def numbers(page: str) -> list[tuple[str, int]]:
    """The linked numbers of the table and of the data under the picture."""
    found = re.findall(r'<a href="(/cases/\?[^"]*)">([\d,]+)</a>', page)
    return [(unescape(href), int(number.replace(",", ""))) for href, number in found]


def listed(client: Client, href: str) -> int:
    page = client.get(href).content.decode()
    return int(re.search(r"共 (\d+) 件", page)[1])  # type: ignore[index]


@pytest.mark.requirement("RZ-79")
def test_every_number_equals_the_list_that_it_leads_to(filled: Office) -> None:
    client = client_of("head")
    for query in (*(f"by={code}" for code in DIMENSIONS), "by=source&across=month", "by=year&across=domain"):
        answer = client.get(f"/cases/analysis/?{query}")
        assert answer.status_code == 200
        found = numbers(answer.content.decode())
        assert max(number for _, number in found) == Case.objects.count()
        for href, number in dict.fromkeys(found):
            assert listed(client, href) == number, href


@pytest.mark.requirement("RZ-79")
def test_the_conditions_of_the_page_hold_in_the_list_too(filled: Office) -> None:
    client = client_of("head")
    page = client.get("/cases/analysis/?by=month&opened_from=2025-12-31&opened_to=2026-01-10").content.decode()
    assert "2025年12月" in page and "2026年1月" in page and "2026年2月" not in page
    found = dict(numbers(page))
    assert sorted(found.values()) == [1, 2, 3]
    assert all(listed(client, href) == number for href, number in found.items())


def test_a_number_counts_what_the_viewer_may_see(filled: Office) -> None:
    # the officer's list begins with the own cases; a number of the analysis does not
    client = client_of("one")
    for href, number in numbers(client.get("/cases/analysis/").content.decode()):
        assert listed(client, href) == number


def test_the_number_of_queries_does_not_grow_with_the_cases(filled: Office) -> None:
    client = client_of("head")

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/cases/analysis/?by=unit&across=month")
        return len(caught)

    before = asked()
    for _ in range(5):
        filled.at = timezone.now()
        filled.open()
    assert asked() <= before


def test_the_table_can_be_taken_away_and_that_stands_in_the_log(filled: Office) -> None:
    answer = client_of("head").get("/cases/analysis/?by=source&across=kind&export=csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert rows[0] == ["案件来源", "行政处罚", "合计（件）", "占比（%）"]
    assert ["检查发现", "3", "3", "60.0"] in rows
    assert ["没有登记", "1", "1", "20.0"] in rows


def test_the_api_tells_the_same(filled: Office) -> None:
    told = Caller(filled, "head").ask("get", "/cases/analysis?by=month&across=source")
    assert told["total"] == 5
    assert [one["key"] for one in told["rows"]] == ["2025-12", "2026-01", "2026-02", "2026-03"]
    assert {(one["by"], one["across"]): one["count"] for one in told["counts"]}[("2025-12", "complaint")] == 1
    assert {one["key"] for one in told["columns"]} == {"inspection", "complaint", "-"}
    Caller(filled, "head").ask("get", "/cases/analysis?by=weather", status=422)
