"""Pages of recordings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms as django_forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, MissingError, access, visible
from mingjing.contexts.accounts.addresses import address_of
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.media import queries, reading, subjects
from mingjing.contexts.media.models import Access, Derived, Disposal, Mark, Recording
from mingjing.contexts.media.usecases import keeping, looking, taking
from mingjing.contexts.media.usecases.deriving import strip
from mingjing.contexts.media.usecases.taking import Draft
from mingjing.contexts.media.web import forms
from mingjing.contexts.records.queries import history
from mingjing.contexts.registry.queries import UnknownCodeError, party_of
from mingjing.contexts.ui.components import Badge, Chart, ChartKind, Crumb, Event, Fact, Series, Tab, Tone
from mingjing.contexts.ui.tables import BulkAct, ChoiceFilter, Column, DateFilter, FlagFilter, Table, TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.media.embedded import differences
from mingjing.domain.media.recordings import KIND_LABELS, PURPOSE_LABELS, Kind, Purpose, upload_due_on
from mingjing.domain.media.requirements import unread
from mingjing.domain.media.steps import Stage, stage_of
from mingjing.facts.schema import EVENT_TYPES
from mingjing.kernel.errors import DomainError

SEE: Final = queries.SEE
KINDS: Final = [(one.value, label) for one, label in KIND_LABELS.items()]
ICONS: Final[Mapping[Kind, str]] = {
    Kind.NOTE: "file-text", Kind.PHOTO: "photo", Kind.AUDIO: "microphone", Kind.VIDEO: "video", Kind.DATA: "database",
    Kind.SCAN: "file-type-pdf",
}  # fmt: skip
CAPTURED: Final = {Kind.PHOTO: "拍照", Kind.VIDEO: "录像", Kind.AUDIO: "录音"}
ACTS: Final = {
    "media.record": "收录",
    "media.assign": "归入",
    "media.mark": "加标记",
    "media.withdraw_mark": "撤销标记",
    "media.hold": "设置留存",
    "media.release": "解除留存",
    "media.extend": "延长保存期限",
    "media.propose_disposal": "提出处置",
    "media.refuse_disposal": "不同意处置",
    "media.dispose": "处置（删除原件，保留摘要）",
    "media.find_damaged": "核验发现内容不符",
}


def size_words(size: int) -> str:
    """Write a size for a reader."""
    for unit, step in (("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} 字节"


def length_words(row: Recording) -> str:
    """Write how long a recording is."""
    seconds = keeping.length_of(row)
    if not seconds or row.what not in (Kind.AUDIO, Kind.VIDEO):
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"


def standing(row: Recording) -> Badge:
    """Say how a recording stands."""
    if row.disposed_at:
        return Badge(text="已到期处置", tone=Tone.PLAIN)
    if row.damaged_at:
        return Badge(text="与摘要不符", tone=Tone.BAD)
    if not row.subject_kind:
        return Badge(text="待归入", tone=Tone.ATTENTION)
    return Badge(text="保存中", tone=Tone.GOOD)


def differs(row: Recording) -> list[Any]:
    """Return what the file says otherwise than its maker."""
    return list(
        differences(
            reading.of_data(row.embedded),
            started_at=timezone.localtime(row.started_at).replace(tzinfo=None),
            ended_at=timezone.localtime(row.ended_at).replace(tzinfo=None) if row.ended_at else None,
        )
    )


def is_late(row: Recording) -> tuple[bool, date]:
    """Say whether a recording came later than the place's term, and when it was due."""
    ended = timezone.localdate(row.ended_at or row.started_at)
    due, _ = upload_due_on(ended_on=ended, place=row.unit.place)
    return timezone.localdate(row.uploaded_at) > due, due


