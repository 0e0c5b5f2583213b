"""Worked examples of the rules for licences beyond their periods."""

from collections.abc import Mapping
from typing import Any, Final

from mingjing.domain.rules.examples.writing import APART, BROKEN, HOLDS, UNKNOWN, example, written
from mingjing.domain.rules.model import Example

GRANTED: Final = "2026-03-10 grant @准予"
REFUSED: Final = "2026-03-10 refusal @不予"
REFUSAL: Final = ("reasons", "basis", "remedy_channel", "remedy_period")
WANTED: Final = "2026-03-02 hearing_request"


def license_(title: str, expected: Any, *steps: str, **more: Any) -> Example:
    return example(title, expected, *steps, kind="license", **more)


EXAMPLES: Final[Mapping[str, tuple[Example, ...]]] = {
    "license.correction.once": (
        license_("只告知一次", HOLDS, "2026-03-02 correction_notice"),
        license_("次日再次告知", BROKEN, "2026-03-02 correction_notice", "2026-03-03 correction_notice"),
        license_(
            "再次告知已经撤回", HOLDS, "2026-03-02 correction_notice", "2026-03-03 correction_notice outcome:withdrawn"
        ),
        license_("同一日分两份告知", HOLDS, "2026-03-02 correction_notice", "2026-03-02 correction_notice"),
        license_("没有告知补正", APART, GRANTED),
    ),
    "license.refusal.contents": (
        license_("写明理由和救济", HOLDS, REFUSED, more=written("不予", *REFUSAL)),
        license_("没有写明理由", BROKEN, REFUSED, more=written("不予", *REFUSAL[1:])),
        license_("没有核对过", UNKNOWN, REFUSED),
        license_("准予许可", APART, GRANTED),
    ),
    "license.hearing.told": (
        license_("前一日已告知", HOLDS, "2026-03-09 hearing_notice", GRANTED, affects_others=True),
        license_("没有告知", BROKEN, GRANTED, affects_others=True),
        license_("决定之后才告知", BROKEN, GRANTED, "2026-03-11 hearing_notice", affects_others=True),
        license_("不关系他人重大利益", APART, GRANTED, affects_others=False),
        license_("同一日，先后不详", UNKNOWN, "2026-03-10 hearing_notice", GRANTED, affects_others=True),
        license_("是否关系他人没有记载", UNKNOWN, GRANTED),
    ),
    "license.hearing.held-when-required": (
        license_("前一日已听证", HOLDS, "2026-03-09 hearing", GRANTED, hearing_required=True),
        license_("没有听证", BROKEN, GRANTED, hearing_required=True),
        license_("不必听证", APART, GRANTED, hearing_required=False),
        license_("是否应当听证没有记载", UNKNOWN, GRANTED),
    ),
    "license.hearing.in-time": (
        license_("第20个工作日听证", HOLDS, WANTED, "2026-03-30 hearing"),
        license_("第21个工作日听证", BROKEN, WANTED, "2026-03-31 hearing"),
        license_("期满次日仍未听证", BROKEN, WANTED, as_of="2026-03-31"),
        license_("没有要求听证", APART, GRANTED),
        license_("期限所在年份的放假安排尚未公布", UNKNOWN, "2026-12-21 hearing_request", as_of="2027-02-28"),
    ),
    "license.hearing.notice-ahead": (
        license_("第7个工作日听证", HOLDS, "2026-03-02 hearing_convened", "2026-03-11 hearing"),
        license_("第6个工作日听证", BROKEN, "2026-03-02 hearing_convened", "2026-03-10 hearing"),
        license_("没有听证", APART, "2026-03-02 hearing_convened"),
        license_("没有通知记录", UNKNOWN, "2026-03-10 hearing"),
    ),
    "license.check.two": (
        license_("两名工作人员", HOLDS, "2026-03-02 site_check handler:甲,乙"),
        license_("辅助人员也是工作人员", HOLDS, "2026-03-02 site_check handler:甲,辅助人员"),
        license_("只有一人", BROKEN, "2026-03-02 site_check handler:甲"),
        license_("没有实地核查", APART, GRANTED),
    ),
    "license.renewal.before-expiry": (
        license_("届满当日决定", HOLDS, GRANTED, expires_on="2026-03-10"),
        license_("届满次日才决定", BROKEN, GRANTED, expires_on="2026-03-09"),
        license_("不是延续申请", APART, GRANTED),
        license_("尚未决定", APART, "2026-03-02 acceptance", expires_on="2026-03-09"),
    ),
    "license.handed-to-regulator": (
        license_(
            "结案当日移交", HOLDS, GRANTED, "2026-03-20 regulation_handover", "2026-03-20 closing", agency_id="日照市局"
        ),
        license_("没有移交就结案", BROKEN, GRANTED, "2026-03-20 closing", agency_id="日照市局"),
        license_(
            "结案次日才移交",
            BROKEN,
            GRANTED,
            "2026-03-20 closing",
            "2026-03-21 regulation_handover",
            agency_id="日照市局",
        ),
        license_("当地没有这项要求", APART, GRANTED, "2026-03-20 closing"),
        license_("不予许可", APART, REFUSED, "2026-03-20 closing", agency_id="日照市局"),
    ),
}
