"""Any procedure walked in a browser: its steps are filled in, proposed and agreed to by the people who may, day after day."""

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from mingjing.contexts.accounts.models import User
from mingjing.contexts.cases.models import Case, Draft
from mingjing.contexts.cases.usecases.base import procedure_for
from mingjing.contexts.cases.usecases.steps import unrecorded
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.usecases import issue_document, revise_document
from mingjing.domain.documents.values import missing
from mingjing.domain.procedures.model import AskKind, Step
from tests.contexts.cases.conftest import Office, film
from tests.contexts.documents.samples import value_of
from tests.contexts.wording import faults_in

REASON = "已经核实，依法办理。"
NO_PAPER = "签名和用印在纸质文书上，已经扫描入卷。"


@dataclass(frozen=True, kw_only=True)
class Act:
    """A step as a journey takes it: some time after the last one, with what is not answered in the same way everywhere."""

    step: str
    days: int = 0
    minutes: int = 10
    outcome: str = ""
    about: str = ""
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    filmed: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)


def act(step: str, **given: Any) -> Act:
    """``act("decision", days=3, tier="一般")``: what an act has no field for, is an answer."""
    own = {name: given.pop(name) for name in list(given) if name in Act.__dataclass_fields__}
    return Act(step=step, answers=given, **own)


