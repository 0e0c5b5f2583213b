"""Pages and the API: what is shown is what may be seen, and every number leads to its rows."""

from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.indicators.models import Delivery, Edition, Indicator
from mingjing.contexts.indicators.usecases.define import draft_indicator
from tests.contexts.conftest import PLACE, UserMaker
from tests.contexts.indicators.conftest import AT, Compute, Define, value_of
from tests.contexts.indicators.test_computing import case, from_set, remedy


@pytest.fixture
def heard(define: Define, facts_of: Compute) -> Indicator:
    """The appearance of heads, computed: two of two here, one of two there."""
    row = define(**from_set("heads-appear"))
    facts_of(
        {
            "cases": [case(n, agency) for agency in ("market", "health") for n in range(2)],
            "remedies": [
                remedy(
                    n,
                    agency,
                    filed_at=datetime(2026, 3, 1),
                    hearing_on=date(2026, 5, 4),
                    head_attended=agency == "market" or n == 0,
                )
                for agency in ("market", "health")
                for n in range(2)
            ],
        }
    )
    return row


@pytest.fixture
def overseer(client: Client, user_with: UserMaker) -> Client:
    """A browser of the justice bureau."""
    client.force_login(user_with("overseer", "justice", username="looker"))
    return client


def text_of(client: Client, path: str) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == 200, path
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


class TestPages:
    def test_from_the_overview_to_the_rows_and_out_as_a_file(self, heard: Indicator, overseer: Client) -> None:
        assert "行政机关负责人出庭应诉率" in text_of(overseer, "/indicators/?set=own")
        page = text_of(overseer, f"/indicators/{PLACE}/{heard.code}/?period=2026")
        assert "泗水县卫生健康局" in page
        assert "需达到2，还差1" in page
        health = value_of(heard.code, "2026", "health")
        rows = text_of(overseer, f"/indicators/values/{health.pk}/")
        assert "罚〔2026〕1号" in rows
        sent = text_of(overseer, f"/indicators/values/{health.pk}/?as=csv")
        assert sent.count("不符合") == 1
        assert "Rhealth1" in sent

    def test_matrix_simulation_and_export_of_all_values(self, heard: Indicator, overseer: Client) -> None:
        assert "泗水县卫生健康局" in text_of(overseer, "/indicators/matrix/")
        tried = text_of(overseer, f"/indicators/{PLACE}/{heard.code}/try/?target=50")
        assert "不低于50%" in tried
        assert "100%" in tried
        assert "heads-appear,泗水县市场监督管理局,2026,100" in text_of(overseer, "/indicators/values/?as=csv")

    def test_a_unit_is_shown_its_own_and_refused_others_rows(
        self, heard: Indicator, client: Client, user_with: UserMaker
    ) -> None:
        client.force_login(user_with("agency_clerk", "market", username="unit"))
        page = text_of(client, f"/indicators/{PLACE}/{heard.code}/?period=2026")
        assert "泗水县卫生健康局" not in page
        assert client.get(f"/indicators/values/{value_of(heard.code, '2026', 'health').pk}/").status_code == 404
        assert client.get(f"/indicators/values/{value_of(heard.code, '2026', None).pk}/").status_code == 404
        assert client.get(f"/indicators/values/{value_of(heard.code, '2026').pk}/").status_code == 200
        assert client.get("/indicators/new/").status_code == 403

    def test_a_definition_is_drafted_on_a_page_and_approved_by_somebody_else(
        self, overseer: Client, user_with: UserMaker
    ) -> None:
        form = {
            "code": "hearing-days", "title": "听证及时率", "meaning": "按期组织听证。", "numerator": "按期", "unit": "%",
            "period": "quarter", "comparison": "at_least", "value": "100", "direction": "up",
            "source": "rule: penalty.hearing.notice-ahead", "citation": "CF 64", "version": "0",
        }  # fmt: skip
        wrong = overseer.post("/indicators/new/", form | {"source": "rule: no.such.rule"})
        assert wrong.status_code == 422
        assert overseer.post("/indicators/new/", form).status_code == 302
        edition = Edition.objects.get()
        assert "听证及时率" in text_of(overseer, "/indicators/editions/")
        overseer.force_login(user_with("overseer_head", "justice", username="head2"))
        decided = overseer.post(f"/indicators/editions/{edition.pk}/decide/", {"decide": "approve", "version": "1"})
        assert decided.status_code == 302
        assert Indicator.objects.get().state == "active"

    def test_facts_are_delivered_on_a_page(self, overseer: Client) -> None:
        file = SimpleUploadedFile("cases.csv", "案件编码,案件类型,主体编码\nC1,行政处罚,market\n".encode())
        given = {"unit": "justice", "file": file, "data_until": "2026-11-20"}
        assert overseer.post("/indicators/deliveries/new/", given).status_code == 302
        row = Delivery.objects.get()
        assert row.tables.get("cases") == 1 or row.state == "reading"
        assert "cases.csv" in text_of(overseer, f"/indicators/deliveries/{row.pk}/")


class TestApi:
    def test_values_lead_to_rows_and_targets_to_candidates(self, heard: Indicator, overseer: Client) -> None:
        values = overseer.get("/api/v1/indicator-values?indicator=heads-appear&period=2026&unit=health").json()
        (value,) = values["items"]
        assert (value["colour"], value["denominator"]) == ("red", "2.000000")
        rows = overseer.get(f"/api/v1/indicator-values/{value['id']}/rows").json()
        assert sorted(row["counts"] for row in rows) == ["不符合", "符合"]
        found = overseer.get("/api/v1/indicator-candidates?text=负责人出庭应诉率达到100%25&unit=%25").json()
        assert [one["code"] for one in found] == ["heads-appear"]

    def test_a_change_needs_the_version_that_was_read(self, heard: Indicator, keeper: Actor, overseer: Client) -> None:
        body = {"definition": from_set("heads-appear") | {"remarks": "改"}, "reason": "补备注"}
        path = f"/api/v1/indicators/{PLACE}/heads-appear"
        read = overseer.get(path)
        draft_indicator(
            actor=keeper, at=AT, place=PLACE, data=from_set("heads-appear"), reason="先改", version=heard.version
        )
        answer = overseer.patch(path, body, content_type="application/json", headers={"If-Match": read.headers["ETag"]})
        assert answer.status_code in (409, 412)
