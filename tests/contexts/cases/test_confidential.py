"""A clue handed to the discipline inspection is known to few: who leads, who keeps the seal, who handles the case."""

import io
import json
import zipfile
from base64 import b64decode
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from mingjing.contexts.accounts.access import ForbiddenError, MissingError
from mingjing.contexts.cases.models import Referral
from mingjing.contexts.cases.usecases import referrals
from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.cases.usecases.exchange import pack_case
from mingjing.contexts.cases.usecases.export_facts import export_cases, export_confidential
from mingjing.contexts.catalog.usecases.export_facts import export_catalog
from mingjing.contexts.documents.models import Document
from mingjing.contexts.documents.usecases import issue_document, revise_document
from mingjing.contexts.oversight.usecases.oversee_files import choose_rules, oversee_files
from mingjing.contexts.records.queries import history
from mingjing.contexts.records.usecases.publish import publish
from mingjing.contexts.registry.usecases.export_facts import export_registry
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.conftest import ActorMaker

SECRET = "丁科长收受礼金"


def handed_over(office: Office) -> Referral:
    """A case in which a clue was found and handed over with the head's consent."""
    office.open()
    office.go("filing")
    office.later(days=1).go("discipline_clue", content=SECRET)
    office.later(hours=1).go("discipline_referral", recipient="泗水县纪委监委", subject="丁某", reason=SECRET)
    (paper,) = Document.objects.filter(kind="discipline_referral")
    one = office.people["one"]
    revise_document(actor=one, at=office.at, code=paper.code, data={**paper.data, "attachments": ["询问笔录复印件"]})
    issue_document(actor=one, at=office.at, code=paper.code)
    return office.case.referrals.get()


def told(office: Office, username: str) -> str:
    """Everything that somebody who sees the case can read of it."""
    client, here = client_of(username), f"/cases/{office.case.code}/"
    pages = [page_of(client, here), page_of(client, f"{here}?history=all")]
    parts = ("steps", "open-steps", "referrals", "open-steps/closing/gates")
    answers = [client.get(f"/api/v1/cases/{office.case.code}/{part}") for part in parts]
    found = [client.get("/documents/").content.decode(), client.get("/search/?q=线索移送").content.decode()]
    lists = [client.get("/api/v1/documents").content.decode()]
    return " ".join([*pages, *(one.content.decode() for one in answers), *found, *lists])


def flow(office: Office, username: str) -> str:
    """The drawn procedure of the case."""
    return page_of(client_of(username), f"/cases/{office.case.code}/flow/")


@pytest.mark.requirement("LC-24")
def test_a_normal_officer_finds_nothing_of_it(office: Office, actor_with: ActorMaker) -> None:
    actor_with("overseer", "justice", username="overseer", name="乔雅楠")
    referral = handed_over(office)
    clue = office.case.events.get(type="discipline_clue")
    paper = Document.objects.get(kind="discipline_referral")
    assert paper.number
    assert referral.event is not None
    for username in ("three", "reviewer", "overseer"):
        seen = told(office, username)
        assert not [one for one in (SECRET, clue.code, referral.code, paper.code, paper.number) if one in seen]
        for part in ("steps", "open-steps", "referrals", "open-steps/closing/gates"):
            answer = client_of(username).get(f"/api/v1/cases/{office.case.code}/{part}").content.decode()
            assert "discipline" not in answer, part
        # the drawing shows the whole procedure, as it is public, and not that this was done
        assert not [one for one in (clue.code, referral.event.code) if one in flow(office, username)]
        for address in (
            f"/cases/{office.case.code}/taken/{clue.code}/",
            f"/cases/{office.case.code}/start/discipline_referral/",
            f"/cases/{office.case.code}/referrals/{referral.code}/",
            f"/documents/{paper.code}/",
            f"/api/v1/documents/{paper.code}",
        ):
            assert client_of(username).get(address).status_code == 404, (username, address)


@pytest.mark.requirement("LC-24", "RZ-64")
def test_authorised_roles_see_transfer_receipt_and_answer(office: Office) -> None:
    referral = handed_over(office)
    head, one = office.people["head"], office.people["one"]
    given = {"case": office.case.code, "referral": referral.code}
    office.later(hours=2)
    with pytest.raises((ForbiddenError, MissingError)):
        referrals.record_transfer(actor=one, at=office.at, version=1, transferred_at=office.at, **given)
    referrals.record_transfer(actor=head, at=office.at, version=1, transferred_at=office.at, note="已签收", **given)
    office.later(days=10)
    referrals.record_reply(
        actor=head, at=office.at, version=2, reply="accepted", replied_at=office.at, note="已立案审查", **given
    )
    shown = page_of(client_of("head"), f"/cases/{office.case.code}/")
    assert "已立案审查" in shown
    assert "泗水县纪委监委" in shown
    told_api = client_of("head").get(f"/api/v1/cases/{office.case.code}/referrals").json()
    assert [one["reply"] for one in told_api] == ["accepted"]
    # who handles the case knows that it was handed over, and not what was answered
    mine = page_of(client_of("one"), f"/cases/{office.case.code}/")
    assert "线索移送纪检监察机关" in mine
    assert "已立案审查" not in mine
    assert client_of("one").get(f"/api/v1/cases/{office.case.code}/referrals").json() == []
    assert "已立案审查" not in told(office, "three")


