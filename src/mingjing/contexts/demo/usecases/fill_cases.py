"""Fill the cases room: the county's years before the platform from its facts, and what is on the desks today by real acts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import User
from mingjing.contexts.cases.models import Case, Draft
from mingjing.contexts.cases.usecases import offsite, opening, steps
from mingjing.contexts.cases.usecases.base import procedure_for
from mingjing.contexts.cases.usecases.import_facts import import_cases
from mingjing.contexts.cases.usecases.notices import record_result, send_notice
from mingjing.contexts.cases.usecases.referrals import record_transfer
from mingjing.contexts.catalog.models import Item
from mingjing.contexts.catalog.queries import benchmark_for
from mingjing.contexts.demo import recordings
from mingjing.contexts.demo.place import DemoPlace
from mingjing.contexts.registry.models import Officer, Party
from mingjing.domain.media.recordings import Kind
from mingjing.domain.procedures.model import AskKind, Duty, Into
from mingjing.domain.procedures.offsite import QUALITIES, SOURCE
from mingjing.kernel.errors import DomainError

ORDER = 45

AGENCY: Final = "A000000"
"""The market regulator, whose people have accounts for every role."""

_LEADS: Final = (
    "接群众投诉，反映该店销售超过保质期的预包装食品，经初查属实。",
    "日常检查中发现，当事人未按规定公示许可证件，现场拍照取证。",
    "上级交办线索，反映当事人商品标价与结算价格不一致。",
    "双随机抽查发现，当事人进货查验记录不全，已责令限期改正。",
    "网络监测发现，当事人广告使用绝对化用语，已固定电子数据。",
)
_WORDS: Final = {
    "facts": "当事人从事上述经营活动，现场检查笔录、询问笔录、现场照片和进销货票据相互印证，事实清楚。",
    "findings": "执法人员两人到场，出示执法证件，说明来意。当事人经营场所正在营业，现场查见涉案商品，当事人对检查情况无异议。",
    "law": "有关法律、法规关于经营者义务的规定",
    "discretion": "当事人系初次违法，积极配合调查，及时改正，未造成危害后果，按裁量基准相应档次处罚。",
    "content": "拟作出的处罚内容及事实、理由、依据；当事人依法享有陈述、申辩的权利。",
    "opinion": "主体适格，程序合法，事实清楚，证据确凿，适用依据准确，裁量适当，文书规范，同意。",
    "person": "李某某",
    "relation": "现场负责人",
    "receiver": "当事人",
    "problem": "经营场所未公示许可证件，进货查验记录不完整。",
    "recipient": "泗水县公安局",
    "other": "邻县市场监督管理局",
    "plan": "分三期缴纳，每月十日前各缴三分之一。",
}


def fill(place: DemoPlace) -> str:
    """Take in the years before, then open, carry on and finish some cases as the people of the regulator would."""
    made = import_cases(actor=place.actor("overseer"), at=place.at - timedelta(days=20), folder=place.facts)
    desk = _Desk(place)
    live = sum(1 for story in STORIES if _told(story, desk))
    monitored = _monitored(desk)
    return f"案件：从以前的系统导入 {made.taken} 件（{len(made.refused)} 件因当事人没有登记等原因未导入），在办 {live} 件；非现场记录 {monitored} 条。"


_MONITORED: Final = (
    ("后厨操作人员未佩戴口罩、帽子加工食品", "画面清晰，时间、人员可以辨认，与设备日志一致。", True),
    ("冷藏柜温度连续六小时高于规定值", "数据连续完整，已与现场温度计比对，准确。", True),
    ("加工区疑似出现动物活动", "画面模糊，不能辨认，不作为证据使用。", False),
    ("操作人员在加工区吸烟", "", None),
    ("餐厨垃圾桶未加盖", "", None),
    ("同一后厨数日后仍有人员未佩戴口罩、帽子加工食品", "画面清晰，与前一条记录为同一后厨、同一设备。", True),
)
"""
What cameras in kitchens recorded, what the reviewer found, and whether it passed.

