"""Rules for one case of another kind: seizure, licence, other decisions."""

from typing import Final

from mingjing.domain.deadlines import Unit
from mingjing.domain.rules.examples.decisions import EXAMPLES
from mingjing.domain.rules.kinds.case.people import Quorum
from mingjing.domain.rules.kinds.case.periods import Deadline, EachDeadline
from mingjing.domain.rules.kinds.case.records import Shown
from mingjing.domain.rules.kinds.case.seizure import SeizureApproved
from mingjing.domain.rules.library.penalties import CASE_TABLES
from mingjing.domain.rules.model import Rule, Severity, Strictness, Subject
from mingjing.domain.rules.terms import (
    ACCEPTANCE,
    ACCEPTED_OR_CORRECTED,
    APPLICATION,
    DELIVERY,
    EXTENSION_GRANTED,
    GRANT,
    LICENSE_DECISION,
    OTHER_DECISION,
    All,
    Allows,
    Any,
    At,
    Is,
    NotAfter,
    Published,
    Some,
    Taken,
    This,
    Within,
)

IS_LICENSE: Final = Is("kind", ("license",))

RULES: Final = (
    Rule(
        id="other.disclosure.in-time",
        kind=Deadline(
            start=At(OTHER_DECISION),
            end=Published(),
            period="other.disclosure.days",
            unit=Unit.WORKING_DAY,
            when=Is("kind", ("compulsory_measure", "compulsory_execution", "other")) & Taken(OTHER_DECISION),
            act="公示执法决定",
            needed=CASE_TABLES | {"disclosures", "disclosures.published_at"},
        ),
        subject=Subject.CASE,
        title="其他执法决定公示期限",
        statement="许可、处罚以外的执法决定，应当自作出之日起二十个工作日内公示。",
        remedy="立即补充公示；依法不公示的，记明理由。",
        severity=Severity.SERIOUS,
        basis=("118", "SS-28"),
        requirements=("SS-28",),
        examples=EXAMPLES["other.disclosure.in-time"],
    ),
    Rule(
        id="license.disclosure.in-time",
        kind=Deadline(
            start=At(GRANT),
            start_else=(At(LICENSE_DECISION), Allows("license.disclosure.refusals", LICENSE_DECISION)),
            end=Published(as_license=True),
            period="license.disclosure.days",
            unit=Unit.WORKING_DAY,
            when=IS_LICENSE
            & Any(
                (
                    Taken(GRANT),
                    All((Taken(LICENSE_DECISION), Allows("license.disclosure.refusals", LICENSE_DECISION))),
                )
            ),
            act="公示许可决定",
            needed=CASE_TABLES | {"disclosures", "disclosures.published_at"},
        ),
        subject=Subject.CASE,
        title="许可决定公示期限",
        statement="准予许可的决定应当自作出之日起七个工作日内公示。",
        remedy="立即补充公示。",
        severity=Severity.SERIOUS,
        basis=("XK 40", "118"),
        requirements=("SS-27", "RZ-31"),
        examples=EXAMPLES["license.disclosure.in-time"],
    ),
    Rule(
        id="seizure.duration",
        kind=EachDeadline(
            start="seizure",
            start_label="查封、扣押",
            end="seizure_release",
            end_label="解除或者作出处理决定",
            period="seizure.days",
            unit=Unit.CALENDAR_DAY,
            or_decided=True,
            extension="seizure_extension",
            extension_period="seizure.extension_days",
            deduct="seizure.deduct",
        ),
        subject=Subject.CASE,
        title="查封扣押期限",
        statement="查封、扣押不得超过三十日，经批准可以延长一次，延长不超过三十日；检测、鉴定期间不计入。",
        remedy="立即解除查封、扣押并退还财物，或者作出处理决定。",
        severity=Severity.FATAL,
        basis=("QZ 25", "QZ 27", "QZ 28"),
        examples=EXAMPLES["seizure.duration"],
    ),
    Rule(
        id="seizure.two-officers",
        kind=Quorum(types=("seizure",), any_kind=True),
        subject=Subject.CASE,
        title="查封扣押两人实施",
        statement="实施查封、扣押应当由两名以上执法人员进行。",
        remedy="核实现场人员；不足两人的依法纠正。",
        severity=Severity.FATAL,
        basis=("QZ 18",),
        strictness=Strictness.BLOCK,
        examples=EXAMPLES["seizure.two-officers"],
    ),
    Rule(
        id="seizure.record",
        kind=Shown(
            type="seizure",
            what="实施查封、扣押应当制作现场笔录；当地要求音像记录的还应当录音录像",
            record=True,
            media_parameter="seizure.media_required",
            any_kind=True,
        ),
        subject=Subject.CASE,
        title="查封扣押现场记录",
        statement="实施查封、扣押应当制作现场笔录，按当地规定进行音像记录。",
        remedy="补充归档现场笔录和音像资料；没有制作的说明原因。",
        severity=Severity.SERIOUS,
        basis=("QZ 18", "SS-30", "RZ-32"),
        requirements=("SS-30", "RZ-32"),
        strictness=Strictness.BLOCK,
        examples=EXAMPLES["seizure.record"],
    ),
    Rule(
        id="seizure.approval",
        kind=SeizureApproved(),
        subject=Subject.CASE,
        title="查封扣押事前批准",
        statement="实施查封、扣押前须经负责人批准；情况紧急的，二十四小时内补办批准手续。",
        remedy="补办批准手续；负责人认为不应当采取的，立即解除。",
        severity=Severity.FATAL,
        basis=("QZ 18", "QZ 19", "QZ 24"),
        strictness=Strictness.BLOCK,
        examples=EXAMPLES["seizure.approval"],
    ),
    Rule(
        id="license.acceptance.in-time",
        kind=Deadline(
            start=At(APPLICATION),
            end=At(ACCEPTED_OR_CORRECTED),
            period="license.acceptance.days",
            unit=Unit.WORKING_DAY,
            when=IS_LICENSE,
            act="受理或者一次告知补正",
            needed=CASE_TABLES,
        ),
        subject=Subject.CASE,
        title="许可申请受理期限",
        statement="收到许可申请后五个工作日内受理或者一次告知补正；逾期不告知的，自收到之日起即为受理。",
        remedy="按收到之日起视为受理，抓紧审查。",
        severity=Severity.NOTICE,
        basis=("XK 32",),
        examples=EXAMPLES["license.acceptance.in-time"],
    ),
    Rule(
        id="license.decision.in-time",
        kind=Deadline(
            start=At(ACCEPTANCE),
            start_else=(
                At(APPLICATION),
                ~Some(
                    ("correction_notice",),
                    All(
                        (
                            NotAfter(At(APPLICATION), This()),
                            Within(This(), At(APPLICATION), "license.acceptance.days"),
                        )
                    ),
                ),
            ),
            end=At(LICENSE_DECISION),
            period="license.decision.days",
            unit=Unit.WORKING_DAY,
            when=IS_LICENSE,
            act="作出许可决定",
            extension=EXTENSION_GRANTED,
            extension_period="license.extension.days",
            deduct="license.deduct",
            needed=CASE_TABLES,
        ),
        subject=Subject.CASE,
        title="许可决定期限",
        statement="自受理之日起二十个工作日内作出许可决定，经批准可以延长十个工作日；听证、检验、检测、鉴定所需时间不计入。",
        remedy="尽快作出决定；需要延长的依法报批并告知申请人。",
        severity=Severity.SERIOUS,
        basis=("XK 42", "XK 45", "XK 82"),
        examples=EXAMPLES["license.decision.in-time"],
    ),
    Rule(
        id="license.delivery.in-time",
        kind=Deadline(
            start=At(GRANT),
            end=At(DELIVERY),
            period="license.delivery.days",
            unit=Unit.WORKING_DAY,
            when=IS_LICENSE & Taken(GRANT),
            act="颁发、送达许可证件",
            needed=CASE_TABLES,
        ),
        subject=Subject.CASE,
        title="许可证件送达期限",
        statement="作出准予许可决定之日起十个工作日内颁发、送达许可证件。",
        remedy="立即送达许可证件。",
        severity=Severity.SERIOUS,
        basis=("XK 44",),
        examples=EXAMPLES["license.delivery.in-time"],
    ),
)
