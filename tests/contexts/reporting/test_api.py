"""The API of reports and collections."""

from typing import Any

import pytest

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.plans.models import Plan
from tests.contexts.reporting.test_pages import browser_of


def send(client: Any, method: str, path: str, body: Any, *, version: int | None = None, status: int = 200) -> Any:
    headers = {"If-Match": f'"{version}"'} if version is not None else {}
    answer = getattr(client, method)(f"/api/v1{path}", body, content_type="application/json", headers=headers)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


@pytest.mark.usefixtures("visited", "months")
def test_a_report_from_its_draft_to_its_addressee(keeper: Actor, head: Actor, clerk: Actor, plan: Plan) -> None:
    writer, signer, unit = browser_of(keeper), browser_of(head), browser_of(clerk)
    body = {"kind": "circular", "place": "370831", "period": "2026-Q2"}
    assert send(unit, "post", "/reports/documents", body, status=403)["status"] == 403
    report = send(writer, "post", "/reports/documents", body, status=201)
    path = f"/reports/documents/{report['code']}"
    assert unit.get(f"/api/v1{path}").status_code == 404
    figures = writer.get(f"/api/v1{path}/figures").json()
    rows = writer.get(f"/api/v1/reports/figures/{figures[0]['id']}").json()
    assert len(rows["rows"]) >= int(figures[0]["value"])
    blocks = [*report["blocks"], {"kind": "paragraph", "text": "退回{owed.returned}份。"}]
    edited = send(writer, "put", path, {"title": "通报", "blocks": blocks}, version=report["version"])
    signed = send(signer, "post", f"{path}/sign", {}, version=edited["version"])
    assert (signed["state"], len(signed["pdf_sha256"])) == ("signed", 64)
    assert unit.get(f"/api/v1{path}").status_code == 200
    to = send(writer, "post", f"{path}/deliveries", {"addressee": "县政府"}, status=201)
    gone = send(writer, "post", f"/reports/deliveries/{to['id']}", {"on": "2026-07-03"})
    assert gone["delivered_on"] == "2026-07-03"


def test_units_are_asked_and_send(keeper: Actor, clerk: Actor) -> None:
    bureau, unit = browser_of(keeper), browser_of(clerk)
    body = {"place": "370831", "kind": "monthly", "period": "2026-06", "units": ["market"]}
    one = send(bureau, "post", "/reports/collections", body, status=201)
    path = f"/reports/collections/{one['code']}"
    offered = unit.get(f"/api/v1{path}/offered/market").json()
    assert offered == {"filed": 0, "decided": 0, "officers": 0}
    figures = {"inspections": "5", "filed": "0", "decided": "0", "licences": "1", "reviewed": "0", "officers": "0"}
    sent = send(unit, "post", f"{path}/submissions", {"unit": "market", "figures": figures}, status=201)
    judged = send(
        bureau, "post", f"/reports/submissions/{sent['id']}/judge", {"accepted": True}, version=sent["version"]
    )
    assert judged["state"] == "accepted"
    (line,) = bureau.get(f"/api/v1{path}").json()
    assert line["submission"]["figures"]["inspections"] == "5"
