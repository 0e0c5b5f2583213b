"""Pages of meetings."""

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.meetings import queries
from mingjing.contexts.meetings.models import Coming, Session, SessionState
from mingjing.contexts.meetings.usecases import hold
from mingjing.contexts.meetings.usecases.hold import MeetingError
from mingjing.contexts.meetings.web import forms
from mingjing.contexts.plans import queries as plans
from mingjing.contexts.plans.models import PlanState
from mingjing.contexts.plans.usecases.base import LedgerError
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.plans.web.base import FormPage, stored
from mingjing.contexts.records.queries import history
from mingjing.contexts.reporting.rendering import docx, pdf
from mingjing.contexts.ui.components import Badge, Crumb, Event, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, Table, TableView
from mingjing.contexts.ui.web.downloads import DOCX, attachment
from mingjing.contexts.ui.web.pages import Page, version_of

TONES = {
    SessionState.CALLED: Tone.INFO,
    SessionState.HELD: Tone.ATTENTION,
    SessionState.CLOSED: Tone.GOOD,
    SessionState.CANCELLED: Tone.PLAIN,
}
COMING_TONES = {
    Coming.ASKED: Tone.ATTENTION,
    Coming.COMING: Tone.INFO,
    Coming.AWAY: Tone.PLAIN,
    Coming.CAME: Tone.GOOD,
    Coming.MISSED: Tone.BAD,
}
ACTS = {
    "meetings.call_meeting": "召集会议",
    "meetings.answer": "答复会议通知",
    "meetings.add_paper": "提交材料",
    "meetings.record_attendance": "记录到会",
    "meetings.write_minutes": "写纪要",
    "meetings.sign_minutes": "签发纪要",
    "meetings.cancel_meeting": "取消会议",
}
REFUSALS = (MeetingError, LedgerError)

MEETINGS = Table(
    name="meetings.sessions",
    columns=(
        Column(name="title", label="会议", value=lambda row: row.title, order="title", width="wide"),
        Column(name="body", label="机构", value=lambda row: row.body.name),
        Column(name="held", label="时间", value=lambda row: row.held_at, order="held_at"),
        Column(
            name="state",
            label="状态",
            value=lambda row: Badge(text=row.get_state_display(), tone=TONES[SessionState(row.state)]),
        ),
        Column(name="came", label="参会", value=lambda row: f"{row.came_count}/{row.asked_count}"),
        Column(
            name="tasks",
            label="议定任务（已完成）",
            value=lambda row: f"{row.task_count}（{row.done_count}）" if row.task_count else "",
        ),
    ),
    filters=(
        ChoiceFilter(name="state", label="状态", choices=SessionState.choices),
        DateFilter(name="held", label="时间", field="held_at"),
    ),
    search=("title", "body__name"),
    search_hint="会议、机构",
    order="-held",
    key="code",
    row_name=lambda row: row.title,
    row_href=lambda row: reverse("meeting", args=[row.code]),
    noun="次",
    empty="还没有会议。会商机制、联席会议、专班的会议在这里召集。",
)