@dataclass(kw_only=True)
class Clock:
    """The time of the platform, as a journey has it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(kw_only=True)
class Walker:
    """Walks a case through the pages; each person has a window, which is signed in anew when days have gone by."""

    office: Office
    clock: Clock
    open_page: Callable[..., Page]
    pages: dict[str, Page] = field(default_factory=dict)
    case: Case = field(default_factory=Case)

    def page(self, who: str, path: str) -> Page:
        """Open a page as somebody."""
        mine = self.pages.get(who)
        if mine is None:
            user = User.objects.get(pk=self.office.people[who].user_id)
            mine = self.pages[who] = self.open_page(path, user=user)
        else:
            mine.goto(f"{origin(mine)}{path}")
        return mine

    def later(self, *, days: int = 0, minutes: int = 0) -> None:
        """Let time go by; sessions end with the day."""
        self.clock.at += timedelta(days=days, minutes=minutes)
        self.office.at = self.clock.at
        if days:
            for page in self.pages.values():
                page.context.close()
            self.pages.clear()

    # the case

    def open(self, procedure: str, item: str, words: str, party: str) -> None:
        """Open a case by the form."""
        page = self.page("one", "/cases/new/")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.select_option("#procedure", procedure)
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.fill("#item-words", words)
        page.locator(f"input[name=item][value='{item}']").check()
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.fill("#party-words", party)
        page.locator("#found-parties input[name=party]").first.check()
        for one in ("one", "two"):
            box = page.locator(f"input[name=handlers][value='{self.office.officers[one].code}']")
            reveal(page)
            box.check()
        page.click("button[value=open]")
        page.wait_for_url(re.compile(r"/cases/\d{8}-\w+/$"))
        self.case = self.office.case = Case.objects.get(code=page.url.rstrip("/").rsplit("/", 1)[1])

    def take(self, one: Act) -> None:
        """Take a step, through its approval where it needs one."""
        self.later(days=one.days, minutes=one.minutes)
        step = procedure_for(self.case).step(one.step)
        who = {"handle": "one", "review": "reviewer", "approve": "head", "preside": "chair", "archive": "one"}[
            step.duty.value
        ]
        page = self.page(who, f"/cases/{self.case.code}/")
        # on the spot the form of the next step lies ready already
        reveal(page)
        begin = page.locator(f"form[action$='/start/{one.step}/'] button, button[formaction$='/start/{one.step}/']")
        (begin if begin.count() else page.locator("#next a:has-text('继续')")).first.click()
        page.wait_for_url("**/steps/**")
        draft = Draft.objects.get(code=page.url.rstrip("/").rsplit("/", 1)[1])
        method = str(one.answers.get("method") or "")
        if one.filmed or unrecorded(self.case, step, draft.code, on=self.office.at.date(), method=method):
            film(self.office, draft, step.event)
        self.fill(page, step, draft, one)
        self.press(page, "propose" if step.endorsed else "take")
        if step.endorsed is not None:
            boss = self.page("head", f"/cases/{self.case.code}/")
            boss.click("a:has-text('审批：')")
            boss.wait_for_url("**/steps/**")
            outcome = one.outcome or (step.outcomes[0].code if step.outcomes else "approved")
            with boss.expect_navigation():
                boss.locator(f"button[value='decide-{outcome}']").click()
            assert "/steps/" not in boss.url, boss.inner_text("main")
        self.case.refresh_from_db()
        assert self.case.events.filter(code=draft.code).exists(), f"{one.step} was not taken"

    def fill(self, page: Page, step: Step, draft: Draft, one: Act) -> None:
        """Fill the form in."""
        reveal(page)
        given = self.office.given(draft, **one.answers)
        for ask in step.asks:
            value = given.answers.get(ask.name)
            if value is None:
                continue
            place = page.locator(f"[name='a-{ask.name}']")
            text = str(value)
            match ask.kind:
                case AskKind.MOMENT:
                    place.fill(text[:16])
                case AskKind.FLAG:
                    page.locator(f"[name='a-{ask.name}'][value='{str(value).lower()}']").check()
                case AskKind.CHOICE if place.first.get_attribute("type") == "radio":
                    page.locator(f"[name='a-{ask.name}'][value='{text}']").check()
                case AskKind.CHOICE:
                    place.select_option(text)
                case AskKind.CHOICES:
                    for each in value:
                        page.locator(f"[name='a-{ask.name}'][value='{each}']").check()
                case _:
                    place.fill(text)
        for role, names in one.people.items():
            for name in names:
                page.locator(f"[name='p-{role}'][value='{self.office.officers[name].code}']").check()
        if one.outcome and not step.endorsed:
            page.locator(f"[name=outcome][value='{one.outcome}']").check()
        if one.about:
            about = self.case.events.filter(type=one.about).latest("number").code
            if page.locator(f"[type=radio][name=about][value='{about}']").count():
                page.locator(f"[name=about][value='{about}']").check()

    def press(self, page: Page, button: str) -> None:
        """Press the button; what wants a reason gets one, and the button is pressed again."""
        here = page.url
        send = page.locator(f".case-step-acts button[value={button}]")
        with page.expect_navigation():
            send.click()
        if page.url == here:
            reveal(page)
            reasons = page.locator("#step-live textarea[name^='r-']")
            assert reasons.count(), page.inner_text("main")
            for number in range(reasons.count()):
                reasons.nth(number).fill(REASON)
            with page.expect_navigation():
                send.click()
            assert page.url != here, page.inner_text("main")

    # the papers

    def issue(self) -> list[str]:
        """Fill in what the documents still lack and issue them, one of them by its pages; return what their PDFs say."""
        said = []
        rows = Document.objects.filter(subject_code=self.case.code, state=DocumentState.DRAFT).order_by("pk")
        for number, row in enumerate(rows):
            common = {"actor": self.office.people["one"], "at": self.clock.at, "code": row.code}
            lacks = {one.field for one in missing(row.kind_data, row.data)}
            if lacks:
                more = {one.code: value_of(one) for one in row.kind_data.fields if one.code in lacks}
                row = revise_document(**common, data=row.data | more)
            if number == 0:
                page = self.page("one", f"/documents/{row.code}/issue/")
                page.locator("main button.btn-primary").click()
                page.wait_for_url(re.compile(rf"/documents/{row.code}/$"))
            else:
                issue_document(**common)
        page = self.page("one", f"/cases/{self.case.code}/")
        for row in Document.objects.filter(subject_code=self.case.code, state=DocumentState.ISSUED).order_by("pk"):
            assert row.kind_data.name in page.inner_text("#documents")
            answer = page.request.get(f"{origin(page)}/documents/{row.code}/file.pdf")
            assert answer.ok, row
            text = pdf_text(answer.body())
            assert not faults_in(text), (row, faults_in(text))
            assert re.sub(r"\s", "", row.kind_data.name) in re.sub(r"\s", "", text), row
            said.append(text)
        return said

    def archive(self) -> str:
        """Bind and archive the case by the page of its dossier; return what the bound file says."""
        page = self.page("one", f"/cases/{self.case.code}/dossier/")
        if page.locator("#reason").count():
            page.fill("#reason", NO_PAPER)
        page.click("button:has-text('立卷归档')")
        assert page.locator("text=已立卷归档").count(), page.inner_text("main")
        assert not faults_in(page.inner_text("main"))
        answer = page.request.get(f"{origin(page)}/cases/{self.case.code}/dossier/file/")
        assert answer.ok
        self.case.refresh_from_db()
        return pdf_text(answer.body())


def origin(page: Page) -> str:
    """Where the pages come from."""
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


def reveal(page: Page) -> None:
    """Open what is folded away."""
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")


def pdf_text(data: bytes) -> str:
    """What a PDF says, as another program reads it."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def pictures(page: Page, folder: Path, name: str) -> None:
    """Keep a page as a picture, to be looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
