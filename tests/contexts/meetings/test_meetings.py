"""A meeting from the call to the tasks that its decisions become."""

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.meetings import queries
from mingjing.contexts.meetings.models import Coming, Session, SessionState
from mingjing.contexts.meetings.usecases import hold
from mingjing.contexts.meetings.usecases.hold import DecisionGiven, Item, MeetingError
from mingjing.contexts.plans import queries as plans
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.registry.models import Body, BodyMember
from mingjing.contexts.work.models import Notification
from mingjing.contexts.work.todos import todos_for
from tests.contexts.conftest import ActorMaker

CALLED = datetime(2026, 5, 6, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HELD = CALLED + timedelta(days=7)
AFTER = HELD + timedelta(hours=3)
FILE = FileGiven(name="汇报材料.pdf", content=b"%PDF-1.4 paper")


@pytest.fixture
def office(actor_with: ActorMaker) -> Actor:
    """The office of the task force."""
    return actor_with("task_force", "justice", name="侯玉玲")


@pytest.fixture
def clerk(actor_with: ActorMaker) -> Actor:
    """Who answers for the market regulator."""
    return actor_with("agency_clerk", "market", name="徐静")


@pytest.fixture
def body(units: dict[str, Unit]) -> Body:
    """A consultation mechanism: the bureau leads, two agencies belong to it."""
    row = Body.objects.create(
        code="HS-1", name="行政执法工作会商机制", kind="consultation", head="颜廷章", office=units["justice"],
        duties="组织、协调、督查、考核", formed_on=date(2026, 1, 5),
    )  # fmt: skip
    for unit, part, person in (("justice", "lead", "颜廷章"), ("market", "member", ""), ("health", "member", "")):
        BodyMember.objects.create(body=row, unit=units[unit], part=part, person=person)
    return row


@pytest.fixture
def called(office: Actor, body: Body) -> Session:
    """A meeting to which members were asked."""
    return hold.call_meeting(
        actor=office, at=CALLED, body=body.code, title="第二次会商会议", held_at=HELD, venue="县司法局三楼会议室",
        chair="颜廷章", agenda=[Item(title="研究涉企检查合并事项", unit="market"), Item(title="通报督导情况")],
    )  # fmt: skip


@pytest.fixture
def minuted(office: Actor, called: Session) -> Session:
    """A meeting that was held, with minutes that wait to be signed."""
    row = hold.record_attendance(
        actor=office, at=AFTER, session=called.code, version=called.version,
        came={"justice": "颜廷章", "market": "王兆军"},
    )  # fmt: skip
    return hold.write_minutes(
        actor=office, at=AFTER, session=row.code, version=row.version, number="第2期",
        discussion="会议听取了汇报，分析了问题。\n与会单位交换了意见。",
        decisions=[
            DecisionGiven(words="梳理涉企检查事项不少于20项，能合并的合并。由市场监管局汇总。", lead="market", others=("health",), due_words="2026年7月底前", due_on=date(2026, 7, 31)),
            DecisionGiven(words="同意督导情况通报。"),
        ],
    )  # fmt: skip


class TestCalling:
    @pytest.mark.requirement("LC-45", "RZ-91")
    def test_all_members_are_asked_and_told(
        self, office: Actor, clerk: Actor, body: Body, django_capture_on_commit_callbacks: object
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            row = hold.call_meeting(
                actor=office, at=CALLED, body=body.code, title="会议", held_at=HELD, venue="甲", chair="乙",
                agenda=[Item(title="丙")],
            )  # fmt: skip
        assert {one.unit.code for one in row.attendees.all()} == {"justice", "market", "health"}
        assert Notification.objects.filter(user_id=clerk.user_id, title__startswith="会议通知").exists()
        assert [one.kind for one in todos_for(clerk, CALLED.date()) if one.title.startswith("答复会议")] == ["会议"]

    @pytest.mark.parametrize(
        ("changes", "words"),
        [({"title": " "}, "会议名称"), ({"agenda": [Item(title=" ")]}, "议题"), ({"venue": ""}, "地点")],
    )
    def test_what_is_missing_is_said(self, office: Actor, body: Body, changes: dict[str, object], words: str) -> None:
        whole: dict[str, object] = {"title": "会议", "venue": "甲", "chair": "乙", "agenda": [Item(title="丙")]}
        with pytest.raises(MeetingError, match=words):
            hold.call_meeting(actor=office, at=CALLED, body=body.code, held_at=HELD, **(whole | changes))  # type: ignore[arg-type]

    def test_a_member_may_not_call(self, clerk: Actor, body: Body) -> None:
        with pytest.raises(ForbiddenError):
            hold.call_meeting(
                actor=clerk, at=CALLED, body=body.code, title="会议", held_at=HELD, venue="甲", chair="乙",
                agenda=[Item(title="丙")],
            )  # fmt: skip

    def test_who_was_not_asked_does_not_see_it(self, called: Session, actor_with: ActorMaker) -> None:
        with pytest.raises(MissingError):
            queries.session_of(actor_with("town_head", "town"), called.code)


class TestAnswering:
    def test_comes_or_says_why_not(self, clerk: Actor, called: Session) -> None:
        given = {"actor": clerk, "at": CALLED, "session": called.code, "unit": "market"}
        with pytest.raises(MeetingError, match="参会人"):
            hold.answer(**given, coming=True)
        with pytest.raises(MeetingError, match="理由"):
            hold.answer(**given, coming=False)
        assert hold.answer(**given, coming=True, person="王兆军").state == Coming.COMING
        with pytest.raises(ForbiddenError):
            hold.answer(**(given | {"unit": "health"}), coming=True, person="某")

    def test_papers_are_seen_by_all_who_are_asked(self, clerk: Actor, called: Session, actor_with: ActorMaker) -> None:
        paper = hold.add_paper(actor=clerk, at=CALLED, session=called.code, unit="market", item=1, file=FILE)
        other = actor_with("agency_clerk", "health")
        assert queries.paper_of(other, paper.pk) == paper
        with pytest.raises(MissingError):
            queries.paper_of(actor_with("town_head", "town"), paper.pk)
        with pytest.raises(MeetingError, match="议题"):
            hold.add_paper(actor=clerk, at=CALLED, session=called.code, unit="market", item=9, file=FILE)


class TestMinutes:
    def test_not_before_the_meeting(self, office: Actor, called: Session) -> None:
        with pytest.raises(MeetingError, match="还没有开"):
            hold.record_attendance(actor=office, at=CALLED, session=called.code, version=called.version, came={})
        with pytest.raises(MeetingError, match="记录到会"):
            hold.write_minutes(
                actor=office, at=AFTER, session=called.code, version=called.version, discussion="x", decisions=[]
            )

    def test_who_stayed_away_is_told_from_who_missed_it(self, office: Actor, clerk: Actor, called: Session) -> None:
        hold.answer(actor=clerk, at=CALLED, session=called.code, unit="market", coming=False, words="出差")
        hold.record_attendance(
            actor=office, at=AFTER, session=called.code, version=called.version, came={"justice": "颜廷章"}
        )
        states = {one.unit.code: one.state for one in called.attendees.select_related("unit")}
        assert states == {"justice": Coming.CAME, "market": Coming.AWAY, "health": Coming.MISSED}

    @pytest.mark.requirement("LC-45", "RZ-91")
    def test_signed_its_decisions_are_tasks_with_the_meeting_as_source(
        self, office: Actor, clerk: Actor, minuted: Session
    ) -> None:
        row = hold.sign_minutes(actor=office, at=AFTER, session=minuted.code, version=minuted.version)
        first, second = row.decisions.all()
        assert second.task is None
        task = first.task
        assert task is not None
        assert (task.title, task.due_on, task.source_href) == (
            "梳理涉企检查事项不少于20项，能合并的合并",
            date(2026, 7, 31),
            f"/meetings/{row.code}/",
        )
        assert "第二次会商会议" in task.source
        assert task in plans.tasks_of(clerk)
        assert [one.value for one in task.targets.all()] == ["20"]
        assert task.plan.title == "行政执法工作会商机制议定事项"
        with pytest.raises(MeetingError):
            hold.sign_minutes(actor=office, at=AFTER, session=row.code, version=row.version)

    def test_the_minutes_open_and_say_who_came_and_what_was_decided(self, office: Actor, minuted: Session) -> None:
        row = hold.sign_minutes(actor=office, at=AFTER, session=minuted.code, version=minuted.version)
        with default_storage.open(row.docx_file) as file:
            text = "\n".join(one.text for one in Document(io.BytesIO(file.read())).paragraphs)
        for words in (
            "第二次会商会议纪要",
            "第2期",
            "（一）梳理涉企检查事项不少于20项",
            "责任单位：泗水县市场监督管理局、泗水县卫生健康局；完成时限：2026年7月底前",
            "泗水县市场监督管理局（王兆军）",
            "请假、缺席：泗水县卫生健康局",
        ):
            assert words in text
        with default_storage.open(row.pdf_file) as file:
            assert file.read(5) == b"%PDF-"

    def test_only_who_may_signs(self, minuted: Session, actor_with: ActorMaker) -> None:
        with pytest.raises(ForbiddenError):
            hold.sign_minutes(
                actor=actor_with("overseer", "justice"), at=AFTER, session=minuted.code, version=minuted.version
            )

    def test_a_meeting_may_be_cancelled_until_it_was_held(self, office: Actor, called: Session) -> None:
        with pytest.raises(MeetingError, match="理由"):
            hold.cancel_meeting(actor=office, at=CALLED, session=called.code, version=called.version, reason=" ")
        row = hold.cancel_meeting(
            actor=office, at=CALLED, session=called.code, version=called.version, reason="另行通知"
        )
        assert row.state == SessionState.CANCELLED


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestPages:
    def test_from_call_to_minutes(self, office: Actor, clerk: Actor, body: Body) -> None:
        host, member = browser_of(office), browser_of(clerk)
        given = {
            "body": body.code, "title": "会商会议", "held_at": "2026-05-06T09:00", "venue": "会议室", "chair": "颜廷章",
            "agenda": "研究合并检查——泗水县市场监督管理局\n通报督导情况",
        }  # fmt: skip
        assert host.post(reverse("meeting_new"), given).status_code == 302
        row = Session.objects.get()
        assert row.agenda[0] == {"title": "研究合并检查", "unit": "market"}
        answer = {"unit": "market", "coming": "yes", "person": "王兆军", "words": ""}
        assert member.post(reverse("meeting_answer", args=[row.code]), answer).status_code == 302
        paper = {"unit": "market", "item": "1", "file": SimpleUploadedFile("汇报.pdf", b"%PDF-1.4")}
        assert member.post(reverse("meeting_paper_new", args=[row.code]), paper).status_code == 302
        came = {"version": row.version, "came_market": "on", "person_market": "王兆军"}
        assert host.post(reverse("meeting_attendance", args=[row.code]), came).status_code == 302
        row.refresh_from_db()
        minutes = {
            "number": "第1期", "discussion": "听取了汇报。", "version": row.version, "decisions-TOTAL_FORMS": "1",
            "decisions-INITIAL_FORMS": "0", "decisions-0-words": "梳理事项清单。", "decisions-0-lead": "market",
            "decisions-0-due_on": "2029-12-31",
        }  # fmt: skip
        assert host.post(reverse("meeting_minutes", args=[row.code]), minutes).status_code == 302
        row.refresh_from_db()
        assert member.get(reverse("meeting_file", args=[row.code, "pdf"])).status_code == 404
        assert host.post(reverse("meeting_sign", args=[row.code]), {"version": row.version}).status_code == 302
        page = member.get(reverse("meeting", args=[row.code])).content.decode()
        for words in ("梳理事项清单", "汇报.pdf", "到会", "进行中"):
            assert words in page
        signed = member.get(reverse("meeting_file", args=[row.code, "pdf"]))
        assert b"".join(signed.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        ("role", "name", "status"),
        [
            ("task_force", "meetings", 200), ("task_force", "meeting_new", 200), ("agency_clerk", "meetings", 200),
            ("agency_clerk", "meeting_new", 403), ("officer", "meetings", 403), ("government_leader", "meetings", 200),
        ],
    )  # fmt: skip
    def test_who_reaches_what(self, actor_with: ActorMaker, role: str, name: str, status: int) -> None:
        assert browser_of(actor_with(role, "justice")).get(reverse(name)).status_code == status


class TestApi:
    def test_called_and_answered(self, office: Actor, clerk: Actor, body: Body) -> None:
        host, member = browser_of(office), browser_of(clerk)
        given = {
            "body": body.code, "title": "会商会议", "held_at": "2026-05-06T09:00:00+08:00", "venue": "会议室",
            "chair": "颜廷章", "agenda": [{"title": "研究合并检查", "unit": "market"}],
        }  # fmt: skip
        answer = host.post("/api/v1/meetings", given, content_type="application/json")
        assert answer.status_code == 201, answer.content.decode()
        code = answer.json()["code"]
        said = {"unit": "market", "coming": True, "person": "王兆军"}
        answer = member.post(f"/api/v1/meetings/{code}/answers", said, content_type="application/json")
        assert answer.status_code == 200, answer.content.decode()
        row = host.get(f"/api/v1/meetings/{code}")
        headers = {"If-Match": row.headers["ETag"]}
        came = {"came": {"market": "王兆军"}}
        done = host.post(f"/api/v1/meetings/{code}/attendance", came, content_type="application/json", headers=headers)
        assert done.status_code == 200, done.content.decode()
        minutes = {"discussion": "听取了汇报。", "decisions": [{"words": "梳理清单。", "lead": "market"}]}
        headers = {"If-Match": done.headers["ETag"]}
        done = host.put(f"/api/v1/meetings/{code}/minutes", minutes, content_type="application/json", headers=headers)
        headers = {"If-Match": done.headers["ETag"]}
        done = host.post(f"/api/v1/meetings/{code}/sign", {}, content_type="application/json", headers=headers)
        assert done.status_code == 200, done.content.decode()
        assert done.json()["decisions"][0]["task"] is not None
