"""Kept as long as the law says and longer where a remedy runs; gone only by two people; looked at on the record."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils.timezone import get_current_timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.media import queries, subjects
from mingjing.contexts.media.models import Access, Mark, Recording
from mingjing.contexts.media.subjects import SubjectKind, Suggestion
from mingjing.contexts.media.usecases import keeping, looking
from mingjing.contexts.media.usecases.export_facts import export_media
from mingjing.contexts.records.queries import history
from mingjing.contexts.registry.models import DeviceLoan, Officer
from mingjing.contexts.ui.errors import StaleError
from mingjing.domain.media.recordings import HoldReason, RecordingError
from mingjing.facts.read import read_facts
from tests.contexts.media.conftest import Cases, Take, picture

LATER = timedelta(days=740)


@pytest.fixture
def old(take: Take) -> Recording:
    return take(step_kind="evidence")


class TestDisposal:
    @pytest.mark.requirement("SS-31", "YZ-26")
    def test_is_refused_before_its_day_and_needs_approval_after(
        self, old: Recording, clerk: Actor, head: Actor, at: datetime
    ) -> None:
        def propose(when: datetime) -> Any:
            return keeping.propose_disposal(actor=clerk, at=when, code=old.code, reason="期满")

        last = datetime.combine(old.retained_until, time(12), get_current_timezone())
        assert old.retained_until >= (old.started_at + timedelta(days=729)).date()
        with pytest.raises(RecordingError, match="须保存至"):
            propose(last)
        propose(last + timedelta(days=1))
        assert default_storage.exists(old.stored)
        with pytest.raises(ForbiddenError):
            keeping.decide_disposal(actor=clerk, at=at + LATER, code=old.code, approved=True)

    def test_deletes_the_file_and_keeps_its_digest(
        self, old: Recording, clerk: Actor, head: Actor, at: datetime, django_capture_on_commit_callbacks: Any
    ) -> None:
        keeping.propose_disposal(actor=clerk, at=at + LATER, code=old.code, reason="期满")
        with django_capture_on_commit_callbacks(execute=True):
            keeping.decide_disposal(actor=head, at=at + LATER, code=old.code, approved=True)
        assert not default_storage.exists(old.stored)
        latest = history(f"recording:{old.code}")[0]
        assert latest.act == "media.dispose"
        assert latest.public == {"sha256": old.sha256, "sm3": old.sm3}
        assert Recording.objects.get(pk=old.pk).disposed_at == at + LATER
        with pytest.raises(RecordingError, match="已经处置"):
            keeping.propose_disposal(actor=clerk, at=at + LATER, code=old.code, reason="期满")

    def test_the_proposer_does_not_decide(self, old: Recording, clerk: Actor, head: Actor, at: datetime) -> None:
        made = keeping.propose_disposal(actor=clerk, at=at + LATER, code=old.code, reason="期满")
        made.proposed_by = head.code
        made.save()
        with pytest.raises(RecordingError, match="另一位"):
            keeping.decide_disposal(actor=head, at=at + LATER, code=old.code, approved=True)

    def test_refused_it_stays(self, old: Recording, clerk: Actor, head: Actor, at: datetime) -> None:
        keeping.propose_disposal(actor=clerk, at=at + LATER, code=old.code, reason="期满")
        with pytest.raises(RecordingError, match="意见"):
            keeping.decide_disposal(actor=head, at=at + LATER, code=old.code, approved=False)
        keeping.decide_disposal(actor=head, at=at + LATER, code=old.code, approved=False, opinion="信访未结")
        assert default_storage.exists(old.stored)

    def test_a_hold_stops_it_at_every_step(self, old: Recording, clerk: Actor, head: Actor, at: datetime) -> None:
        keeping.propose_disposal(actor=clerk, at=at + LATER, code=old.code, reason="期满")
        made = keeping.hold(actor=head, at=at, code=old.code, reason="litigation")
        with pytest.raises(RecordingError, match="诉讼"):
            keeping.decide_disposal(actor=head, at=at + LATER, code=old.code, approved=True)
        assert list(queries.expiring(clerk, (at + LATER).date())) == []
        with pytest.raises(RecordingError, match="理由"):
            keeping.release(actor=head, at=at, code=old.code, hold=made.pk, why=" ")
        keeping.release(actor=head, at=at, code=old.code, hold=made.pk, why="判决生效")
        assert list(queries.expiring(clerk, (at + LATER).date())) == [old]
        keeping.decide_disposal(actor=head, at=at + LATER, code=old.code, approved=True)

    def test_a_hold_on_a_case_is_on_all_its_recordings(
        self, take: Take, officer: Actor, clerk: Actor, cases: Cases, at: datetime
    ) -> None:
        cases.seen_by["squad"] = {officer.code, clerk.code}
        row = take(subject="case:squad")
        held = {"actor_code": "U1", "at": at, "subject": "case:squad", "reason": HoldReason.RECONSIDERATION}
        keeping.hold_subject(**held)  # type: ignore[arg-type]
        keeping.hold_subject(**held)  # type: ignore[arg-type]
        assert [one.sentence for one in queries.holds_on(row)] == ["行政复议未结"]
        assert list(queries.expiring(clerk, (at + LATER).date())) == []
        assert keeping.release_subject(**held, why="复议终结") == 1  # type: ignore[arg-type]
        assert list(queries.expiring(clerk, (at + LATER).date())) == [row]

    def test_terms_only_grow(self, old: Recording, head: Actor, at: datetime) -> None:
        with pytest.raises(RecordingError, match="只能延长"):
            keeping.extend(actor=head, at=at, code=old.code, version=1, until=old.retained_until, why="x")
        until = date(2035, 1, 1)
        assert (
            keeping.extend(actor=head, at=at, code=old.code, version=1, until=until, why="重大案件").retained_until
            == until
        )
        with pytest.raises(StaleError):
            keeping.extend(actor=head, at=at, code=old.code, version=1, until=date(2036, 1, 1), why="x")


class TestSoundness:
    @pytest.mark.requirement("YZ-26")
    def test_a_changed_file_is_found(self, old: Recording, take: Take, at: datetime) -> None:
        take(picture("red"))
        assert keeping.verify_originals(at=at) == (2, 0)
        name = old.stored
        default_storage.delete(name)
        default_storage.save(name, ContentFile(b"changed"))
        assert keeping.verify_originals(at=at) == (2, 1)
        old.refresh_from_db()
        assert old.damaged_at == at
        assert history(f"recording:{old.code}")[0].act == "media.find_damaged"

    def test_a_missing_file_is_found_and_the_longest_unseen_comes_first(self, old: Recording, at: datetime) -> None:
        default_storage.delete(old.stored)
        assert keeping.verify_originals(at=at, most=1) == (1, 1)


class TestAssigning:
    @pytest.fixture
    def suggesting(self, cases: Cases, officer: Actor) -> SubjectKind:
        kind = subjects.kind_of("case")
        made = SubjectKind(
            code="case", label="案件", visible=kind.visible, recordable=kind.recordable, facts=kind.facts, href=kind.href,
            suggest=lambda code, _at: [Suggestion(code="squad", title="案")] if code == "P000001" else [],
        )  # fmt: skip
        subjects.register(made)
        return made

    @pytest.mark.requirement("SS-36")
    def test_what_a_registered_device_recorded_goes_to_the_one_case_of_its_holder(
        self, take: Take, officer: Actor, cases: Cases, suggesting: SubjectKind
    ) -> None:
        cases.seen_by["squad"] = {officer.code}
        row = take()
        assert (row.subject, row.parties.count()) == ("case:squad", 1)
        with pytest.raises(RecordingError, match="没有登记"):
            take(picture("red"), device_no="NOBODY-7")

    def test_by_who_had_the_device_that_day(
        self, take: Take, officer: Actor, clerk: Actor, cases: Cases, suggesting: SubjectKind, at: datetime
    ) -> None:
        row = take(by=clerk)
        assert queries.suggestions(row) == []
        holder = Officer.objects.get(code="P000001")
        from mingjing.contexts.registry.models import Device

        device = Device.objects.get(number="REC-001")
        DeviceLoan.objects.create(device=device, officer=holder, issued_on=date(2020, 1, 1), due_on=date(2030, 1, 1))
        assert [found.code for _, found in queries.suggestions(row)] == ["squad"]
        cases.seen_by["squad"] = {officer.code}
        with pytest.raises(ForbiddenError):
            keeping.assign(actor=clerk, at=at, code=row.code, version=1, subject="case:squad")
        keeping.assign(actor=officer, at=at, code=row.code, version=1, subject="case:squad", step_code="E2")
        row.refresh_from_db()
        assert (row.step_kind, row.parties.count()) == ("hearing", 1)
        with pytest.raises(RecordingError, match="已经归入"):
            keeping.assign(actor=officer, at=at, code=row.code, version=2, subject="case:squad")


class TestMarks:
    def test_are_made_and_withdrawn(self, take: Take, officer: Actor, at: datetime) -> None:
        row = take(ended_at=at - timedelta(minutes=50))
        made = keeping.mark(actor=officer, at=at, code=row.code, second=12, text="出示证件", step_kind="inspection")
        with pytest.raises(RecordingError, match="超出"):
            keeping.mark(actor=officer, at=at, code=row.code, second=700, text="x")
        keeping.withdraw_mark(actor=officer, at=at, code=row.code, mark=made.pk)
        assert Mark.objects.get().withdrawn_at == at
        with pytest.raises(RecordingError):
            keeping.withdraw_mark(actor=officer, at=at, code=row.code, mark=made.pk)


class TestLooking:
    @pytest.mark.requirement("YZ-28")
    def test_somebody_from_elsewhere_says_what_for(
        self, old: Recording, overseer: Actor, stranger: Actor, at: datetime
    ) -> None:
        with pytest.raises(looking.NoPurposeError):
            looking.fetch(actor=overseer, at=at, code=old.code, act="play")
        looking.open_recording(actor=overseer, at=at, code=old.code, purpose="dossier_review")
        looking.fetch(actor=overseer, at=at, code=old.code, act="play")
        assert list(Access.objects.order_by("pk").values_list("act", "purpose", "actor_name")) == [
            ("open", "dossier_review", "监督员"), ("play", "dossier_review", "监督员")
        ]  # fmt: skip
        with pytest.raises(MissingError):
            looking.open_recording(actor=stranger, at=at, code=old.code, purpose="oversight")
        found = queries.statistics(overseer, at.date(), at.date() + timedelta(days=1))
        assert found.by_purpose == (("dossier_review", 2),)
        assert {stage.value: counts for stage, counts in found.by_stage if counts} == {"evidence": {"photo": 1}}
        assert found.by_unit == (("泗水县市场监督管理局", {"photo": 1}),)

    def test_the_unit_itself_handles_the_case(self, old: Recording, officer: Actor, at: datetime) -> None:
        for _ in range(3):
            looking.fetch(actor=officer, at=at, code=old.code, act="play")
        (one,) = Access.objects.all()
        assert one.purpose == "handling"
        looking.fetch(actor=officer, at=at + timedelta(minutes=11), code=old.code, act="play")
        assert Access.objects.count() == 2

    def test_the_log_is_only_added_to(self, old: Recording, officer: Actor, at: datetime) -> None:
        looking.fetch(actor=officer, at=at, code=old.code, act="play")
        with pytest.raises(DatabaseError), transaction.atomic():
            Access.objects.update(purpose="policy")
        with pytest.raises(DatabaseError), transaction.atomic():
            Access.objects.all()._raw_delete("default")


class TestFacts:
    def test_are_written_in_the_standard(
        self, take: Take, officer: Actor, cases: Cases, tmp_path: Path, at: datetime
    ) -> None:
        cases.seen_by["squad"] = {officer.code}
        row = take(subject="case:squad", step_code="E1")
        take(picture("red"))
        assert export_media(tmp_path / "out") == 1
        import pyarrow.parquet as pq

        (fact,) = pq.read_table(tmp_path / "out/media.parquet").to_pylist()
        assert (fact["media_id"], fact["case_id"], fact["event_id"]) == (row.code, "squad", "E1")
        assert fact["retained_until"] == row.retained_until
        read_facts(tmp_path / "out", tmp_path / "read")
        assert not (tmp_path / "read" / "bad_rows.xlsx").exists()
