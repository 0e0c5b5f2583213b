"""Values for every kind of document, made from its fields; ``length`` makes them longer, 0 is shortest."""

from datetime import date
from io import BytesIO
from typing import Any

from mingjing.contexts.documents.rendering import Print
from mingjing.domain.documents.bodies import standard_text
from mingjing.domain.documents.kinds import Field, FieldType, kind_of
from mingjing.domain.documents.markup import fill
from mingjing.domain.documents.values import cleaned, view

PARTY = {
    "name": "泗水县圣源街道好再来食品经营部",
    "identity": "92370831MA3CXXXX1K",
    "representative": "孔令伟",
    "address": "山东省济宁市泗水县圣源街道泉源大道18号",
    "phone": "13800000000",
}
PEOPLE = [
    {"name": "张伟", "number": "15080831001"},
    {"name": "李明喆", "number": "15080831002"},
    {"name": "王芳", "number": "15080831003"},
]
TEXT = (
    "经查，当事人于2026年10月12日在其经营场所销售标签不符合规定的预包装食品12袋，货值金额1,260.50元，违法所得300元。"
    "当事人能够主动配合调查，及时停止销售并召回。"
)
LETTERHEAD = {
    "name": "泗水县市场监督管理局",
    "mark": "泗市监",
    "address": "泗水县泉兴路1号",
    "phone": "0537-4221234",
    "reconsideration": "泗水县人民政府",
    "court": "泗水县人民法院",
    "account": "泗水县财政局非税收入专户",
}
DAY = date(2026, 11, 20)


def value_of(one: Field, length: int = 1) -> Any:
    """Return a value that the field can hold."""
    match one.type:
        case FieldType.LINE:
            return f"{one.label}：涉嫌经营标签不符合规定的食品案"
        case FieldType.TEXT:
            return "\n".join([TEXT] * length) or TEXT[:56]
        case FieldType.DATE:
            return DAY.isoformat()
        case FieldType.MOMENT:
            return "2026-11-20T09:30"
        case FieldType.MONEY:
            return 500_000
        case FieldType.NUMBER:
            return 42
        case FieldType.CHOICE:
            return next(iter(one.choices))
        case FieldType.PERSON:
            return PEOPLE[0]
        case FieldType.PEOPLE:
            return PEOPLE
        case FieldType.PARTY:
            return PARTY
        case FieldType.LIST:
            return ["没收违法所得300元", "罚款5,000元", "警告"]
        case FieldType.TABLE:
            return [
                {code: f"{label}{row}" for code, label in one.columns.items()} for row in range(1, max(4 * length, 3))
            ]
        case FieldType.OPINION:
            return {"text": "同意。", "name": "张伟", "on": "2026-11-20"}


def data_for(code: str, length: int = 1) -> dict[str, Any]:
    """Return values for all fields of a kind."""
    kind = kind_of(code)
    return cleaned(kind, {one.code: value_of(one, length) for one in kind.fields})


def print_of(code: str, length: int = 1, **given: Any) -> Print:
    """Return a kind with values in all fields, ready to be printed."""
    kind = kind_of(code)
    number = f"泗市监{kind.number}〔2026〕12号" if kind.number else ""
    nodes = view(kind, data_for(code, length), agency=LETTERHEAD, number=number, dated_on=DAY)
    return Print(
        sheet=fill(standard_text(code), nodes),
        layout=kind.layout,
        title=kind.name,
        agency=LETTERHEAD["name"],
        dated_on=DAY,
        check="4F2K-9M0P-XR3T-7V1C",
        address="https://zf.example.gov.cn/verify/d/4F2K-9M0P-XR3T-7V1C/",
        **given,
    )


def seal_picture(side: int = 420) -> bytes:
    """Draw something round and red that can serve as a seal."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((6, 6, side - 6, side - 6), outline=(200, 16, 46, 230), width=10)
    pen.regular_polygon((side / 2, side / 2, side / 7), 5, fill=(200, 16, 46, 230))
    out = BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


def drawing() -> bytes:
    """Draw something that can serve as a signature."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line(
        [(40, 150), (160, 40), (240, 160), (400, 50), (560, 140)], fill=(20, 20, 60, 255), width=8
    )
    out = BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()
