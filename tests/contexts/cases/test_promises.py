"""What an item promises, and what its cases took in working hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mingjing.contexts.cases.models import Case
from mingjing.domain.catalog.items import ItemContent, item_gaps, item_of_data
from mingjing.domain.catalog.promises import PromisedTime, PromiseUnit, promise_of
from mingjing.domain.officehours import length, used_up, worked
from mingjing.law.calendars import calendar
from tests.contexts.cases.conftest import ITEM, Office, item_in_force
from tests.contexts.cases.test_pages import client_of, page_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
SETUP = {**ITEM, "name": "企业开办", "kind": "license", "act_code": "", "flow": "license"}
BY_PLAN = {**SETUP, "promised_time": {"parameter": "enterprise_setup.days", "unit": "day"}}
ONE_SECOND = timedelta(seconds=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def decided(office: Office, title: str, accepted: str, granted: str) -> Case:
    """A set-up that was accepted and granted at these moments."""
    office.at = moment(accepted) - timedelta(minutes=5)
    office.open("license", item="QYKB", title=title)
    office.go("application")
    office.at = moment(accepted)
    office.go("acceptance", outcome="approved")
    office.at = moment(granted) - timedelta(minutes=1)
    office.go("examination")
    office.at = moment(granted)
    office.go("grant")
    return office.case


@pytest.mark.requirement("SS-73")
def test_four_working_hours_pass_and_four_and_a_half_are_listed_as_over_the_limit(office: Office) -> None:
    item_in_force(office.unit, BY_PLAN, "QYKB")
    passed = decided(office, "甲公司设立", "2026-03-02 09:00", "2026-03-02 14:30")
    slow = decided(office, "乙公司设立", "2026-03-02 16:00", "2026-03-03 11:00")

    assert (passed.promised_seconds, passed.worked_seconds) == (4 * 3600, 4 * 3600)
    assert (slow.promised_seconds, slow.worked_seconds) == (4 * 3600, 4.5 * 3600)
    client = client_of("head")
    assert "用时4.5小时（0.56个工作日）" in page_of(client, f"/cases/{slow.code}/")
    assert "按承诺办结" in page_of(client, f"/cases/{passed.code}/")
    listed = page_of(client, "/cases/promises/")
    assert "乙公司设立" in listed
    assert "4.5小时（0.56个工作日）" in listed
    assert "甲公司设立" not in listed
    assert "甲公司设立" in page_of(client, "/cases/promises/?standing=kept")
    exported = client.get("/cases/promises/?export=csv")
    assert "乙公司设立" in b"".join(exported).decode()  # type: ignore[arg-type]
    told = client.get("/api/v1/cases?promise_exceeded=true").json()["items"]
    assert [(one["code"], one["worked_seconds"]) for one in told] == [(slow.code, 16_200)]


def test_a_case_that_runs_is_listed_once_its_time_is_used_up(office: Office) -> None:
    item_in_force(office.unit, BY_PLAN, "QYKB")
    office.at = moment("2026-03-02 16:00")
    office.open("license", item="QYKB", title="丙公司设立")
    office.go("application")
    office.go("acceptance", outcome="approved")

    assert office.case.promise_due_at == moment("2026-03-03 10:30")
    assert office.case.worked_seconds is None
    assert "丙公司设立" in page_of(client_of("head"), "/cases/promises/")
    assert "已超过承诺时限" in page_of(client_of("head"), f"/cases/{office.case.code}/")


def test_items_without_a_promise_are_not_measured(office: Office) -> None:
    item_in_force(office.unit, SETUP, "QYKB")
    case = decided(office, "丁公司设立", "2026-03-02 09:00", "2026-03-05 14:30")
    assert (case.promised_seconds, case.promise_due_at, case.worked_seconds) == (None, None, None)
    assert "承诺办结时限" not in page_of(client_of("head"), f"/cases/{case.code}/")
    assert "丁公司设立" not in page_of(client_of("head"), "/cases/promises/?standing=all")


def hours_between(first: str, last: str) -> float:
    spans = worked(datetime.fromisoformat(first), datetime.fromisoformat(last), "370831", calendar())
    return length(spans) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        ("2026-03-02 08:30", "2026-03-02 18:00", 8),
        ("2026-03-02 12:00", "2026-03-02 13:30", 0),
        ("2026-03-02 18:30", "2026-03-03 09:00", 0.5),
        ("2026-03-06 17:00", "2026-03-09 09:30", 2),
        ("2026-04-30 17:00", "2026-05-06 09:30", 2),
        ("2026-05-09 08:30", "2026-05-09 12:00", 3.5),
    ],
    ids=["a day", "noon", "from the evening", "over a weekend", "over a festival", "a Saturday worked instead"],
)
def test_only_office_hours_of_working_days_count(first: str, last: str, hours: float) -> None:
    assert hours_between(first, last) == hours


def test_the_promise_is_used_up_when_as_much_was_worked() -> None:
    for first in ("2026-03-02 08:30", "2026-03-02 11:59:59", "2026-03-07 10:00", "2026-04-30 16:00"):
        began = datetime.fromisoformat(first)
        until = used_up(began, timedelta(hours=4), "370831", calendar())
        assert length(worked(began, until, "370831", calendar())) == timedelta(hours=4)
        assert length(worked(began, until - ONE_SECOND, "370831", calendar())) < timedelta(hours=4)


def test_what_the_law_leaves_out_of_the_period_is_left_out() -> None:
    began, ended = datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 15)
    tested = (datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 14))
    assert length(worked(began, ended, "370831", calendar(), without=[tested])) == timedelta(hours=2)


def test_a_place_without_such_a_plan_promises_nothing() -> None:
    promised = PromisedTime(parameter="enterprise_setup.days")
    on = datetime(2026, 3, 2).date()
    found = promise_of(promised, on, "370831")
    assert found is not None
    assert (found.time, found.label) == (timedelta(hours=4), "0.5个工作日")
    assert promise_of(promised, on, "370902") is None


def test_a_promise_wants_an_amount_and_its_basis() -> None:
    class Nothing:
        def find(self, citation: object) -> None:
            return None

    def lacking(promised: PromisedTime) -> list[str]:
        content = ItemContent(name="企业开办", kind=item_of_data(SETUP).kind, promised_time=promised)
        return [gap.message for gap in item_gaps(content, Nothing()) if gap.field == "promised_time" and gap.blocks]

    assert lacking(PromisedTime(amount="4", unit=PromiseUnit.HOUR, basis="本局公布的服务清单")) == []
    assert lacking(PromisedTime(amount="半天", basis="本局公布的服务清单")) == ["看不懂承诺办结时限的数目。"]
    assert lacking(PromisedTime(amount="4", unit=PromiseUnit.HOUR)) == ["没有写承诺办结时限的依据。"]
