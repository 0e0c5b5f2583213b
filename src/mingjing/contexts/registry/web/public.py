"""
Pages without sign-in: verification of a credential by its code, the officer list, the announced subjects.

They show the published fields and nothing else; each is limited in how often an address may ask.
"""

from datetime import date
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views import View

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.registry import frozen, queries
from mingjing.contexts.registry.limits import TooOftenError, require_seldom
from mingjing.contexts.registry.models import Agency, Credential
from mingjing.contexts.registry.usecases.officers import SEE
from mingjing.contexts.ui.components import Fact, Tone
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.registry import credentials as rules
from mingjing.domain.registry.agencies import AgencyKind
from mingjing.domain.registry.identity import mask_person
from mingjing.facts.schema import DOMAINS


def svg(address: str) -> str:
    """Draw the code of an address."""
    return segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass="", lineclass="")


def judged(card: Credential, today: date) -> tuple[Tone, str, str]:
    """Say of a credential today: the tone, a word, a sentence."""
    found = rules.credential_obstacle(frozen.credential_facts(card), card.officer.unit.place, on=today)
    if found is None:
        answer = rules.may_act(frozen.officer_facts(card.officer), on=today)
        if answer:
            return Tone.GOOD, "有效", "此人今天持有效执法证件，可以执法。"
        found = answer.obstacles[0]
    heads = {
        "expired": "已到期",
        "suspended": "暂扣中",
        "not_verified": "逾期未审验",
        "not_yet": "尚未生效",
        "revoked": "已吊销",
        "cancelled": "已注销",
        "collected": "已收缴",
        "retained": "已收回",
        "replaced": "已换发",
        "left": "持证人已离岗",
        "qualification_withdrawn": "资格已取消",
    }
    return (
        Tone.BAD,
        heads.get(found.code, "不能执法"),
        "今天不能凭此证执法。您有权拒绝检查和调查，并可以向司法行政部门反映。",
    )


class PublicPage(View):
    """A page for everybody."""

    public = True
    purpose = ""

    def show(self, template: str, *, status: int = 200, **context: object) -> HttpResponse:
        """Render; nothing is kept by the browser."""
        answer = render(self.request, template, context, status=status)
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex"
        return answer

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> Any:
        """Refuse who asks too often."""
        self.request = request
        try:
            require_seldom(request, self.purpose)
        except TooOftenError as error:
            answer = self.show("registry/verify.html", title="请稍后再试", missing=error.message, status=429)
            answer["Retry-After"] = "60"
            return answer
        return super().dispatch(request, *args, **kwargs)


class VerifyPage(PublicPage):
    """What the code on a card leads to: whether it is good today, and the published fields."""

    purpose = "verify"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show whether it is good today."""
        rows = Credential.objects.select_related("officer__unit").prefetch_related("officer__credentials")
        card = rows.filter(token=token).first()
        if card is None:
            words = "没有这个证件。请核对二维码是否来自证件正面；如执法人员出示的是这个页面，请不要相信。"
            return self.show("registry/verify.html", title="证件核验", missing=words, status=404)
        today = localdate()
        tone, word, sentence = judged(card, today)
        good = tone is Tone.GOOD
        return self.show(
            "registry/verify.html",
            title="证件核验",
            tone=tone,
            word=word,
            sentence=sentence,
            today=today,
            facts=[
                Fact(label="姓名", value=card.officer.name if good else mask_person(card.officer.name)),
                Fact(label="单位", value=card.officer.unit.name),
                Fact(label="职务", value=card.officer.position if good else ""),
                Fact(label="证件编号", value=card.number),
                Fact(label="执法类别", value=card.category),
                Fact(label="执法区域", value=card.area),
                Fact(label="有效期", value=f"{card.valid_from}至{card.valid_until}"),
            ],
        )


class PublicOfficersPage(PublicPage):
    """The officer list for everybody: by a whole name or number, six fields (YZ-10)."""

    purpose = "officers"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Search."""
        words = request.GET.get("q", "").replace("\x00", "").strip()[:64]
        found = queries.published_officers(words, on=localdate())
        return self.show("registry/public_officers.html", title="执法人员查询", q=words, found=found, asked=bool(words))


class PublicAgenciesPage(PublicPage):
    """The announced subjects (RZ-73)."""

    purpose = "agencies"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        rows = Agency.objects.filter(is_published=True).select_related("principal").order_by("code")[:1000]
        lines = [
            (
                row.name,
                AgencyKind(row.kind).label,
                DOMAINS.get(row.field, row.field),
                row.legal_basis,
                row.announced_on,
                row.announcement,
            )
            for row in rows
        ]
        heads = ("名称", "性质", "执法领域", "法定依据", "公告日期", "公告文号")
        return self.show("registry/public_agencies.html", title="行政执法主体公告", heads=heads, lines=lines)


class CardPage(Page[Actor]):
    """A credential as a card to show or print, with its code."""

    permission = SEE
    template_name = "registry/card.html"

    def context(self) -> dict[str, object]:
        """Return the card."""
        rows = Credential.objects.select_related("officer__unit").prefetch_related("officer__credentials")
        card = access(rows, self.actor, SEE, number=str(self.kwargs["number"]))
        address = self.request.build_absolute_uri(reverse("registry_verify", args=[card.token]))
        tone, word, _ = judged(card, self.today)
        return {
            "title": "亮证",
            "card": card,
            "officer": card.officer,
            "unit": card.officer.unit.name,
            "code": svg(address),
            "address": address,
            "tone": tone,
            "word": word,
            "back": reverse("registry_officer", args=[card.officer.code]),
        }


class MyCardPage(Page[Actor]):
    """An officer's own card, one tap from the menu."""

    permission = SEE
    template_name = "registry/no_card.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Go to the card of the viewer."""
        from django.shortcuts import redirect

        card = (
            Credential.objects.filter(officer__user_id=self.actor.user_id, status__in=["valid", "suspended"])
            .order_by("-valid_until")
            .first()
        )
        if card is None:
            return self.show(title="亮证")
        return redirect("registry_card_print", number=card.number)
