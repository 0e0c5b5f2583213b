"""Documents from draft to service: numbers, signatures, seals, and who may do what."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Value
from django.db.models.query import QuerySet

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.documents import printing, queries, subjects
from mingjing.contexts.documents.models import Document, Number, Seal, Template
from mingjing.contexts.documents.rendering.word import page_texts
from mingjing.contexts.documents.usecases import (
    discard_document,
    draft_document,
    issue_document,
    receive_document,
    revise_document,
    seal_document,
    serve_document,
    sign_document,
    void_document,
)
from mingjing.contexts.documents.usecases.base import DocumentError
from mingjing.contexts.documents.usecases.issuing import IncompleteError
from mingjing.contexts.documents.usecases.serving import Proof
from mingjing.contexts.documents.usecases.templates import (
    approve_template,
    draft_template,
    revise_template,
    submit_template,
)
from mingjing.contexts.records.queries import history
from mingjing.contexts.ui.errors import StaleError
from mingjing.domain.documents.bodies import standard_text
from mingjing.domain.documents.markup import MarkupError
from mingjing.domain.documents.values import BadValueError
from mingjing.kernel.errors import DomainError
from tests.contexts.conftest import ActorMaker
from tests.contexts.documents.conftest import MATTER, NOW
from tests.contexts.documents.samples import data_for, drawing

type Issue = Callable[..., Document]


class TestDraft:
    def test_may_be_incomplete_and_says_what_is_missing_when_issued(self, officer: Actor, letterhead: None):
        draft = draft_document(
            actor=officer, at=NOW, kind="penalty_decision", unit="market", subject=MATTER, data={"cause": "某案"}
        )
        with pytest.raises(IncompleteError, match=r"违法事实.*证据.*处罚内容"):
            issue_document(actor=officer, at=NOW, code=draft.code)

    def test_refuses_a_value_that_the_field_cannot_hold(self, officer: Actor, units: dict[str, Unit]):
        with pytest.raises(BadValueError, match="罚款"):
            draft_document(
                actor=officer, at=NOW, kind="penalty_decision", unit="market", subject=MATTER, data={"fine": "五千"}
            )
        with pytest.raises(BadValueError, match="没有"):
            draft_document(
                actor=officer, at=NOW, kind="penalty_decision", unit="market", subject=MATTER, data={"fines": 1}
            )

    def test_is_revised_only_from_the_version_that_was_seen(self, officer: Actor, letterhead: None):
        draft = draft_document(actor=officer, at=NOW, kind="penalty_decision", unit="market", subject=MATTER)
        revise_document(actor=officer, at=NOW, code=draft.code, data={"cause": "某案"}, version=1)
        with pytest.raises(StaleError):
            revise_document(actor=officer, at=NOW, code=draft.code, data={"cause": "另一案"}, version=1)

    def test_is_made_only_in_a_unit_within_reach(self, officer: Actor, units: dict[str, Unit]):
        with pytest.raises(MissingError):
            draft_document(actor=officer, at=NOW, kind="penalty_decision", unit="health", subject=MATTER)

    def test_can_be_discarded_and_an_issued_document_cannot(self, officer: Actor, issued: Issue):
        draft = draft_document(actor=officer, at=NOW, kind="penalty_decision", unit="market", subject=MATTER)
        discard_document(actor=officer, at=NOW, code=draft.code, version=1)
        assert not Document.objects.filter(pk=draft.pk).exists()
        with pytest.raises(DocumentError):
            discard_document(actor=officer, at=NOW, code=issued().code)


class TestIssue:
    def test_numbers_run_by_agency_year_and_word(self, officer: Actor, issued: Issue):
        numbers = [issued().number, issued().number, issued("rectification_order").number]
        assert numbers == ["泗市监罚决〔2026〕1号", "泗市监罚决〔2026〕2号", "泗市监责改〔2026〕1号"]
        draft = draft_document(
            actor=officer,
            at=NOW,
            kind="penalty_decision",
            unit="market",
            subject=MATTER,
            data=data_for("penalty_decision"),
        )
        later = issue_document(actor=officer, at=NOW + timedelta(days=60), code=draft.code)
        assert later.number == "泗市监罚决〔2027〕1号"

    def test_a_squad_issues_in_the_name_and_row_of_its_agency(self, officer: Actor, issued: Issue):
        issued()
        draft = draft_document(
            actor=officer,
            at=NOW,
            kind="penalty_decision",
            unit="squad",
            subject=MATTER,
            data=data_for("penalty_decision"),
        )
        made = issue_document(actor=officer, at=NOW, code=draft.code)
        assert made.number == "泗市监罚决〔2026〕2号"
        assert made.letterhead["name"] == "泗水县市场监督管理局"

    def test_keeps_the_pdf_with_its_digests(self, issued: Issue):
        row = issued()
        made = row.renditions.get()
        data = printing.stored(made.file)
        assert hashlib.sha256(data).hexdigest() == made.sha256
        assert row.number in "".join("".join(page_texts(data)).split())
        assert made.pages == len(page_texts(data))

    def test_what_was_issued_cannot_be_changed_not_even_in_the_database(self, officer: Actor, issued: Issue):
        row = issued()
        with pytest.raises(DocumentError):
            revise_document(actor=officer, at=NOW, code=row.code, data={})
        for change in ({"data": {}}, {"number": "泗市监罚决〔2026〕99号"}, {"state": "draft"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Document.objects.filter(pk=row.pk).update(**change)

    def test_is_logged_publicly_without_any_person(self, issued: Issue):
        row = issued()
        entry = next(one for one in history(f"document:{row.code}") if one.act == "documents.issue_document")
        assert entry.public["sha256"] == row.renditions.get().sha256
        assert "好再来" not in str(entry.public)


class TestVoid:
    def test_the_number_stays_and_is_never_given_again(self, officer: Actor, issued: Issue):
        first = issued()
        void_document(actor=officer, at=NOW, code=first.code, reason="当事人名称有误")
        assert issued().number == "泗市监罚决〔2026〕2号"
        assert Number.objects.get(document=first).void_reason == "当事人名称有误"

    def test_needs_a_reason_and_an_author_or_a_head(self, second: Actor, head: Actor, issued: Issue):
        row = issued()
        with pytest.raises(ForbiddenError):
            void_document(actor=second, at=NOW, code=row.code, reason="有误")
        with pytest.raises(DocumentError, match="理由"):
            void_document(actor=head, at=NOW, code=row.code, reason=" ")
        assert void_document(actor=head, at=NOW, code=row.code, reason="有误").state == "void"

    def test_is_too_late_once_served(self, officer: Actor, clerk: Actor, seal: Seal, issued: Issue):
        row = issued()
        seal_document(actor=clerk, at=NOW, code=row.code, seal=seal.code)
        serve_document(
            actor=officer, at=NOW, code=row.code, method="in_person", receiver="孔令伟", received_on=date(2026, 11, 20),
            servers=[{"name": "张伟"}],
        )  # fmt: skip
        with pytest.raises(DocumentError, match="已经送达"):
            void_document(actor=officer, at=NOW, code=row.code, reason="有误")


class TestSignatures:
    def test_officers_sign_with_their_keys_and_the_party_by_hand(self, officer: Actor, second: Actor, issued: Issue):
        row = issued("summary_penalty_decision")
        sign_document(actor=officer, at=NOW, code=row.code, who="officer")
        sign_document(actor=second, at=NOW, code=row.code, who="officer")
        sign_document(actor=officer, at=NOW, code=row.code, who="party", name="孔令伟", drawing=drawing())
        row.refresh_from_db()
        assert queries.outstanding(row) == ()
        found = queries.checked_signatures(row)
        assert [(one.name, one.holds, one.drawn) for one in found] == [
            ("张伟", True, False),
            ("李明喆", True, False),
            ("孔令伟", True, True),
        ]
        assert "张伟" in "".join(page_texts(printing.stored(queries.latest_rendition(row).file)))  # type: ignore[union-attr]

    def test_a_refusal_is_noted_on_the_document(self, officer: Actor, issued: Issue):
        row = issued("summary_penalty_decision")
        sign_document(actor=officer, at=NOW, code=row.code, who="party", name="孔令伟", refused="当事人拒绝签收")
        text = "".join("".join(page_texts(printing.render(Document.objects.get(pk=row.pk)))).split())
        assert "当事人拒绝签收" in text

    def test_nobody_signs_twice_or_in_a_capacity_that_is_not_asked_or_not_theirs(
        self, officer: Actor, head: Actor, issued: Issue
    ):
        row = issued("summary_penalty_decision")
        sign_document(actor=officer, at=NOW, code=row.code, who="officer")
        for who, words in (("officer", "已经"), ("reviewer", "权限"), ("recorder", "不需要")):
            with pytest.raises(DomainError, match=words):
                sign_document(actor=officer, at=NOW, code=row.code, who=who)

    def test_an_approver_writes_the_opinion_into_the_form(self, head: Actor, officer: Actor, issued: Issue):
        data = data_for("case_filing_approval")
        data.pop("head_opinion")
        draft = draft_document(
            actor=officer, at=NOW, kind="case_filing_approval", unit="market", subject=MATTER, data=data
        )
        row = issue_document(actor=officer, at=NOW, code=draft.code)
        sign_document(actor=head, at=NOW, code=row.code, who="head", opinion="同意立案，由张伟、李明喆承办。")
        text = "".join("".join(page_texts(printing.render(Document.objects.get(pk=row.pk)))).split())
        assert "同意立案，由张伟、李明喆承办。签名：赵刚" in text

    def test_a_signature_that_was_tampered_with_does_not_hold(self, officer: Actor, issued: Issue):
        row = issued("summary_penalty_decision")
        made = sign_document(actor=officer, at=NOW, code=row.code, who="officer")
        made.statement = made.statement.replace("summary_penalty_decision", "no_penalty_decision")
        made.save()
        assert [one.holds for one in queries.checked_signatures(row)] == [False]

    @pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
    def test_an_empty_or_broken_drawing_is_refused(self, officer: Actor, issued: Issue, data: bytes):
        row = issued("summary_penalty_decision")
        with pytest.raises(DocumentError):
            sign_document(actor=officer, at=NOW, code=row.code, who="party", name="孔令伟", drawing=data)


class TestSeal:
    def test_is_put_once_by_its_keeper_and_its_use_is_logged(
        self, officer: Actor, clerk: Actor, seal: Seal, issued: Issue
    ):
        row = issued()
        with pytest.raises(ForbiddenError):
            seal_document(actor=officer, at=NOW, code=row.code, seal=seal.code)
        seal_document(actor=clerk, at=NOW, code=row.code, seal=seal.code)
        with pytest.raises(DocumentError, match="已经用印"):
            seal_document(actor=clerk, at=NOW, code=row.code, seal=seal.code)
        row.refresh_from_db()
        assert [one.holds for one in queries.checked_signatures(row)] == [True]
        assert queries.complete(row)
        assert history(f"document:{row.code}")[0].act == "documents.seal_document"

    def test_of_another_agency_or_out_of_use_is_refused(
        self, clerk: Actor, seal: Seal, units: dict[str, Unit], issued: Issue
    ):
        row = issued()
        Seal.objects.filter(pk=seal.pk).update(unit=units["squad"])
        with pytest.raises(DocumentError, match="不是"):
            seal_document(actor=clerk, at=NOW, code=row.code, seal=seal.code)
        Seal.objects.filter(pk=seal.pk).update(unit=units["market"], ended_on=date(2026, 11, 1))
        with pytest.raises(DocumentError, match="停用"):
            seal_document(actor=clerk, at=NOW, code=row.code, seal=seal.code)


class TestService:
    @pytest.fixture
    def sealed(self, clerk: Actor, seal: Seal, issued: Issue) -> Document:
        row = issued()
        seal_document(actor=clerk, at=NOW, code=row.code, seal=seal.code)
        return row

    def test_in_person_takes_effect_on_the_day_of_the_receipt(self, officer: Actor, sealed: Document):
        done = serve_document(
            actor=officer, at=NOW, code=sealed.code, method="in_person", receiver="孔令伟", received_on=date(2026, 11, 20),
            servers=[{"name": "张伟", "number": "15080831001"}],
        )  # fmt: skip
        assert done.effective_on == date(2026, 11, 20)
        receipt = Document.objects.get(code=done.receipt)
        assert receipt.kind == "service_receipt"
        assert receipt.data["documents"] == [{"name": "行政处罚决定书", "number": sealed.number, "copies": "1"}]

    @pytest.mark.parametrize(
        ("method", "given", "words"),
        [
            ("in_person", {"servers": [{"name": "张伟"}]}, "民事诉讼法》第八十七条"),
            ("left", {"servers": [{"name": "张伟"}], "refusal": "拒收", "address": "门店"}, "见证人"),
            ("electronic", {"address": "a@example.cn"}, "行政处罚法》第六十一条第二款"),
            ("post", {"address": "某路1号"}, "邮件号码"),
            ("announcement", {"reasons": "下落不明"}, "公告"),
        ],
    )
    def test_names_what_the_law_asks_for_and_is_missing(
        self, officer: Actor, sealed: Document, method: str, given: dict[str, object], words: str
    ):
        with pytest.raises(DocumentError, match=words):
            serve_document(actor=officer, at=NOW, code=sealed.code, method=method, receiver="孔令伟", **given)  # type: ignore[arg-type]

    def test_by_post_takes_effect_when_the_return_receipt_says(self, officer: Actor, sealed: Document):
        done = serve_document(
            actor=officer,
            at=NOW,
            code=sealed.code,
            method="post",
            receiver="孔令伟",
            address="某路1号",
            tracking="EMS1",
        )
        assert done.effective_on is None
        later = NOW + timedelta(days=4)
        received = receive_document(actor=officer, at=later, service=done.service, received_on=date(2026, 11, 23))
        assert received.effective_on == date(2026, 11, 23)
        assert Document.objects.get(code=sealed.code).served_on == date(2026, 11, 23)

    def test_by_announcement_takes_effect_thirty_days_on(self, officer: Actor, sealed: Document):
        """民事诉讼法第九十五条."""
        done = serve_document(
            actor=officer, at=NOW, code=sealed.code, method="announcement", receiver="孔令伟", reasons="下落不明",
            proofs=[Proof(name="公告.png", content=drawing())],
        )  # fmt: skip
        assert done.effective_on == date(2026, 12, 20)

    def test_waits_for_the_seal(self, officer: Actor, issued: Issue):
        with pytest.raises(DocumentError, match="用印"):
            serve_document(actor=officer, at=NOW, code=issued().code, method="post", receiver="孔令伟")


class TestTemplates:
    TEXT = "@head black\n# 合规建议书\n@number\n> {当事人.名称}：\n{决定书文号}{风险提示}\n{*合规建议}\n{项}\n{/合规建议}\n@seal\n"

    def test_the_agency_s_own_takes_the_platform_s_place_once_approved(
        self, clerk: Actor, head: Actor, officer: Actor, issued: Issue
    ):
        before = issued("compliance_guidance")
        row = draft_template(actor=clerk, at=NOW, kind="compliance_guidance", unit="market", text=self.TEXT)
        row = submit_template(actor=clerk, at=NOW, pk=row.pk, version=row.version)
        assert issued("compliance_guidance").template == before.template
        approve_template(actor=head, at=NOW, pk=row.pk, version=row.version)
        after = issued("compliance_guidance")
        assert after.template == row
        before.refresh_from_db()
        assert before.template != row

    def test_one_that_lacks_what_the_law_asks_for_cannot_be_submitted(self, clerk: Actor, units: dict[str, Unit]):
        text = "# 行政处罚决定书\n{违法事实}\n@seal\n"
        row = draft_template(actor=clerk, at=NOW, kind="penalty_decision", unit="market", text=text)
        with pytest.raises(MarkupError, match="行政处罚法》第五十九条"):
            submit_template(actor=clerk, at=NOW, pk=row.pk, version=row.version)

    @pytest.mark.requirement("YZ-11")
    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ("，有义务如实说明情况、提供证据", "权利和义务"),
            ("{理由}", "理由"),
            ("{依据}", "依据"),
        ],
    )
    def test_one_without_reason_basis_or_rights_is_not_put_into_use(
        self, clerk: Actor, units: dict[str, Unit], words: str, why: str
    ):
        text = standard_text("penalty_prior_notice")
        assert words in text
        Unit.objects.filter(code="market").update(place="370812")
        row = draft_template(
            actor=clerk, at=NOW, kind="penalty_prior_notice", unit="market", text=text.replace(words, "")
        )
        with pytest.raises(MarkupError, match=why):
            submit_template(actor=clerk, at=NOW, pk=row.pk, version=row.version)
        row.refresh_from_db()
        assert row.state == "draft"

    def test_what_the_plan_of_another_place_asks_for_is_told_only(self, clerk: Actor, units: dict[str, Unit]):
        text = standard_text("penalty_prior_notice").replace("，有义务如实说明情况、提供证据", "")
        row = draft_template(actor=clerk, at=NOW, kind="penalty_prior_notice", unit="market", text=text)
        assert submit_template(actor=clerk, at=NOW, pk=row.pk, version=row.version).state == "submitted"

    @pytest.mark.requirement("YZ-11")
    def test_a_document_says_with_which_version_it_was_made(
        self, clerk: Actor, head: Actor, officer: Actor, issued: Issue, client: object
    ):
        text = standard_text("penalty_prior_notice").replace("现将", "现依法将")
        row = draft_template(actor=clerk, at=NOW, kind="penalty_prior_notice", unit="market", text=text)
        row = submit_template(actor=clerk, at=NOW, pk=row.pk, version=row.version)
        approve_template(actor=head, at=NOW, pk=row.pk, version=row.version)
        made = issued("penalty_prior_notice")
        client.force_login(User.objects.get(pk=officer.user_id))  # type: ignore[attr-defined]
        version = f"泗水县市场监督管理局第 {row.number} 版"
        assert version in client.get(f"/documents/{made.code}/").content.decode()  # type: ignore[attr-defined]
        assert client.get(f"/api/v1/documents/{made.code}").json()["template"] == version  # type: ignore[attr-defined]

    def test_who_wrote_it_does_not_approve_it(self, clerk: Actor, head: Actor, units: dict[str, Unit]):
        row = draft_template(actor=clerk, at=NOW, kind="compliance_guidance", unit="market", text=self.TEXT)
        row = submit_template(actor=clerk, at=NOW, pk=row.pk, version=row.version)
        with pytest.raises(ForbiddenError):
            approve_template(actor=clerk, at=NOW, pk=row.pk, version=row.version)
        Template.objects.filter(pk=row.pk).update(drafted_by=head.code)
        with pytest.raises(DocumentError, match="另一人"):
            approve_template(actor=head, at=NOW, pk=row.pk, version=row.version)

    def test_of_a_place_is_written_by_who_oversees_the_place(
        self, clerk: Actor, actor_with: ActorMaker, units: dict[str, Unit]
    ):
        overseer = actor_with("overseer", "justice")
        row = draft_template(actor=overseer, at=NOW, kind="compliance_guidance", place="370831", text=self.TEXT)
        revise_template(actor=overseer, at=NOW, pk=row.pk, version=row.version, text=self.TEXT, note="统一")
        with pytest.raises(ForbiddenError):
            draft_template(actor=clerk, at=NOW, kind="compliance_guidance", place="370831", text=self.TEXT)


class TestSubjects:
    @pytest.fixture
    def cases(self, officer: Actor) -> Iterator[dict[str, list[str]]]:
        """A room that shows its cases by name of the user, and refuses what it does not like."""
        seen: dict[str, list[str]] = {officer.code: ["C1"]}
        done: list[str] = []

        def rows(actor: Actor) -> QuerySet[Unit]:
            found = seen.get(actor.code, [])
            return Unit.objects.filter(code="market" if found else "").annotate(case=Value("".join(found)))

        def guard(happening: subjects.Happening) -> None:
            if happening.act == "issue" and happening.document.step == "decision":
                raise DocumentError("还没有经过法制审核。")

        real = subjects.subject_of("case")
        subjects.register_subject(
            "case",
            subjects.Subject(
                label="案件", seen=rows, column="case", title=str, href=lambda code: f"/cases/{code}/", guard=guard,
                done=lambda happening: done.append(happening.act),
            ),
        )  # fmt: skip
        yield {"seen": [], "done": done}
        subjects.forget_subject("case")
        if real is not None:
            subjects.register_subject("case", real)

    def test_documents_are_seen_as_their_case_is(self, officer: Actor, second: Actor, cases: object, letterhead: None):
        draft = draft_document(actor=officer, at=NOW, kind="inquiry_record", unit="market", subject="case:C1")
        assert queries.document_of(officer, draft.code) == draft
        assert queries.of_subject(officer, "case:C1") == [draft]
        with pytest.raises(MissingError):
            queries.document_of(second, draft.code)
        with pytest.raises(MissingError):
            revise_document(actor=second, at=NOW, code=draft.code, data={})
        with pytest.raises(DocumentError, match="没有找到"):
            draft_document(actor=second, at=NOW, kind="inquiry_record", unit="market", subject="case:C1")

    def test_the_room_of_the_case_may_refuse_and_is_told(
        self, officer: Actor, cases: dict[str, list[str]], letterhead: None
    ):
        data = data_for("penalty_decision")
        draft = draft_document(
            actor=officer, at=NOW, kind="penalty_decision", unit="market", subject="case:C1", data=data
        )
        with pytest.raises(DocumentError, match="法制审核"):
            issue_document(actor=officer, at=NOW, code=draft.code)
        assert cases["done"] == ["draft"]


class TestVerification:
    def test_shows_the_document_and_nothing_of_persons(
        self, client: object, officer: Actor, clerk: Actor, seal: Seal, issued: Issue
    ):
        row = issued("summary_penalty_decision")
        sign_document(actor=officer, at=NOW, code=row.code, who="officer")
        seal_document(actor=clerk, at=NOW, code=row.code, seal=seal.code)
        page = client.get(f"/verify/d/{row.check_code.lower().replace('-', ' ')}/").content.decode()  # type: ignore[attr-defined]
        assert row.number in page
        assert "文书真实有效" in page
        for name in ("张伟", "王芳", "好再来", "孔令伟"):
            assert name not in page

    def test_says_that_it_is_void_and_knows_no_draft(self, client: object, officer: Actor, issued: Issue):
        row = issued()
        void_document(actor=officer, at=NOW, code=row.code, reason="有误")
        assert "文书已作废" in client.get(f"/verify/d/{row.check_code}/").content.decode()  # type: ignore[attr-defined]
        draft = draft_document(actor=officer, at=NOW, kind="penalty_decision", unit="market", subject=MATTER)
        assert client.get(f"/verify/d/{draft.check_code}/").status_code == 404  # type: ignore[attr-defined]

    def test_compares_a_file_by_its_digest(self, client: object, issued: Issue):
        from django.core.files.uploadedfile import SimpleUploadedFile

        row = issued()
        data = printing.stored(row.renditions.get().file)
        for content, words in ((data, "完全一致"), (data + b" ", "不一致")):
            given = {"file": SimpleUploadedFile("a.pdf", content, "application/pdf")}
            assert words in client.post(f"/verify/d/{row.check_code}/", given).content.decode()  # type: ignore[attr-defined]