RECORDINGS: Final = Table(
    name="media.recordings",
    columns=(
        Column(name="shows", label="证明内容", value=lambda row: row.shows, width="wide"),
        Column(name="kind", label="类别", value=lambda row: row.what.label, order="kind"),
        Column(
            name="subject",
            label="归属",
            value=lambda row: subjects.title_of(row.subject),
            order="subject_kind,subject_code",
        ),
        Column(
            name="step",
            label="环节",
            value=lambda row: queries.step_label(row.step_kind),
            order="step_kind",
            shown=True,
        ),
        Column(name="started", label="开始时间", value=lambda row: row.started_at, order="started_at"),
        Column(
            name="officer",
            label="录制人员",
            value=lambda row: row.officer.name if row.officer else row.uploaded_by.name,
        ),
        Column(name="length", label="时长", value=length_words, number=True),
        Column(name="standing", label="状态", value=standing),
        Column(name="code", label="记录编号", value=lambda row: row.code, order="code", shown=False),
        Column(name="unit", label="单位", value=lambda row: row.unit.name, order="unit__path", shown=False),
        Column(name="place", label="地点", value=lambda row: row.place, shown=False),
        Column(name="device", label="设备编号", value=lambda row: row.device_no, order="device_no", shown=False),
        Column(
            name="size", label="大小", value=lambda row: size_words(row.size), order="size", shown=False, number=True
        ),
        Column(name="uploaded", label="上传时间", value=lambda row: row.uploaded_at, order="uploaded_at", shown=False),
        Column(
            name="retained",
            label="保存至",
            value=lambda row: "永久" if row.for_ever else row.retained_until,
            order="retained_until",
            shown=False,
        ),
        Column(name="sha256", label="SHA-256", value=lambda row: row.sha256, shown=False),
        Column(name="sm3", label="SM3", value=lambda row: row.sm3, shown=False),
    ),
    filters=(
        ChoiceFilter(name="kind", label="类别", choices=KINDS),
        ChoiceFilter(
            name="stage",
            label="阶段",
            choices=[(one.value, one.label) for one in Stage],
            condition=lambda stage: Q(step_kind__in=_steps_in(stage)),
        ),
        DateFilter(name="started", label="录制日期", field="started_at", moment=True),
        FlagFilter(name="unassigned", label="待归入", condition=Q(subject_kind="", disposed_at__isnull=True)),
        FlagFilter(name="damaged", label="与摘要不符", condition=Q(damaged_at__isnull=False)),
        FlagFilter(name="device_hashed", label="设备端已计算摘要", condition=Q(hashed_on_device=True)),
    ),
    search=("code", "shows", "place", "device_no", "subject_code", "filename", "sha256"),
    search_hint="证明内容、地点、编号、设备、摘要",
    order="-started",
    key="code",
    row_name=lambda row: row.shows,
    row_href=lambda row: reverse("media_recording", args=[row.code]),
    noun="份",
    empty="还没有音像记录。执法时拍的照片、录像和录音，从“上传”进来。",
)


def _steps_in(stage: str) -> list[str]:
    return [step for step in EVENT_TYPES if stage_of(step) == stage] + (
        [f"service:{one}" for one in ("in_person", "left", "post", "electronic", "announcement")]
        if stage == Stage.SERVICE
        else []
    )


