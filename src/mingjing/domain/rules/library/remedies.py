"""Rules for what follows a case: replies to reconsideration and court, referrals to the police, recordings kept."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from mingjing.domain.rules.kinds.remedies import MediaRetained, ReferralInTime, ReplyInTime
from mingjing.domain.rules.model import Example, Rule, Severity, Status, Strictness, Subject

type Row = Mapping[str, object]

AS_OF: Final = date(2026, 6, 30)
HOLDS, BROKEN, UNKNOWN, APART = Status.HOLDS, Status.BROKEN, Status.NOT_EVALUATED, Status.NOT_APPLICABLE
CASES: Final[tuple[Row, ...]] = ({"case_id": "C1", "kind": "penalty", "agency_id": "A1"},)
AGENCIES: Final[tuple[Row, ...]] = ({"agency_id": "A1", "name": "生态环境局"},)


def _remedy(title: str, expected: Status, *, as_of: date = AS_OF, **columns: object) -> Example:
    row = {"remedy_id": "R1", "kind": "reconsideration", "case_id": "C1", **columns}
    facts: Mapping[str, tuple[Row, ...]] = {"agencies": AGENCIES, "cases": CASES, "remedies": (row,)}
    return Example(title=title, facts=facts, as_of=as_of, subject="R1", expected=expected)


def _referral(title: str, expected: Status, *, as_of: date = AS_OF, **columns: object) -> Example:
    row = {
        "referral_id": "F1",
        "case_id": "C1",
        "to": "police",
        "report_received_at": "2026-03-02 09:00",
        "decided_at": "2026-03-04 09:00",
        "approved_at": "2026-03-04 10:00",
        "transferred_at": "2026-03-05 10:00",
        **columns,
    }
    facts: Mapping[str, tuple[Row, ...]] = {"agencies": AGENCIES, "cases": CASES, "referrals": (row,)}
    return Example(title=title, facts=facts, as_of=as_of, subject="F1", expected=expected)


def _media(title: str, expected: Status, **columns: object) -> Example:
    facts: Mapping[str, tuple[Row, ...]] = {
        "agencies": AGENCIES,
        "cases": CASES,
        "events": ({"event_id": "E1", "case_id": "C1", "type": "inspection", "at": "2024-03-01"},),
        "media": ({"media_id": "M1", "case_id": "C1", "event_id": "E1", "kind": "video", **columns},),
    }
    return Example(title=title, facts=facts, as_of=AS_OF, subject="M1", expected=expected)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="remedy.reply.in-time",
        kind=ReplyInTime(),
        subject=Subject.REMEDY,
        title="复议答复、应诉举证期限",
        statement="收到复议申请书副本后十个工作日内书面答复（简易程序五个工作日）；收到起诉状副本后十五日内答辩举证。",
        remedy="立即提交答复和证据；有正当理由的，申请延期举证。",
        severity=Severity.SERIOUS,
        basis=("FY 48", "FY 54", "FY 88", "SU 67", "SS-67"),
        requirements=("SS-67",),
        strictness=Strictness.WARN,
        examples=(
            _remedy("第十个工作日答复", HOLDS, received_at="2024-03-04", replied_at="2024-03-18"),
            _remedy("第十一个工作日答复", BROKEN, received_at="2024-03-04", replied_at="2024-03-19"),
            _remedy(
                "简易程序第六个工作日答复",
                BROKEN,
                procedure="simple",
                received_at="2024-03-04",
                replied_at="2024-03-12",
            ),
            _remedy(
                "应诉期末日是周六，顺延", HOLDS, kind="litigation", received_at="2026-03-06", replied_at="2026-03-23"
            ),
            _remedy("尚在期限内", HOLDS, received_at="2024-03-04", as_of=date(2024, 3, 18)),
            _remedy("收到日期不详", UNKNOWN, replied_at="2024-03-19"),
        ),
    ),
    Rule(
        id="referral.in-time",
        kind=ReferralInTime(),
        subject=Subject.REFERRAL,
        title="涉嫌犯罪案件移送期限",
        statement="接到移送书面报告之日起三日内作出是否移送的决定；批准移送的，二十四小时内向公安机关移送。",
        remedy="立即决定并移送，同时抄送检察机关。",
        severity=Severity.FATAL,
        basis=("YS 5",),
        requirements=("RZ-63",),
        strictness=Strictness.WARN,
        examples=(
            _referral("三日内决定，二十四小时内移送", HOLDS),
            _referral("第四日才决定", BROKEN, decided_at="2026-03-06 09:00"),
            _referral("批准后二十四小时零一分才移送", BROKEN, transferred_at="2026-03-05 10:01"),
            _referral("批准后未移送", BROKEN, transferred_at=None),
            _referral("移送时刻不详", UNKNOWN, transferred_at="2026-03-05"),
            _referral("移送其他机关不适用", APART, to="other_agency"),
        ),
    ),
    Rule(
        id="media.retained",
        kind=MediaRetained(years="media.years"),
        subject=Subject.MEDIA,
        title="音像资料保存期限",
        statement="执法音像资料自执法行为发生之日起至少保存二年，法律规定更长的从其规定。",
        remedy="延长保存期限；已经删除的，查明原因并恢复。",
        severity=Severity.SERIOUS,
        basis=("SS-31",),
        requirements=("SS-31",),
        strictness=Strictness.WARN,
        examples=(
            _media("保存满二年", HOLDS, retained_until="2026-03-01"),
            _media("差一日满二年", BROKEN, retained_until="2026-02-28"),
            _media("没有记载保存期限", UNKNOWN),
        ),
    ),
)
