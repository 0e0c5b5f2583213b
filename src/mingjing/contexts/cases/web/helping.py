"""Help from outside: a review by another agency's reviewer, advice by a counsel; asked on the case page, given on a page of its own."""

from typing import Any, ClassVar

from django import forms
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.web.acts import ActPage
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import Case, Help, HelpKind
from mingjing.contexts.cases.usecases import helping
from mingjing.contexts.cases.web.helplines import lines_of
from mingjing.contexts.cases.web.page import InPlacePage
from mingjing.contexts.cases.web.tables import SEE
from mingjing.contexts.ui.components import Crumb, Fact
from mingjing.contexts.ui.web.pages import Page


class HelpsPage(Page[Actor]):
    """What reviewers of other agencies may accept, what the viewer was asked, what the viewer's agency asked."""

    permission, template_name, title = SEE, "cases/helps.html", "协助审核和咨询"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list of cases."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    def context(self) -> dict[str, Any]:
        """Return the three lists."""
        seen = set(queries.seen(self.actor, (one.case for one in queries.helps_of(self.actor))))
        groups = (
            ("等待接受的协助审核", queries.pool(self.actor)),
            ("请我协助的", queries.asked_of(self.actor)),
            ("本单位请求的", queries.asked_by(self.actor)),
        )
        return {"groups": [(label, lines_of(self.actor, list(rows))) for label, rows in groups], "seen": seen}


class AskPage(InPlacePage):
    """Ask for a review or for advice."""

    part, label, button, done = "helps", "请求协助", "请求", "已发出请求。"
    explain = "协助审核发给当地其他单位的法制审核人员，谁接受由谁审核，审核意见与本单位的法制审核同样有效；征询意见发给所选的法律顾问、公职律师。协助人只能看到本案。"

    def make(self, row: Case) -> forms.Form:
        """Return the form."""
        form = forms.Form(initial={"kind": self.request.GET.get("kind", "")})
        form.fields["kind"] = forms.ChoiceField(label="类别", choices=HelpKind.choices, widget=forms.RadioSelect)
        people = [
            (one.code, f"{one.name}（{one.unit.name if one.unit else ''}）") for one in helping.advisers(row, self.now)
        ]
        form.fields["helper"] = forms.ChoiceField(
            label="法律顾问、公职律师", choices=[("", "征询意见时选择"), *people], required=False
        )
        form.fields["question"] = forms.CharField(
            label="请求事项", max_length=4_000, widget=forms.Textarea(attrs={"rows": 4}),
            help_text="案件的疑难之处，请对方审核、答复的问题。",
        )  # fmt: skip
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Ask."""
        helping.ask_help(actor=self.actor, at=self.now, case=self.row.code, **values)


class HelpActPage(ActPage[Help]):
    """Accept, answer, decline, withdraw."""

    permission = SEE
    LABELS: ClassVar = {
        "accept": ("接受协助审核", "接受", "接受以后可以查看本案并办理法制审核；审核的人不能是请求的单位的人员，也不能参与过本案。"),
        "answer": ("答复咨询", "答复", "意见附在案件上，法制审核要写明采纳情况。"),
        "decline": ("不能答复", "告知", "告知以后不再看到本案。"),
        "withdraw": ("撤回请求", "撤回", "撤回以后协助人不再看到本案。"),
    }  # fmt: skip

    def fetch(self) -> Help:
        """
        Return the request.

        :raises MissingError: if there is none such that the viewer may see
        """
        if self.kwargs["what"] not in self.LABELS:
            raise MissingError("没有这项操作。")
        found = queries.helps_of(self.actor).filter(code=self.kwargs["help"]).first()
        if found is None:
            raise MissingError("没有找到这项请求，或者您无权查看。")
        self.title, self.act, self.lead = self.LABELS[self.kwargs["what"]]  # type: ignore[misc]
        return found

    def facts(self) -> list[Fact]:
        """Return what is asked."""
        return [
            Fact(label="案由", value=self.row.case.title),
            Fact(label="请求单位", value=self.row.case.unit.name),
            Fact(label="类别", value=self.row.get_kind_display()),
            Fact(label="请求事项", value=self.row.question),
        ]

    def form(self, data: Any = None) -> forms.Form:
        """Return the form: words, where some are needed."""
        form = forms.Form(data)
        if self.kwargs["what"] != "accept":
            label = "意见" if self.kwargs["what"] == "answer" else "理由"
            form.fields["words"] = forms.CharField(
                label=label, max_length=4_000, widget=forms.Textarea(attrs={"rows": 6})
            )
        return form

    def do(self, given: dict[str, Any]) -> str:
        """Do it; whoever sees the case goes there."""
        asked: dict[str, Any] = {
            "actor": self.actor, "at": self.now, "code": self.row.code, "version": self.version,
        }  # fmt: skip
        match self.kwargs["what"]:
            case "accept":
                helping.accept_review(**asked)
                return reverse("case", args=[self.row.case.code])
            case "answer":
                helping.answer_advice(opinion=given["words"], **asked)
            case "decline":
                helping.decline_advice(reason=given["words"], **asked)
            case _:
                helping.withdraw_help(reason=given["words"], **asked)
        return self.back()

    def back(self) -> str:
        """Return the list."""
        return reverse("cases_helps")