class RecordingsPage(TableView[Actor]):
    """The list of recordings."""

    table = RECORDINGS
    title = "音像记录"
    permission = SEE
    lead = "执法全过程的文字、照片、录音和录像。原件收录后不能修改，存取都有记录。"

    def rows(self) -> QuerySet[Recording]:
        """Return what the viewer may see."""
        return visible(queries.recordings(), self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        if not self.actor.may(taking.ADD):
            return []
        return [
            ("上传", reverse("media_new"), "upload"),
            ("随手拍", reverse("media_capture"), "camera"),
            ("上传进度", reverse("media_uploads"), "progress"),
        ]


class NewPage(Page[Actor]):
    """Upload recordings: with script hashed on the device and resumed, without it as a plain form."""

    permission = taking.ADD
    template_name = "media/new.html"
    title = "上传音像记录"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label="音像记录", href=reverse("media_list"))] if self.actor.may(SEE) else []

    def _form(self, *given: Any) -> forms.RecordingForm:
        asked = self.request.POST if given else self.request.GET
        subject = asked.get("subject", "")
        kind, code = subjects.split(subject)
        known = subjects.kind_of(kind)
        if subject and (known is None or not known.recordable(self.actor).filter(code=code).exists()):
            raise MissingError("没有找到要归入的案件或者检查，或者您不能为它上传记录。")
        step = asked.get("step", "")
        if step and "|" not in step and known is not None:
            facts = known.facts(code)
            step = next((f"{one.kind}|{one.code}" for one in (facts.steps if facts else ()) if one.code == step), step)
        initial = {"kind": asked.get("kind") or "photo", "step": step, "place": asked.get("place", "")}
        initial["started_at"] = timezone.localtime(self.now).strftime(forms.MOMENT)
        return forms.RecordingForm(*given, actor=self.actor, today=self.today, subject=subject, initial=initial)

    def context(self) -> dict[str, Any]:
        """Return the form."""
        return self._given(self._form())

    def _given(self, form: forms.RecordingForm) -> dict[str, Any]:
        subject = self.request.POST.get("subject") or self.request.GET.get("subject", "")
        return {
            "form": form,
            "subject": subject,
            "subject_title": subjects.title_of(subject) if subject else "",
            "subject_label": subjects.label_of(subjects.split(subject)[0]) if subject else "",
            "needs": self._needs(subject),
        }

    def _needs(self, subject: str) -> list[Any]:
        """What the step asks for, beside the form."""
        step = self.request.GET.get("step", "")
        facts = subjects.facts_of(subject) if subject else None
        found = next((one for one in facts.steps if one.code == step), None) if facts else None
        if facts is None or found is None:
            return []
        return [
            one
            for item in facts.items or [""]
            for one in queries.required_recordings(item, found.kind, on=self.today, place=facts.place)
        ]

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Take them in, in one piece each."""
        form = self._form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(status=422, **self._given(form))
        given = form.cleaned_data
        step_kind, _, step_code = given["step"].partition("|")
        draft = Draft(
            kind=Kind(given["kind"]),
            started_at=given["started_at"],
            ended_at=given["ended_at"],
            shows=given["shows"],
            subject=given["subject"],
            step_kind=step_kind,
            step_code=step_code,
            device_no=given["device_no"],
            place=given["place"],
        )
        try:
            made = self._taken(draft, given)
        except DomainError as error:
            return self.show(status=422, refused=error, **self._given(form))
        messages.success(request, f"已收录{len(made)}份记录。")
        if len(made) == 1 and self.actor.may(SEE):
            return redirect("media_recording", made[0].code)
        return redirect(subjects.href_of(draft.subject) or ("media_list" if self.actor.may(SEE) else "media_new"))

    def _taken(self, draft: Draft, given: dict[str, Any]) -> list[Recording]:
        if draft.kind is Kind.NOTE:
            return [taking.record_text(actor=self.actor, at=self.now, draft=draft, text=given["text"])]
        return [
            taking.record_file(
                actor=self.actor, at=self.now, draft=draft, filename=one.name, content=one.file,
                device_sha256=self.request.POST.get(f"sha256:{one.name}", ""),
            )
            for one in given["file"]
        ]  # fmt: skip


class CapturePage(NewPage):
    """Take photos, film and sound with a phone, also where there is no network."""

    permission = taking.ADD
    template_name = "media/capture.html"
    title = "随手拍"
    http_method_names = ["get"]  # noqa: RUF012 - Django's

    def context(self) -> dict[str, Any]:
        """Return the form of one kind, and the ways to the others."""
        kind = self.request.GET.get("kind", "photo")
        kind = kind if kind in CAPTURED else Kind.PHOTO.value
        form = self._form()
        form.fields["file"].label = CAPTURED[Kind(kind)]
        form.fields["shows"].widget.attrs["placeholder"] = "现场情况"
        given = self._given(form)
        rest = {name: value for name, value in self.request.GET.items() if name != "kind"}
        given["kind"] = kind
        given["kinds"] = [
            Tab(label=words, href=f"?{urlencode({**rest, 'kind': one.value})}", current=one.value == kind)
            for one, words in CAPTURED.items()
        ]
        return given


class RecordingPage(Page[Actor]):
    """One recording: looked at, listened to, with what is known of it."""

    permission = SEE
    template_name = "media/recording.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back."""
        return [Crumb(label="音像记录", href=reverse("media_list"))]

    def context(self) -> dict[str, Any]:
        """Return its parts."""
        row = access(queries.recordings(), self.actor, SEE, code=self.kwargs["code"])
        own = queries.is_own(self.actor, row)
        purpose = Purpose.HANDLING.value if own else queries.purpose_of(self.actor, row, self.now)
        if own:
            looking.note_opened(actor=self.actor, at=self.now, row=row, address=address_of(self.request))
        derived = {one.kind: one for one in row.derived.all()}
        marks = [one for one in row.marks.all() if one.withdrawn_at is None]
        late, due = is_late(row)
        fetch = self._reaches(row, looking.FETCH)
        # the original of a photo is for who may have it; everybody else sees the preview
        shown = bool(purpose) and not row.disposed_at
        return {
            "title": row.shows,
            "row": row,
            "icon_name": ICONS[row.what],
            "badge": standing(row),
            "shown": shown,
            "fetch": fetch and shown and bool(row.stored),
            "purpose": PURPOSE_LABELS.get(Purpose(purpose)) if purpose else "",
            "own": own,
            "purpose_form": forms.PurposeForm(),
            "preview": "preview" in derived and shown,
            "strip": strip(row),
            "marks": marks,
            "stages": queries.step_label(row.step_kind) if row.step_kind else "",
            "differences": differs(row),
            "late": late,
            "due": due,
            "facts": self._facts(row),
            "proof": self._proof(row),
            "retention": self._retention(row),
            "holds": queries.holds_on(row),
            "open_disposal": row.disposals.filter(decided_at__isnull=True).first(),
            "copies": list(queries.copies_of(self.actor, row)[:10]),
            "acts": self._acts(row),
            "may_mark": self._reaches(row, taking.ADD) and row.what in (Kind.AUDIO, Kind.VIDEO) and not row.disposed_at,
            "may_hold": self._reaches(row, keeping.HOLD),
            "mark_form": forms.MarkForm(),
            "jumps": ((-30, "退30秒"), (-5, "退5秒"), (5, "进5秒"), (30, "进30秒")),
            "at_second": _second(self.request.GET.get("t", "")),
            "bar": _bar(row, marks),
            "events": _events(row),
            "looks": list(row.accesses.all()[:20]) if own or self.actor.may("media.access.view") else [],
        }

    def _reaches(self, row: Recording, code: str) -> bool:
        return self.actor.may(code) and visible(Recording.objects.filter(pk=row.pk), self.actor, code).exists()

    def _facts(self, row: Recording) -> list[Fact]:
        href = subjects.href_of(row.subject) if row.subject else ""
        subject = f"{subjects.label_of(row.subject_kind)}　{subjects.title_of(row.subject)}" if row.subject else ""
        return [
            Fact(label="归属", value=subject, href=href),
            Fact(label="环节", value=queries.step_label(row.step_kind) if row.step_kind else ""),
            Fact(label="当事人", value=[one.name for one in row.parties.all()]),
            Fact(label="录制人员", value=row.officer.name if row.officer else ""),
            Fact(label="开始时间", value=row.started_at),
            *([Fact(label="结束时间", value=row.ended_at)] if row.ended_at else []),
            Fact(label="地点", value=row.place),
            Fact(label="设备", value=row.device_no),
            Fact(label="单位", value=row.unit.name),
            Fact(label="上传", value=[row.uploaded_by.name, row.uploaded_at]),
        ]

    def _proof(self, row: Recording) -> list[Fact]:
        found = reading.of_data(row.embedded)
        facts = [
            Fact(label="记录编号", value=row.code),
            Fact(
                label="SHA-256",
                value=row.sha256,
                note="设备上传前计算，收录时核对一致。" if row.hashed_on_device else "收录时由服务器计算。",
            ),
            Fact(label="SM3", value=row.sm3),
            Fact(label="大小", value=size_words(row.size)),
        ]
        if row.filename:
            facts.append(Fact(label="文件名", value=row.filename))
        if found.taken_at:
            facts.append(Fact(label="文件自带时间", value=found.taken_at))
        if found.has_place and self._reaches(row, looking.FETCH):
            facts.append(
                Fact(label="文件自带坐标", value=f"{found.latitude}，{found.longitude}", note="与所写地点由人核对。")
            )
        if found.device:
            facts.append(Fact(label="文件自带设备型号", value=found.device))
        if row.verified_at:
            facts.append(Fact(label="最近核验", value=row.verified_at))
        return facts

    def _retention(self, row: Recording) -> list[Fact]:
        facts = [Fact(label="保存至", value="永久" if row.for_ever else row.retained_until, note=row.retained_why)]
        if row.disposed_at:
            facts.append(Fact(label="处置时间", value=row.disposed_at, note="原件已删除，登记内容和摘要保留。"))
        return facts

    def _acts(self, row: Recording) -> list[tuple[str, str, str]]:
        if row.disposed_at:
            return []
        return [
            (ACT_PAGES[name].label, reverse("media_act", args=[row.code, name]), ACT_PAGES[name].icon)
            for name in ("assign", "hold", "extend", "propose", "decide")
            if self._reaches(row, ACT_PAGES[name].permission) and ACT_PAGES[name].when(row, self.today)
        ]