class MeetingsPage(TableView[Actor]):
    """All meetings."""

    table, title, permission = MEETINGS, "会议和议定事项", "meetings.meeting.view"
    lead = "从通知到纪要；议定事项签发以后就是台账里的任务，跟踪到办结。"

    def rows(self) -> QuerySet[Session]:
        """Return the meetings that the actor may see."""
        return queries.sessions_of(self.actor)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Offer to call one."""
        return [("召集会议", reverse("meeting_new"), "plus")] if self.actor.may("meetings.meeting.call") else []


class CallPage(FormPage):
    """Call a meeting."""

    permission, title, act, icon, refusals = "meetings.meeting.call", "召集会议", "发出通知", "send", REFUSALS
    lead = "成员单位会收到通知，答复是否参加、提交材料。"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="会议和议定事项", href=self.back())]

    def back(self) -> str:
        """Return the list."""
        return reverse("meetings")

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form."""
        bodies = queries.bodies_to_call(self.actor, self.today).values_list("code", "name")
        rows = plans.plans_of(self.actor, self.today) if self.actor.may("plans.plan.view") else ()
        running = [(one.code, one.title) for one in rows if one.state == PlanState.RUNNING]
        return forms.CallForm(data, files, bodies=list(bodies), plans=running)

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Call it."""
        assert isinstance(form, forms.CallForm)
        data = form.cleaned_data | {"agenda": form.items()}
        row = hold.call_meeting(actor=self.actor, at=self.now, **data)
        messages.success(self.request, "已通知成员单位。")
        return redirect("meeting", code=row.code)


class MeetingPage(Page[Actor]):
    """One meeting: agenda, papers, who comes, minutes, and what became of the decisions."""

    permission, template_name = "meetings.meeting.view", "meetings/meeting.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="会议和议定事项", href=reverse("meetings"))]

    def context(self) -> dict[str, Any]:
        """Return what the actor may see of it."""
        row = queries.session_of(self.actor, self.kwargs["code"])
        calls = self.actor.may("meetings.meeting.call")
        mine = queries.own_units(self.actor, row)
        papers = [(one, reverse("meeting_paper", args=[one.pk])) for one in row.papers.select_related("unit")]
        names = dict(Unit.objects.filter(code__in=[one["unit"] for one in row.agenda]).values_list("code", "name"))
        open_ = row.state in (SessionState.CALLED, SessionState.HELD)
        return {
            "title": row.title,
            "meeting": row,
            "state": Badge(text=row.get_state_display(), tone=TONES[SessionState(row.state)]),
            "facts": _facts(row),
            "agenda": [
                (one["title"], names.get(one["unit"], ""), [each for each in papers if each[0].item == at])
                for at, one in enumerate(row.agenda, start=1)
            ],
            "papers": [each for each in papers if each[0].item == 0],
            "attendees": [
                (one, Badge(text=one.get_state_display(), tone=COMING_TONES[Coming(one.state)]))
                for one in row.attendees.select_related("unit")
            ],
            "decisions": _decisions(self.actor, row, today=self.today),
            "may_answer": row.state == SessionState.CALLED and bool(mine),
            "may_add": open_ and (bool(mine) or calls),
            "may_record": calls and open_ and row.held_at <= self.now,
            "may_write": calls and row.state == SessionState.HELD,
            "may_sign": row.state == SessionState.HELD
            and bool(row.discussion)
            and self.actor.may("meetings.minutes.sign"),
            "may_cancel": calls and row.state == SessionState.CALLED,
            "events": _events(row),
        }


def _facts(row: Session) -> list[Fact]:
    return [
        Fact(label="机构", value=row.body.name),
        Fact(label="时间", value=f"{localtime(row.held_at):%Y-%m-%d %H:%M}"),
        Fact(label="地点", value=row.venue),
        Fact(label="主持人", value=row.chair),
        *([Fact(label="纪要", value=f"{row.signed_by} {row.signed_at:%Y-%m-%d} 签发")] if row.signed_at else []),
        *([Fact(label="取消的理由", value=row.reason)] if row.reason else []),
    ]


def _decisions(actor: Actor, row: Session, *, today: Any) -> list[dict[str, Any]]:
    decided = list(row.decisions.select_related("task__plan"))
    codes = [code for one in decided for code in (one.lead, *one.others) if code]
    names = dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
    sees = set(plans.tasks_of(actor).filter(decision__session=row).values_list("pk", flat=True)) if actor.may("plans.task.view") else set()  # fmt: skip
    return [
        {
            "words": one.words,
            "who": "、".join(names.get(code, code) for code in (one.lead, *one.others) if code),
            "due": one.due_words or one.due_on or "",
            "href": reverse("task", args=[one.task_id]) if one.task_id in sees else "",
            "standing": plans.standing_of(one.task, today).label if one.task else "",
            "percent": one.task.percent if one.task else 0,
        }
        for one in decided
    ]


def _events(row: Session) -> list[Event]:
    acts = history(f"meeting:{row.code}", most=50)
    names = names_of(one.actor for one in acts)
    return [
        Event(
            at=one.at, title=ACTS.get(one.act, one.act), who=names.get(one.actor, one.actor),
            text=str(one.fields.get("name") or one.fields.get("reason") or ""),
        )
        for one in acts
    ]  # fmt: skip


class _MeetingForm(FormPage):
    permission = "meetings.meeting.view"
    refusals = REFUSALS

    @property
    def session(self) -> Session:
        """The meeting of the address."""
        return queries.session_of(self.actor, self.kwargs["code"])

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [
            Crumb(label="会议和议定事项", href=reverse("meetings")),
            Crumb(label=self.session.title, href=self.back()),
        ]

    def back(self) -> str:
        """Return the meeting's page."""
        return reverse("meeting", args=[self.kwargs["code"]])

    def facts(self) -> Sequence[tuple[str, object]]:
        """Return which meeting it is."""
        row = self.session
        return [("会议", row.title), ("时间", f"{localtime(row.held_at):%Y-%m-%d %H:%M}"), ("地点", row.venue)]

    def lead_back(self, words: str) -> HttpResponse:
        """Say that it is done, and go back."""
        messages.success(self.request, words)
        return redirect(self.back())


