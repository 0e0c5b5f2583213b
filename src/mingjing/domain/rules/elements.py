"""What a document may contain: the elements that laws and plans ask for, with the words that the reader sees."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

ELEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "party": "当事人",
        "facts": "事实",
        "evidence": "证据",
        "reasons": "理由",
        "basis": "依据",
        "content": "决定内容",
        "benchmark": "裁量基准",
        "manner": "履行方式",
        "term": "期限",
        "amount": "金额",
        "remedy_channel": "救济途径",
        "remedy_manner": "救济方式",
        "remedy_period": "救济期限",
        "agency": "机关名称和印章",
        "dated": "日期",
        "number": "文书编号",
        "time_place": "时间地点",
        "signature": "执法人员签名",
        "statement_right": "陈述权",
        "defense_right": "申辩权",
        "hearing_right": "听证权",
        "rights_told": "告知权利义务",
        "credential_shown": "出示证件",
        "party_present": "当事人或见证人到场",
        "statement_heard": "听取陈述申辩",
        "party_signature": "当事人签名或者注明拒签",
        "goods": "财物名称数量",
        "scope_declared": "范围核对",
        "executor": "代履行人",
        "cost": "费用预算",
        "credit_repair": "信用修复告知",
        "compliance": "合规经营指导",
        "review_subject": "执法主体",
        "review_personnel": "人员资格",
        "review_facts": "主要事实",
        "review_evidence": "证据充分",
        "review_law": "适用法律",
        "review_discretion": "裁量适当",
        "review_procedure": "程序合法",
        "review_authority": "职权范围",
        "review_documents": "文书齐备",
        "review_crime": "涉嫌犯罪",
    }
)

ELEMENT_BITS: Final[Mapping[str, int]] = MappingProxyType({code: 1 << bit for bit, code in enumerate(ELEMENTS)})
"""The bit of each element, so that a set of them is one integer."""


def mask_of(codes: Iterable[str]) -> int:
    """Return the bits of these elements; a code that is not known has none."""
    return sum(ELEMENT_BITS.get(code, 0) for code in frozenset(codes))


def labels_of(mask: int) -> str:
    """Name the elements whose bits are set."""
    return "、".join(label for code, label in ELEMENTS.items() if mask & ELEMENT_BITS[code])
