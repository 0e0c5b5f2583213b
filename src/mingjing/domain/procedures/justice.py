"""
What the police, the procuratorate and the court make of a case that was handed or told to them, and what follows from it.

Source: 行政执法机关移送涉嫌犯罪案件的规定; 行政处罚法第二十七条 (both sides tell each other how a case went).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from mingjing.law import parameters

BODIES: Final[Mapping[str, str]] = MappingProxyType(
    {"police": "公安机关", "procuratorate": "检察机关", "court": "审判机关"}
)
"""Who may be handed or told a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    What a body may make of a case, by which provision; ``follow`` is what the sending agency has to do then.

    ``days`` names the parameter that says within how many days. Where ``reasoned``, the body gives its reason.
    """

    code: str
    label: str
    citation: str
    reasoned: bool = False
    follow: str = ""
    days: str = ""

    def due_on(self, told_on: date, place: str) -> date | None:
        """Return until when the agency does what follows, where the law says."""
        if not self.days:
            return None
        value = parameters.get(self.days).at(told_on, place)
        assert value is not None, "the days have a value from the beginning"
        return told_on + timedelta(days=value.whole)


_FILED: Final = "登记公安机关立案，移交涉案物品和有关材料，办结交接手续"
_OBJECT: Final = "登记公安机关不予立案；有异议的提请复议或者建议检察机关立案监督，没有异议的依法作出处理"
_PENALISE: Final = "审查移回的意见，应当给予行政处罚的依法实施行政处罚"

RESULTS: Final[Mapping[str, tuple[Result, ...]]] = MappingProxyType(
    {
        "police": (
            Result(code="received", label="接受移送，签收回执", citation="YS 7"),
            Result(code="forwarded", label="不属本机关管辖，转送有管辖权的机关", citation="YS 7", reasoned=True),
            Result(code="filed", label="决定立案", citation="YS 8", follow=_FILED, days="crime.handover.days"),
            Result(
                code="declined",
                label="不予立案，退回案卷材料",
                citation="YS 8",
                reasoned=True,
                follow=_OBJECT,
                days="crime.objection.days",
            ),
            Result(
                code="filed_after_all",
                label="复议决定立案",
                citation="YS 9",
                follow=_FILED,
                days="crime.handover.days",
            ),
            Result(
                code="upheld",
                label="复议决定不予立案",
                citation="YS 9",
                reasoned=True,
                follow="仍有异议的建议检察机关立案监督，没有异议的依法作出处理",
                days="crime.objection.days",
            ),
            Result(
                code="returned",
                label="不需要追究刑事责任，移送行政执法机关",
                citation="YS 13",
                reasoned=True,
                follow=_PENALISE,
            ),
        ),
        "procuratorate": (
            Result(code="received", label="受理", citation="CF 27"),
            Result(code="refused", label="不受理", citation="CF 27", reasoned=True),
            Result(code="urged", label="立案监督：通知公安机关立案", citation="YS 9"),
            Result(
                code="upheld",
                label="立案监督：不立案理由成立",
                citation="YS 9",
                reasoned=True,
                follow="依法作出处理，应当给予行政处罚的依法实施行政处罚",
            ),
            Result(code="prosecuted", label="提起公诉", citation="CF 27"),
            Result(
                code="not_prosecuted",
                label="不起诉，提出检察意见移送行政执法机关",
                citation="CF 27",
                reasoned=True,
                follow=_PENALISE,
            ),
        ),
        "court": (
            Result(code="received", label="受理", citation="CF 27"),
            Result(
                code="convicted",
                label="判处刑罚",
                citation="YS 11",
                reasoned=True,
                follow="核对已缴罚款折抵罚金的情况",
            ),
            Result(
                code="exempted",
                label="免予刑事处罚，移送行政执法机关",
                citation="CF 27",
                reasoned=True,
                follow=_PENALISE,
            ),
            Result(code="acquitted", label="宣告无罪", citation="CF 27", reasoned=True, follow=_PENALISE),
        ),
    }
)
"""What each may record, in the order in which it happens."""


def result_of(body: str, code: str) -> Result | None:
    """Return what a code means for a body, if it has such a result."""
    return next((one for one in RESULTS[body] if one.code == code), None)