def _second(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _bar(row: Recording, marks: list[Mark]) -> list[tuple[int, Mark]]:
    """Where the marks stand on a line of a thousand."""
    length = keeping.length_of(row)
    return [(min(round(1000 * one.second / length), 996), one) for one in marks] if length else []


def _events(row: Recording) -> list[Event]:
    entries = history(f"recording:{row.code}", most=30)
    names = names_of(one.actor for one in entries)
    return [
        Event(at=one.at, title=ACTS.get(one.act, one.act), who=names.get(one.actor, "系统"), text=one.reason)
        for one in entries
    ]


# acts on one recording


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOf:
    """An act on a recording: a form over one use case."""

    label: str
    permission: str
    icon: str
    form: Callable[[Actor, Recording, Mapping[str, str] | None], django_forms.Form]
    run: Callable[[Actor, datetime, Recording, Any], object]
    explain: str = ""
    grave: bool = False
    when: Callable[[Recording, date], bool] = lambda _row, _today: True
    on_page: bool = False
    """The form stands on the page of the recording; a refusal shows it alone."""


def _plain(made: type[django_forms.Form]) -> Callable[[Actor, Recording, Mapping[str, str] | None], django_forms.Form]:
    return lambda _actor, _row, data: made(data)


def _assign_form(actor: Actor, row: Recording, data: Mapping[str, str] | None) -> forms.AssignForm:
    found = [
        (f"{kind.code}:{one.code}", f"{kind.label}　{one.title}")
        for kind, one in queries.suggestions(row)
        if kind.recordable(actor).filter(code=one.code).exists()
    ]
    return forms.AssignForm(data, suggested=list(dict.fromkeys(found)))


def _assign(actor: Actor, at: datetime, row: Recording, form: Any) -> None:
    keeping.assign(
        actor=actor, at=at, code=row.code, version=row.version, subject=form.chosen(),
        step_kind=form.cleaned_data["step_kind"],
    )  # fmt: skip


def _open_proposal(row: Recording, _today: date) -> bool:
    return row.disposals.filter(decided_at__isnull=True).exists()


ACT_PAGES: Final[Mapping[str, ActOf]] = {
    "open": ActOf(
        label="打开",
        permission=SEE,
        icon="eye",
        form=_plain(forms.PurposeForm),
        run=lambda actor, at, row, form: looking.open_recording(
            actor=actor, at=at, code=row.code, purpose=form.cleaned_data["purpose"]
        ),
        explain="调阅其他单位的音像记录要写明用途；用途、时间和姓名记入调阅日志。",
        on_page=True,
    ),
    "mark": ActOf(
        label="加标记",
        permission=taking.ADD,
        icon="flag",
        form=_plain(forms.MarkForm),
        run=lambda actor, at, row, form: keeping.mark(actor=actor, at=at, code=row.code, **form.cleaned_data),
        on_page=True,
    ),
    "assign": ActOf(
        label="归入案件或者检查",
        permission=taking.ADD,
        icon="folder",
        form=_assign_form,
        run=_assign,
        explain="归入以后不能改归别处。建议的几件，是领用这台设备的人当时办理的。",
        when=lambda row, _today: not row.subject_kind,
    ),
    "hold": ActOf(
        label="设置留存",
        permission=keeping.HOLD,
        icon="lock",
        form=_plain(forms.HoldForm),
        run=lambda actor, at, row, form: keeping.hold(actor=actor, at=at, code=row.code, **form.cleaned_data),
        explain="留存期间，保存期满也不得删除，直到解除。",
    ),
    "release": ActOf(
        label="解除留存",
        permission=keeping.HOLD,
        icon="lock-open",
        form=_plain(forms.WhyForm),
        run=lambda actor, at, row, form: [
            keeping.release(actor=actor, at=at, code=row.code, hold=one.pk, **form.cleaned_data)
            for one in queries.holds_on(row)
            if one.recording_id == row.pk
        ],
        explain="解除加在这份记录上的留存。随案件设置的留存，随案件解除。",
    ),
    "extend": ActOf(
        label="延长保存期限",
        permission=keeping.HOLD,
        icon="calendar-event",
        form=_plain(forms.ExtendForm),
        run=lambda actor, at, row, form: keeping.extend(
            actor=actor, at=at, code=row.code, version=row.version, **form.cleaned_data
        ),
        explain="只能延长，不能缩短。",
        when=lambda row, _today: not row.for_ever,
    ),
    "propose": ActOf(
        label="提出到期处置",
        permission=keeping.PROPOSE,
        icon="trash",
        form=_plain(forms.WhyForm),
        run=lambda actor, at, row, form: keeping.propose_disposal(
            actor=actor, at=at, code=row.code, reason=form.cleaned_data["why"]
        ),
        explain="保存期满、没有留存的，由另一位负责人批准后删除原件；登记内容和摘要永久保留。",
        when=lambda row, today: today > row.retained_until and not _open_proposal(row, today),
    ),
    "decide": ActOf(
        label="审核到期处置",
        permission=keeping.APPROVE,
        icon="checks",
        form=_plain(forms.DecideForm),
        run=lambda actor, at, row, form: keeping.decide_disposal(
            actor=actor, at=at, code=row.code, approved=form.cleaned_data["approved"] == "1",
            opinion=form.cleaned_data["opinion"],
        ),
        explain="同意后立即删除原件，不能恢复。",
        grave=True,
        when=_open_proposal,
    ),
}  # fmt: skip


class ActPage(Page[Actor]):
    """The page of an act on one recording."""

    permission = SEE
    template_name = "media/act.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the recording."""
        row = self.row
        return [
            Crumb(label="音像记录", href=reverse("media_list")),
            Crumb(label=row.shows, href=reverse("media_recording", args=[row.code])),
        ]

    def _open(self) -> ActOf:
        act = ACT_PAGES.get(str(self.kwargs["act"]))
        if act is None:
            raise MissingError("没有这项办理事项。")
        self.row = access(queries.recordings(), self.actor, act.permission, see=SEE, code=self.kwargs["code"])
        return act

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        act = self._open()
        return self._show(act, act.form(self.actor, self.row, None))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Do it, or say why not."""
        act = self._open()
        form = act.form(self.actor, self.row, request.POST)
        if not form.is_valid():
            return self._show(act, form, status=422)
        try:
            act.run(self.actor, self.now, self.row, form)
        except DomainError as error:
            if error.code in ("accounts.forbidden", "accounts.missing", "ui.stale"):
                raise
            return self._show(act, form, refused=error, status=422)
        if not act.on_page:
            messages.success(request, f"已办理：{act.label}。")
        second = request.POST.get("second", "") if self.kwargs["act"] == "mark" else ""
        back = reverse("media_recording", args=[self.row.code])
        return redirect(f"{back}?t={second}#player" if second.isdigit() else back)

    def _show(
        self, act: ActOf, form: django_forms.Form, *, refused: DomainError | None = None, status: int = 200
    ) -> HttpResponse:
        row = self.row
        return self.show(
            status=status,
            title=act.label,
            act=act,
            form=form,
            refused=refused,
            back=reverse("media_recording", args=[row.code]),
            needs=[
                Fact(label="音像记录", value=row.shows),
                Fact(label="类别、时间", value=[row.what.label, row.started_at]),
                Fact(label="保存至", value="永久" if row.for_ever else row.retained_until),
            ],
        )


class MarkWithdrawPage(Page[Actor]):
    """Withdraw a mark."""

    permission = taking.ADD
    http_method_names = ["post"]  # noqa: RUF012 - Django's

    def post(self, request: HttpRequest, code: str, mark: int) -> HttpResponse:
        """Withdraw it."""
        keeping.withdraw_mark(actor=self.actor, at=self.now, code=code, mark=mark)
        messages.success(request, "已撤销标记。")
        return redirect("media_recording", code)


# by subject and by party


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A recording in a gallery."""

    row: Recording
    icon: str
    thumb: bool
    step: str
    length: str


def gallery(rows: list[Recording], actor: Actor) -> list[Shown]:
    """Return recordings as galleries show them: with a thumbnail where the viewer looks at them as part of the work."""
    with_thumb = set(
        Derived.objects.filter(recording__in=[row.pk for row in rows], kind="thumb").values_list(
            "recording_id", flat=True
        )
    )
    return [
        Shown(
            row=row,
            icon=ICONS[row.what],
            thumb=row.pk in with_thumb and queries.is_own(actor, row),
            step=queries.step_label(row.step_kind) if row.step_kind else "",
            length=length_words(row),
        )
        for row in rows
    ]


class SubjectPage(Page[Actor]):
    """All recordings of a case or whatever, by stage, with what is missing."""

    permission = SEE
    template_name = "media/subject.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back."""
        return [Crumb(label="音像记录", href=reverse("media_list"))]

    def context(self) -> dict[str, Any]:
        """Return the stages."""
        kind, code = str(self.kwargs["kind"]), str(self.kwargs["code"])
        subject = f"{kind}:{code}"
        known = subjects.kind_of(kind)
        if known is not None and not known.visible(self.actor).filter(code=code).exists():
            raise MissingError(f"没有找到{known.label}“{code}”，或者您无权查看。")
        rows = list(queries.of_subject(self.actor, subject))
        if known is None and not rows:
            raise MissingError("没有找到这一件的音像记录，或者您无权查看。")
        facts = subjects.facts_of(subject)
        lacking = [
            (one, lack)
            for one in (facts.steps if facts else ())
            for lack in queries.missing_recordings(subject, one.kind, on=self.today, step_code=one.code, written=True)
        ]
        stages = queries.stages_of(self.actor, subject)
        without = [row for row in rows if stage_of(row.step_kind) is None]
        return {
            "title": f"{subjects.title_of(subject)}的音像记录",
            "stages": [
                {
                    "label": one.stage.label,
                    "coarse": one.stage.coarse,
                    "missing": one.missing,
                    "shown": gallery(list(one.recordings), self.actor),
                }
                for one in stages
            ],
            "without": gallery(without, self.actor),
            "lacking": lacking,
            "count": len(rows),
            "back": subjects.href_of(subject),
            "label": subjects.label_of(kind),
            "new": f"{reverse('media_new')}?subject={subject}"
            if known is not None
            and self.actor.may(taking.ADD)
            and known.recordable(self.actor).filter(code=code).exists()
            else "",
        }


class PartyPage(Page[Actor]):
    """All records of one party, of whatever agency: 一户式."""

    permission = SEE
    template_name = "media/party.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back."""
        return [Crumb(label="音像记录", href=reverse("media_list"))]

    def context(self) -> dict[str, Any]:
        """Return them by subject."""
        try:
            party = party_of(str(self.kwargs["code"]))
        except UnknownCodeError as error:
            raise MissingError("没有找到这个当事人，或者您无权查看。") from error
        rows = list(queries.of_party(self.actor, party.code))
        if not rows:
            raise MissingError("没有这个当事人的音像记录，或者您无权查看。")
        groups: dict[tuple[str, str], list[Recording]] = {}
        for row in rows:
            groups.setdefault((row.unit.name, row.subject), []).append(row)
        return {
            "title": f"{party.name}：一户式音像记录",
            "groups": [
                {
                    "unit": unit,
                    "label": subjects.label_of(subjects.split(subject)[0]),
                    "title": subjects.title_of(subject),
                    "href": subjects.href_of(subject),
                    "shown": gallery(found, self.actor),
                }
                for (unit, subject), found in groups.items()
            ],
            "count": len(rows),
            "units": len({row.unit_id for row in rows}),
        }


# retention, looks, statistics


def _proposed(row: Any) -> Badge:
    if row.proposed:
        return Badge(text="已提出，待审核", tone=Tone.ATTENTION)
    return Badge(text="保存期满", tone=Tone.INFO)


def _propose(actor: Any, at: datetime, row: Any, reason: str) -> None:
    keeping.propose_disposal(actor=actor, at=at, code=row.code, reason=reason)


def _approve(actor: Any, at: datetime, row: Any, reason: str) -> None:
    keeping.decide_disposal(actor=actor, at=at, code=row.code, approved=True, opinion=reason)


EXPIRING: Final = Table(
    name="media.expiring",
    columns=(
        Column(name="shows", label="证明内容", value=lambda row: row.shows, width="wide"),
        Column(name="kind", label="类别", value=lambda row: row.what.label, order="kind"),
        Column(name="subject", label="归属", value=lambda row: subjects.title_of(row.subject)),
        Column(name="started", label="录制时间", value=lambda row: row.started_at, order="started_at"),
        Column(name="retained", label="保存至", value=lambda row: row.retained_until, order="retained_until"),
        Column(name="size", label="大小", value=lambda row: size_words(row.size), order="size", number=True),
        Column(name="unit", label="单位", value=lambda row: row.unit.name, order="unit__path"),
        Column(name="state", label="状态", value=_proposed),
    ),
    filters=(
        FlagFilter(name="proposed", label="待审核", condition=Q(proposed=True)),
        ChoiceFilter(name="kind", label="类别", choices=KINDS),
        DateFilter(name="retained", label="保存至", field="retained_until"),
    ),
    bulk=(
        BulkAct(
            name="propose",
            label="提出处置",
            permission=keeping.PROPOSE,
            each=_propose,
            reason=True,
            explain="提出以后由另一位负责人逐份审核；审核前原件都在。",
            icon="trash",
        ),
        BulkAct(
            name="approve",
            label="同意处置",
            permission=keeping.APPROVE,
            each=_approve,
            reason=True,
            explain="同意后立即删除原件，不能恢复；登记内容和摘要保留。没有人提出过的不会处置。",
            icon="checks",
        ),
    ),
    search=("code", "shows", "subject_code"),
    search_hint="证明内容、编号",
    order="retained",
    key="code",
    row_name=lambda row: row.shows,
    row_href=lambda row: reverse("media_recording", args=[row.code]),
    noun="份",
    empty="没有保存期满的音像记录。",
)


class ExpiringPage(TableView[Actor]):
    """Recordings whose day is over, for review by a person."""

    table = EXPIRING
    title = "到期处置"
    permission = SEE
    lead = "保存期满、没有留存的记录。先由人审查：仍有用的延长保存，其余提出处置，由另一位负责人批准。"

    def rows(self) -> QuerySet[Recording]:
        """Return what the viewer may see."""
        open_ones = Disposal.objects.filter(recording=OuterRef("pk"), decided_at__isnull=True)
        return queries.expiring(self.actor, self.today).annotate(proposed=Exists(open_ones))


ACCESSES: Final = Table(
    name="media.accesses",
    columns=(
        Column(name="at", label="时间", value=lambda row: row.at, order="at"),
        Column(name="who", label="姓名", value=lambda row: row.actor_name, order="actor_name"),
        Column(name="act", label="方式", value=lambda row: row.get_act_display(), order="act"),
        Column(name="purpose", label="用途", value=lambda row: row.get_purpose_display(), order="purpose"),
        Column(name="recording", label="记录编号", value=lambda row: row.recording.code, order="recording__code"),
        Column(name="kind", label="类别", value=lambda row: row.recording.what.label),
        Column(name="unit", label="记录所属单位", value=lambda row: row.unit.name, order="unit__path"),
        Column(name="address", label="来源地址", value=lambda row: row.address, shown=False),
        Column(name="actor", label="人员代码", value=lambda row: row.actor, shown=False),
    ),
    filters=(
        ChoiceFilter(name="way", label="方式", choices=Access.Act.choices, field="act"),
        ChoiceFilter(
            name="purpose", label="用途", choices=[(one.value, label) for one, label in PURPOSE_LABELS.items()]
        ),
        DateFilter(name="at", label="时间", field="at", moment=True),
    ),
    search=("actor_name", "actor", "recording__code"),
    search_hint="姓名、记录编号",
    order="-at",
    noun="次",
    empty="还没有人调阅过音像记录。",
)


class AccessesPage(TableView[Actor]):
    """The log of looks: for security and audit, who see no content."""

    table = ACCESSES
    title = "音像调阅日志"
    permission = "media.access.view"
    lead = "谁在什么时候为什么看过、下载过哪份记录。只能增加，不能修改和删除；这里看不到记录内容。"

    def rows(self) -> QuerySet[Access]:
        """Return what the viewer may see."""
        return visible(Access.objects.select_related("recording", "unit"), self.actor, self.permission)


class StatisticsPage(Page[Actor]):
    """How much is recorded, at which stages, and looked at for what."""

    permission = "media.statistics.view"
    template_name = "media/statistics.html"
    title = "音像统计"

    def context(self) -> dict[str, Any]:
        """Return the numbers of a year, or of the days in the address."""
        first = _day(self.request.GET.get("from", "")) or self.today - timedelta(days=365)
        last = _day(self.request.GET.get("to", "")) or self.today
        found = queries.statistics(self.actor, first, last)
        kinds = [
            one for one in KIND_LABELS if any(one.value in counts for _, counts in (*found.by_unit, *found.by_stage))
        ]

        def series(rows: Any) -> list[Series]:
            return [
                Series(name=KIND_LABELS[one], values=[counts.get(one.value, 0) for _, counts in rows]) for one in kinds
            ]

        charts = [
            Chart(
                name="stages",
                title="各阶段音像记录",
                labels=[stage.label for stage, _ in found.by_stage],
                series=series(found.by_stage),
                kind=ChartKind.STACK,
                unit="份",
                label_head="阶段",
            ),
            Chart(
                name="units",
                title="各单位音像记录",
                labels=[unit for unit, _ in found.by_unit],
                series=series(found.by_unit),
                kind=ChartKind.STACK,
                unit="份",
                label_head="单位",
            ),
        ]
        if found.by_purpose:
            labels = [PURPOSE_LABELS[Purpose(purpose)] for purpose, _ in found.by_purpose]
            values = [count for _, count in found.by_purpose]
            charts.append(
                Chart(name="purposes", title="调阅用途", labels=labels, series=[Series(name="次数", values=values)],
                      kind=ChartKind.BAR_ACROSS, unit="次", label_head="用途")
            )  # fmt: skip
        places = {one.place for one in self.actor.held}
        lists = {each.name: each for place in places for each in queries.lists_in_force(place, self.today)}
        return {
            "found": found,
            "charts": charts if kinds else [],
            "first": first,
            "last": last,
            "unread": unread(lists.values()),
        }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