class AnswerPage(_MeetingForm):
    """Say whether one's unit comes."""

    permission, title, act, icon = "meetings.meeting.answer", "答复会议通知", "答复", "send"

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form."""
        units = queries.own_units(self.actor, self.session)
        if not units:
            raise MissingError("这次会议没有通知您的单位。")
        asked = self.session.attendees.filter(unit__in=units).first()
        initial = {"unit": self.request.GET.get("unit", ""), "person": asked.person if asked else ""}
        return forms.AnswerForm(data, files, units=units, initial=initial)

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Answer."""
        data = form.cleaned_data
        hold.answer(
            actor=self.actor, at=self.now, session=self.kwargs["code"], unit=data["unit"], coming=data["coming"] == "yes",
            person=data["person"], words=data["words"],
        )  # fmt: skip
        return self.lead_back("已答复。")


class PaperPage(_MeetingForm):
    """Put a paper before a meeting."""

    title, act, icon = "提交会议材料", "提交", "upload"

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form."""
        row = self.session
        units = queries.own_units(self.actor, row)
        if self.actor.may("meetings.meeting.call"):
            units = list(Unit.objects.filter(attendances__session=row).order_by("path"))
        if not units:
            raise MissingError("这次会议没有通知您的单位。")
        return forms.PaperForm(data, files, units=units, session=row)

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Put it."""
        data, file = form.cleaned_data, form.cleaned_data["file"]
        hold.add_paper(
            actor=self.actor, at=self.now, session=self.kwargs["code"], unit=data["unit"], item=int(data["item"] or 0),
            file=FileGiven(name=file.name, content=file.read()),
        )  # fmt: skip
        return self.lead_back("已提交。")


class AttendancePage(_MeetingForm):
    """Write down who came."""

    permission, title = "meetings.meeting.call", "记录到会"

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form."""
        row = self.session
        attendees = list(row.attendees.select_related("unit"))
        return forms.AttendanceForm(data, files, attendees=attendees, initial={"version": row.version})

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Save it."""
        assert isinstance(form, forms.AttendanceForm)
        hold.record_attendance(
            actor=self.actor,
            at=self.now,
            session=self.kwargs["code"],
            version=form.cleaned_data["version"],
            came=form.came(),
        )
        return self.lead_back("已记录。")


