"""Fill the list of situations and accountabilities: one open, one exempted, two handed to the discipline inspection (TS-46)."""

from datetime import date, timedelta
from typing import Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.demo.place import NAME, DemoPlace
from mingjing.contexts.registry.models import Accountability, Officer
from mingjing.contexts.registry.usecases import care, transfers

# after documents: letters are printed on the paper of the bureau
ORDER = 46

_LIST: Final = f"《{NAME}行政执法追责免责容错情形清单（演示）》"
_PROCEDURE: Final = "本人提出，监督大队核实，局长办公会认定，七日内书面告知本人。"
_SITUATIONS: Final = (
    ("ZZ-01", "liability", "利用执法之便收受当事人财物、宴请"),
    ("ZZ-02", "liability", "不履行或者拖延履行法定职责，造成后果"),
    ("MZ-01", "exemption", "依照上级机关的决定、命令执行，且已提出过意见"),
    ("RC-01", "tolerance", "首次探索包容审慎监管出现偏差，主动纠正，没有造成后果"),
)
_GONE: Final = (
    (
        "ZZ-01",
        "投诉反映其在检查餐饮单位期间两次接受当事人宴请，经核实属实。",
        "涉嫌违反中央八项规定精神和廉洁纪律，超出行政责任追究的范围。",
        ("投诉材料和答复", "谈话笔录复印件", "饭店结账记录", "检查记录"),
        True,
    ),
    (
        "ZZ-02",
        "收到三次举报没有去现场核查，事后在登记簿上补写“已核查”。",
        "涉嫌弄虚作假，是否构成职务违法需要监察机关调查。",
        ("举报登记簿复印件", "热线工单", "情况说明"),
        False,
    ),
)


def fill(place: DemoPlace) -> str:
    """Enter the list, accountabilities, and two transfers: one with its receipt, one that waits for it."""
    overseer = place.actor("overseer")
    with transaction.atomic():
        for code, kind, text in _SITUATIONS:
            care.list_situation(
                actor=overseer,
                at=place.at,
                code=code,
                kind=kind,
                text=text,
                procedure=_PROCEDURE,
                basis=_LIST,
                valid_from=date(2025, 9, 30),
            )
        people = _people()
        _decided(place, overseer, people)
        _transferred(place, overseer, people)
    return f"追责免责容错情形 {len(_SITUATIONS)} 项，责任追究 {Accountability.objects.count()} 件，其中移送 {len(_GONE)} 件。"


def _people() -> list[str]:
    """Officers of the bureau who have no account: nobody who signs in finds himself called to account."""
    rows = Officer.objects.filter(unit__code="A000000", category="officer", user__isnull=True, left_on__isnull=True)
    return list(rows.order_by("-code").values_list("code", flat=True)[:4])


def _decided(place: DemoPlace, overseer: Actor, people: list[str]) -> None:
    """One whose claim is undecided, and one to whom the exemption was granted."""
    for officer, liability, claim, facts, granted in (
        (people[0], "ZZ-02", "RC-01", "首违不罚后没有回访，当事人再次违法。", False),
        (people[1], "ZZ-02", "MZ-01", "暂停检查三个月，期间辖区发生一起食品安全投诉。", True),
    ):
        at = place.at - timedelta(days=40)
        row = care.open_accountability(
            actor=overseer, at=at, officer=officer, liability=liability, opened_on=at.date(), facts=facts
        )
        row = care.claim_exemption(actor=overseer, at=at, case=row.pk, version=row.version, situation=claim)
        if not granted:
            continue
        at += timedelta(days=12)
        row = care.decide_claim(
            actor=overseer,
            at=at,
            case=row.pk,
            version=row.version,
            granted=True,
            reason="有上级书面通知和本人当时的书面意见。",
        )
        care.conclude_accountability(
            actor=overseer,
            at=at,
            case=row.pk,
            version=row.version,
            result="none",
            reason="免责情形成立。",
            on=at.date(),
        )


def _transferred(place: DemoPlace, overseer: Actor, people: list[str]) -> None:
    """Two that the head of the bureau handed over; one was received."""
    head = place.actor("overseer_head")
    for number, (liability, facts, brief, materials, received) in enumerate(_GONE):
        at = place.at - timedelta(days=20 - 14 * number)
        row = care.open_accountability(
            actor=overseer,
            at=at - timedelta(days=6),
            officer=people[2 + number],
            liability=liability,
            opened_on=(at - timedelta(days=6)).date(),
            facts=facts,
        )
        transfers.transfer_accountability(
            actor=head,
            at=at,
            case=row.pk,
            version=row.version,
            recipient="泗水县纪委监委",
            transferred_on=at.date(),
            brief=brief,
            materials=materials,
        )
        if received:
            at += timedelta(days=2)
            transfers.receive_transfer(
                actor=head, at=at, case=row.pk, version=row.version, received_on=at.date(), receiver="信访室 田主任"
            )