@pytest.mark.requirement("LC-24")
def test_who_opens_it_stands_in_the_log(office: Office) -> None:
    handed_over(office)
    clue = office.case.events.get(type="discipline_clue")
    assert SECRET in page_of(client_of("head"), f"/cases/{office.case.code}/taken/{clue.code}/")
    read = [one for one in history(f"case:{office.case.code}") if one.act == "cases.read_confidential"]
    assert [(one.actor, one.fields["event"]) for one in read] == [(office.people["head"].code, clue.code)]


def entries_of(proof: bytes) -> str:
    """The entry that a proof proves, in words."""
    packed = next(line for line in proof.decode().splitlines() if line.startswith("extra ")).removeprefix("extra ")
    return b64decode(json.loads(b64decode(packed))["entry"]).decode(errors="replace")


@pytest.mark.requirement("LC-24", "RZ-64")
def test_what_is_handed_over_says_nothing_of_it(office: Office, tmp_path: Path) -> None:
    referral = handed_over(office)
    publish(at=office.at, ask=False)
    export_cases(tmp_path / "facts")
    packed = pack_case(actor=office.people["clerk"], at=office.at, case=office.case.code, reason="移送审理")
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        package.extractall(tmp_path / "package")
    words = [str(pq.read_table(one).to_pylist()) for one in tmp_path.rglob("*.parquet")]
    words += [one.read_text("utf-8") for one in tmp_path.rglob("*.json")]
    proofs = [entries_of(one.read_bytes()) for one in tmp_path.rglob("*.tlog-proof")]
    told = " ".join([*words, *proofs])
    assert any("cases.take_step" in one for one in proofs), proofs[:3]
    hidden = [one.code for one in office.case.events.filter(type__startswith="discipline_")]
    assert len(hidden) == 2
    assert not [one for one in (SECRET, referral.code, "discipline", "问题线索移送函", *hidden) if one in told]


def facts_in(folder: Path) -> str:
    return " ".join(str(pq.read_table(one).to_pylist()) for one in folder.rglob("*.parquet"))


def closed_without_transfer(office: Office) -> None:
    """A case that was closed although a clue found in it was never handed over: rows that no step would let pass."""
    office.open()
    office.go("filing")
    office.later(days=1).go("discipline_clue", content=SECRET)
    closing = office.case.events.get(type="filing")
    closing.pk, closing.code, closing.number, closing.type, closing.step = None, "E-closing", 90, "closing", "closing"
    closing.at = office.later(days=9).at
    closing.save(force_insert=True)


@pytest.mark.requirement("LC-24", "RZ-64")
def test_the_overseer_within_the_circle_finds_what_was_not_handed_over(
    office: Office, actor_with: ActorMaker, tmp_path: Path
) -> None:
    closed_without_transfer(office)
    head = actor_with("overseer_head", "justice", username="chief", name="颜廷章")
    rules = [rule for rule in choose_rules() if rule.id == "penalty.discipline.transferred"]
    found = {}
    for name in ("plain", "whole"):
        folder, out = tmp_path / name, tmp_path / f"{name}-out"
        folder.mkdir()
        if name == "plain":
            export_cases(folder)
        else:
            export_confidential(actor=head, at=office.at, folder=folder, reason="年度监督评估")
        export_registry(folder)
        export_catalog(folder)
        oversee_files(path=folder, as_of=office.at.date(), out=out, chosen=rules, with_reports=False)
        found[name] = [row["subject_id"] for row in pq.read_table(out / "findings.parquet").to_pylist()]
    assert found == {"plain": [], "whole": [office.case.code]}
    assert "discipline" not in facts_in(tmp_path / "plain")
    assert "discipline_clue" in facts_in(tmp_path / "whole")
    assert (tmp_path / "whole").stat().st_mode & 0o077 == 0
    kept = [one for one in history("export:confidential") if one.act == "cases.export_confidential"]
    assert [(one.actor, one.reason) for one in kept] == [(head.code, "年度监督评估")]


@pytest.mark.requirement("LC-24", "RZ-64")
def test_only_who_may_know_exports_it_and_only_of_his_own(
    office: Office, actor_with: ActorMaker, tmp_path: Path
) -> None:
    referral = handed_over(office)
    overseer = actor_with("overseer", "justice", username="overseer", name="乔雅楠")
    for actor in (overseer, office.people["one"], office.people["reviewer"]):
        with pytest.raises(ForbiddenError):
            export_confidential(actor=actor, at=office.at, folder=tmp_path / "no", reason="评估")
    with pytest.raises(CaseError, match="用途"):
        export_confidential(actor=office.people["head"], at=office.at, folder=tmp_path / "no", reason=" ")
    assert not (tmp_path / "no").exists()
    assert not history("export:confidential")
    export_confidential(actor=office.people["head"], at=office.at, folder=tmp_path / "own", reason="评估")
    own = facts_in(tmp_path / "own")
    assert referral.code in own and "问题线索移送函" in own
    # the head of another agency gets the cases as everybody does, and nothing of this
    other = actor_with("agency_head", "health", username="other", name="周局长")
    export_confidential(actor=other, at=office.at, folder=tmp_path / "other", reason="评估")
    told = facts_in(tmp_path / "other")
    assert office.case.code in told
    assert not [one for one in (referral.code, "discipline", "问题线索移送函") if one in told]