class CancelPage(_MeetingForm):
    """Cancel a meeting."""

    permission, title, act, icon, grave = "meetings.meeting.call", "取消会议", "取消会议", "x", True

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form."""
        return forms.CancelForm(data, files, initial={"version": self.session.version})

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Cancel."""
        hold.cancel_meeting(actor=self.actor, at=self.now, session=self.kwargs["code"], **form.cleaned_data)
        return self.lead_back("已取消，已通知有关单位。")


class MinutesPage(Page[Actor]):
    """Write the minutes."""

    permission, template_name, title = "meetings.meeting.call", "meetings/minutes.html", "写纪要"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        row = queries.session_of(self.actor, self.kwargs["code"])
        return [
            Crumb(label="会议和议定事项", href=reverse("meetings")),
            Crumb(label=row.title, href=reverse("meeting", args=[row.code])),
        ]

    def _units(self, row: Session) -> list[tuple[str, str]]:
        rows = Unit.objects.filter(place__startswith=row.place, valid_to=None).order_by("path")
        return list(rows.values_list("code", "name"))

    def context(self) -> dict[str, Any]:
        """Return the forms with what was written."""
        row = queries.session_of(self.actor, self.kwargs["code"])
        own = {"number": row.number, "discussion": row.discussion, "version": row.version}
        decided = [
            {
                "words": one.words,
                "lead": one.lead,
                "others": one.others,
                "due_words": one.due_words,
                "due_on": one.due_on,
            }
            for one in row.decisions.all()
        ]
        return {
            "meeting": row,
            "form": forms.MinutesForm(initial=own),
            "decisions": forms.Decisions(prefix="decisions", initial=decided, form_kwargs={"units": self._units(row)}),
            "back": reverse("meeting", args=[row.code]),
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Save them."""
        row = queries.session_of(self.actor, code)
        form = forms.MinutesForm(request.POST)
        decisions = forms.Decisions(request.POST, prefix="decisions", form_kwargs={"units": self._units(row)})
        if form.is_valid() and decisions.is_valid():
            try:
                hold.write_minutes(
                    actor=self.actor, at=self.now, session=code, decisions=forms.decisions_given(decisions),
                    **form.cleaned_data,
                )  # fmt: skip
            except MeetingError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已保存，签发以后议定事项进入台账。")
                return redirect("meeting", code=code)
        back = reverse("meeting", args=[code])
        return self.show(meeting=row, form=form, decisions=decisions, back=back, status=422)


class SignAct(Page[Actor]):
    """Sign the minutes."""

    permission = "meetings.minutes.sign"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Do it."""
        row = hold.sign_minutes(actor=self.actor, at=self.now, session=code, version=version_of(request))
        count = row.decisions.filter(task__isnull=False).count()
        messages.success(request, f"纪要已签发，{count} 项议定事项已进入台账。")
        return redirect("meeting", code=code)


class MinutesFile(Page[Actor]):
    """The minutes as DOCX or PDF: as signed, else as they stand with 草稿 across them."""

    permission = "meetings.meeting.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the file."""
        row = queries.session_of(self.actor, self.kwargs["code"])
        suffix = self.kwargs["suffix"]
        name = f"{row.title}纪要.{suffix}"
        kept = row.docx_file if suffix == "docx" else row.pdf_file
        if row.state == SessionState.CLOSED and kept:
            return stored(kept, name)  # type: ignore[return-value]
        if not row.discussion or not self.actor.may("meetings.meeting.call"):
            raise MissingError("纪要还没有签发。")
        sheet = hold.minutes_sheet(row, dated_on=self.today)
        if suffix == "docx":
            return attachment(docx(sheet), f"草稿-{name}", DOCX)
        return attachment(pdf(sheet), f"草稿-{name}", "application/pdf")


class PaperFile(Page[Actor]):
    """A paper of a meeting."""

    permission = "meetings.meeting.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with it."""
        row = queries.paper_of(self.actor, self.kwargs["pk"])
        return stored(row.file, row.name)  # type: ignore[return-value]