Of the first a case is opened and the party told; the last goes into that case; of the second nobody was told yet.
"""


def _monitored(desk: "_Desk") -> int:
    """Enter what monitoring devices recorded, review some of it, and open a case from one."""
    verified = (desk.now - timedelta(days=300)).date()
    enters, reviews = desk.people[Duty.HANDLE], desk.people[Duty.REVIEW]
    first: Case | None = None
    for number, (seen, finding, passed) in enumerate(_MONITORED):
        captured = desk.now - timedelta(days=9 - number, hours=2)
        party = desk.parties[desk.count % len(desk.parties)] if number == 0 else desk.parties[-1 - number]
        if first is not None and number == len(_MONITORED) - 1:
            party = first.party
        values = {
            "device_name": "“明厨亮灶”视频监控",
            "device_no": f"MCLZ-{number + 1:04}",
            "device_record": f"{captured:%Y%m%d}-{number + 1:03}",
            "captured_at": captured,
            "place": party.address or f"{party.name}后厨",
            "seen": seen,
            "party": party.code,
            "legal_verified_on": verified,
            "technical_verified_on": verified,
            "location_published_on": verified + timedelta(days=10),
            "location_published_at": "县人民政府网站“明厨亮灶”点位公示",
        }
        [row] = offsite.enter_offsite(
            actor=enters, at=captured + timedelta(hours=1), records=[(desk.unit.code, values)]
        )
        if passed is None:
            continue
        row = offsite.review_offsite(
            actor=reviews,
            at=captured + timedelta(hours=26),
            code=row.code,
            version=row.version,
            qualities=list(QUALITIES) if passed else ["true", "complete"],
            passed=passed,
            finding=finding,
        )
        if number == 0:
            desk.open(days_ago=7, source=SOURCE, source_ref=row.code, facts=seen)
            first = desk.case
            offsite.tell_offsite(
                actor=enters,
                at=captured + timedelta(hours=30),
                code=row.code,
                told_at=captured + timedelta(hours=29),
                means="sms",
                content=f"{captured:%Y年%-m月%-d日}，贵单位后厨视频监控记录到：{seen}，涉嫌违反食品安全操作规范。",
                ways="登录“爱山东”查看记录；五日内可以到县市场监管局食品科或者拨打0537-4220000陈述、申辩。",
            )
        elif first is not None and party == first.party:
            offsite.join_offsite(
                actor=enters,
                at=captured + timedelta(hours=27),
                code=row.code,
                version=row.version,
                case=first.code,
                reason="同一当事人同一后厨，未佩戴口罩、帽子的行为持续发生。",
            )
    return len(_MONITORED)


class _Desk:
    """The people of the regulator, each a person of the register, and the moment at which they act."""

    def __init__(self, place: DemoPlace) -> None:
        self.people = {
            Duty.HANDLE: place.actor("officer", AGENCY),
            Duty.REVIEW: place.actor("legal_reviewer", AGENCY),
            Duty.APPROVE: place.actor("agency_head", AGENCY),
            Duty.PRESIDE: place.actor("legal_reviewer", AGENCY),
            Duty.ARCHIVE: place.actor("officer", AGENCY),
            Duty.SUPERVISE: place.actor("overseer"),
        }
        self.police = place.actor("police")
        self.now = place.at
        self.at = place.at
        officer = Officer.objects.get(user_id=self.people[Duty.HANDLE].user_id)
        here = Officer.objects.filter(unit=officer.unit, left_on__isnull=True)
        active = here.filter(user__isnull=True, category="officer", credentials__status="valid").order_by("code")
        self.handlers = [officer, active[0]]
        self._known(self.people[Duty.REVIEW], here.filter(user__isnull=True, roles__role="legal_reviewer").first())
        self._known(self.people[Duty.APPROVE], here.filter(user__isnull=True).exclude(pk=active[0].pk).last())
        self.items = [
            one
            for one in Item.objects.filter(unit=officer.unit, kind="penalty").order_by("code")
            if benchmark_for(one.code, place.at.date(), officer.unit.place)
        ]
        self.parties = list(Party.objects.filter(kind="legal_person").order_by("code")[:60])
        self.unit = officer.unit
        self.count = self.filmed = 0
        self.case = Case()

    @staticmethod
    def _known(actor: Actor, row: Officer | None) -> None:
        """Enter the person behind an account in the register, as the clerk would have done."""
        if row is not None and not Officer.objects.filter(user_id=actor.user_id).exists():
            row.user, row.name = User.objects.get(pk=actor.user_id), actor.name
            row.save(update_fields=["user", "name"])

    def open(self, *, days_ago: int, procedure: str = "penalty_ordinary", **more: str) -> None:
        """Open a case so many days ago."""
        self.at = self.now - timedelta(days=days_ago)
        item = self.items[self.count % len(self.items)]
        party = self.parties[self.count % len(self.parties)]
        self.count += 1
        matter = item.name.removeprefix("对").removesuffix("的处罚").removesuffix("的行政处罚")
        given = opening.NewCase(
            procedure=procedure,
            unit=self.unit.code,
            item=item.code,
            party=party.code,
            title=f"{party.name}{matter}案"[:120],
            source=more.get("source") or ("inspection", "complaint", "assigned", "self", "media")[self.count % 5],
            source_ref=more.get("source_ref", ""),
            handlers=[one.code for one in self.handlers],
            facts=more.get("facts") or _LEADS[self.count % len(_LEADS)],
        )
        self.case = opening.open_case(actor=self.people[Duty.HANDLE], at=self.at, given=given)

    def go(self, step: str, *, days: int = 0, hours: int = 1, put_only: bool = False, **more: Any) -> None:
        """Take a step after some time, through its approval; with ``put_only`` it waits for it."""
        self.at += timedelta(days=days, hours=hours)
        wanted = procedure_for(self.case).step(step)
        who = self.people[wanted.duty]
        draft = steps.start_draft(actor=who, at=self.at, case=self.case.code, step=step)
        given = self._given(draft, more)
        self._film(draft, given)
        if wanted.endorsed is None:
            steps.take_step(actor=who, at=self.at, draft=draft.code, version=draft.version, given=given)
        else:
            put = steps.propose_step(actor=who, at=self.at, draft=draft.code, version=draft.version, given=given)
            if not put_only:
                boss = self.people[wanted.endorsed]
                steps.decide_proposal(
                    actor=boss, at=self.at, draft=put.code, version=put.version, outcome="approved", opinion="同意。"
                )
        self.case.refresh_from_db()

    def _film(self, draft: Draft, given: steps.Given) -> None:
        """Record what must be recorded, as whoever acts would."""
        step = procedure_for(self.case).step(draft.step)
        method = str(given.answers.get("method") or "")
        for lack in steps.unrecorded(self.case, step, draft.code, on=self.at.date(), method=method):
            kinds = lack.requirement.kinds
            self.filmed += 1
            recordings.attach(
                actor=self.people[Duty.HANDLE],
                at=self.at - timedelta(minutes=30),
                subject=f"case:{self.case.code}",
                kind=next(one for one in (Kind.AUDIO, Kind.VIDEO, Kind.PHOTO) if one in kinds),
                shows=f"{step.label}全过程",
                seed=1000 + self.filmed,
                step_code=draft.code,
                place="泗水县泗河街道中兴路当事人经营场所",
                seconds=4,
            )

    def half(self, step: str, *, days: int = 0) -> None:
        """Leave a step half filled in."""
        self.at += timedelta(days=days, hours=1)
        who = self.people[procedure_for(self.case).step(step).duty]
        draft = steps.start_draft(actor=who, at=self.at, case=self.case.code, step=step)
        steps.save_draft(actor=who, at=self.at, draft=draft.code, version=draft.version, given=self._given(draft, {}))

    def _given(self, draft: Draft, more: dict[str, Any]) -> steps.Given:
        outcome = more.pop("outcome", "")
        people = [*((one[0], one[1]) for one in draft.people), *more.pop("people", ())]
        answers = {ask.name: self._answer(ask) for ask in procedure_for(self.case).step(draft.step).asks}
        answers = {name: value for name, value in answers.items() if value is not None} | more
        return steps.Given(answers=answers, people=people, outcome=outcome)

    def _answer(self, ask: Any) -> object:
        if ask.name == "at":
            return self.at.isoformat()
        if ask.name in ("credential_shown", "rights_told"):
            return True
        if ask.name in ("found_on", "act_on"):
            return self.case.opened_at.date().isoformat()
        if ask.into is Into.CASE and ask.name in ("is_major", "is_complex"):
            return False
        if not ask.required:
            return None
        if ask.kind is AskKind.FEN:
            return 0
        if ask.kind is AskKind.CHOICE:
            return ask.choices[0][0] if ask.choices else None
        if ask.kind is AskKind.FLAG:
            return ask.name != "urgent"
        if ask.kind is AskKind.DAY:
            return (self.at.date() + timedelta(days=15)).isoformat()
        if ask.name == "place":
            return "泗水县泗河街道中兴路当事人经营场所"
        return _WORDS.get(ask.name, "已办理，情况见所附文书。")

    def proposal(self) -> dict[str, Any]:
        """Propose a fine at the foot of the lowest tier."""
        benchmark = benchmark_for(self.case.item.code, self.at.date(), self.unit.place)
        assert benchmark is not None
        tier = next(one for one in benchmark.benchmark.tiers if one.fine is not None)
        assert tier.fine is not None
        return {"tier": tier.name, "fine_fen": int(tier.fine.low)}


type Story = Callable[[_Desk], None]


def _told(story: Story, desk: _Desk) -> bool:
    """Tell a story as far as the law lets it go."""
    try:
        story(desk)
    except DomainError:
        return bool(desk.case.pk)
    return True


def _lead(desk: _Desk) -> None:
    desk.open(days_ago=2)
    desk.go("lead")


def _filing_waits(desk: _Desk) -> None:
    desk.open(days_ago=3)
    desk.go("lead")
    desk.go("filing", hours=3, put_only=True)


def _investigating(desk: _Desk) -> None:
    desk.open(days_ago=12)
    desk.go("filing")
    desk.go("inspection", days=1)
    desk.go("inquiry", days=2)
    desk.half("evidence", days=1)


def _reviewing(desk: _Desk) -> None:
    desk.open(days_ago=30)
    desk.go("filing")
    desk.go("inspection", days=1)
    desk.go("inquiry", days=3)
    desk.go("investigation_report", days=10, **desk.proposal(), is_major=True)
    desk.go("review_submission", hours=3)


def _notified(desk: _Desk) -> None:
    desk.open(days_ago=40)
    desk.go("filing")
    desk.go("inspection", days=1)
    desk.go("inquiry", days=3)
    desk.go("investigation_report", days=10, **desk.proposal())
    desk.go("prior_notice", days=2, **desk.proposal())
    desk.go("service", method="in_person")


def _decided(desk: _Desk) -> None:
    _notified(desk)
    desk.go("statement", days=8, outcome="waived")
    desk.go("decision", days=1, **desk.proposal())
    desk.go("service", method="in_person")


def _closed(desk: _Desk) -> None:
    _decided(desk)
    desk.go("payment", days=5, amount_fen=desk.case.fine_fen)
    desk.go("closing", days=1)


def _supervised(desk: _Desk) -> None:
    """The overseer said something before the decision; the answer waits for him."""
    _notified(desk)
    desk.go(
        "supervision_opinion", days=1, content="进货查验记录的核实范围过窄，建议补充核实上游供货者的票据后再作决定。"
    )
    desk.go(
        "supervision_reply", days=2, put_only=True, content="已补充核实供货者票据三份，均附卷，不影响违法事实的认定。"
    )


def _suspected(desk: _Desk) -> None:
    """A crime is suspected; the case went to the police."""
    desk.open(days_ago=18)
    desk.go("filing")
    desk.go("inspection", days=1)
    desk.go("suspected_crime", days=3, facts="涉案货值金额经核算已达立案追诉标准，票据、台账和当事人陈述相互印证。")
    desk.go("referral", hours=20, to="police", reason="涉嫌生产、销售伪劣产品，依法移送公安机关。")
    desk.at += timedelta(hours=2)
    sent = desk.case.referrals.get()
    told: dict[str, Any] = {"actor": desk.people[Duty.HANDLE], "case": desk.case.code, "referral": sent.code}
    record_transfer(**told, at=desk.at, version=sent.version, transferred_at=desk.at, note="案卷材料一册，已签收。")
    desk.at += timedelta(hours=2)
    words = "当事人生产、销售伪劣产品，案件已移送公安机关，抄送检察机关；行政处罚程序中止，尚未罚款。"
    send_notice(**told, at=desk.at, kind="facts", body="court", unit="FY", content=words)
    desk.at += timedelta(days=2)
    found = desk.case.notices.get(body="police")
    record_result(
        actor=desk.police, at=desk.at, notice=found.code, version=found.version, kind="filed", on=desk.at.date(),
        document="泗公（经）立字〔2026〕41号",
    )  # fmt: skip


def _recusal(desk: _Desk) -> None:
    """The party asked that somebody withdraw; the head found no ground."""
    desk.open(days_ago=16)
    desk.go("filing")
    desk.go("inspection", days=1)
    recused = [("recused", desk.handlers[1].code)]
    desk.go("recusal_application", days=1, people=recused, reason="当事人称该执法人员与举报人系同学。")
    desk.go("recusal", days=1, people=recused, outcome="dismissed", reason="经核查，双方不相识，不存在应当回避的情形。")
    desk.go("inquiry", days=1)


def _instalments(desk: _Desk) -> None:
    """Fined, served, and paying in instalments."""
    _decided(desk)
    desk.go("instalment_application", days=2, reason="受季节影响资金周转困难，申请分三期缴纳。")
    desk.go("instalment", days=1)


def _soft(desk: _Desk) -> None:
    """A slight wrong, set right without force."""
    desk.open(days_ago=9, procedure="non_coercive")
    desk.go("persuasion", content="讲解亮证经营和进货查验的规定，当场指导补正。", corrected="promised")
    desk.go("follow_up", days=7, corrected="yes")


def _overdue(desk: _Desk) -> None:
    desk.open(days_ago=95)
    desk.go("filing")
    desk.go("inspection", days=2)
    desk.go("inquiry", days=6)


def _on_the_spot(desk: _Desk) -> None:
    desk.open(days_ago=1, procedure="penalty_summary")
    desk.go("inspection")
    desk.half("prior_notice")


STORIES: Final[tuple[Story, ...]] = (
    _lead,
    _filing_waits,
    _investigating,
    _reviewing,
    _notified,
    _decided,
    _closed,
    _overdue,
    _on_the_spot,
    _investigating,
    _filing_waits,
    _notified,
    _supervised,
    _suspected,
    _recusal,
    _instalments,
    _soft,
)
