"""Fill the documents room: what agencies print, their seals, a county template, and some documents outside cases."""

from datetime import date, timedelta
from io import BytesIO
from math import cos, pi, sin
from typing import Any, Final

from mingjing.contexts.accounts.access import Actor, Held
from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.contexts.demo.place import CODE, NAME, DemoPlace
from mingjing.contexts.documents.usecases import (
    draft_document,
    issue_document,
    seal_document,
    serve_document,
    sign_document,
    void_document,
)
from mingjing.contexts.documents.usecases.seals import enter_seal, set_letterhead
from mingjing.contexts.documents.usecases.templates import approve_template, draft_template, submit_template
from mingjing.domain.documents.bodies import standard_text

ORDER = 45
_SIDE: Final = 480
_RED: Final = (200, 16, 46, 225)
_PARTIES: Final = (
    ("好再来食品经营部", "孔令伟", "圣源街道泉源大道18号"),
    ("泉林文具店", "颜廷芳", "泗河街道中兴路7号"),
    ("济河建材有限公司", "乔振国", "济河街道工业园3号"),
)


def fill(place: DemoPlace) -> str:
    """Enter letterheads and seals of all agencies, a template of the county, and documents of one agency."""
    units = list(Unit.objects.filter(kind__in=[UnitKind.AGENCY, UnitKind.TOWN]).order_by("path"))
    for unit in units:
        clerk = _clerk(unit)
        set_letterhead(actor=clerk, at=place.at, unit=unit.code, **_letterhead(unit))
        enter_seal(
            actor=clerk,
            at=place.at,
            code=f"{unit.code.lower()}-1",
            unit=unit.code,
            name=f"{unit.name}印章",
            picture=seal_picture(unit.name),
            begun_on=date(2024, 1, 1),
            document="按规定刻制并备案",
        )
    _county_template(place)
    made = _documents(place)
    return f"印制信息 {len(units)} 个机关，印章 {len(units)} 枚，文书 {made} 份。"


def _clerk(unit: Unit) -> Actor:
    """The clerk of a unit, as its own people would act; most of them have no account in the demonstration."""
    held = Held(role="agency_clerk", unit_path=unit.path, place=unit.place)
    return Actor(user_id=0, code=f"{unit.short_name or unit.code}综合岗", name="", unit_path=unit.path, held=(held,))


def _letterhead(unit: Unit) -> dict[str, Any]:
    short = (unit.short_name or unit.name).replace("市场监管", "市监")
    return {
        "name": unit.name,
        "mark": short if short.startswith(NAME[:1]) else f"{NAME[:1]}{short.replace('县', '')[:3]}",
        "address": f"{NAME}政务街1号",
        "phone": "0537-4220000",
        "reconsideration": f"{NAME}人民政府",
        "court": f"{NAME}人民法院",
        "account": f"{NAME}财政局非税收入专户（演示）",
    }


def _county_template(place: DemoPlace) -> None:
    """The county's own letter of advice, written by the bureau and approved by its head."""
    overseer, head = place.actor("overseer"), place.actor("overseer_head")
    text = standard_text("compliance_guidance").replace("建议：", f"为优化{NAME}营商环境，建议：")
    row = draft_template(
        actor=overseer, at=place.at, kind="compliance_guidance", place=CODE, text=text, note="全县统一用语"
    )
    row = submit_template(actor=overseer, at=place.at, pk=row.pk, version=row.version)
    approve_template(actor=head, at=place.at, pk=row.pk, version=row.version)


def _documents(place: DemoPlace) -> int:
    """Documents of a bureau that belong to no case: inspections and advice, in every state."""
    officer = place.actor("officer")
    unit = Unit.objects.get(path=officer.unit_path)
    clerk, head = _keeper(place, unit), place.actor("agency_head")
    seal = f"{unit.path.split('/')[-2].lower()}-1"
    number = 0
    for index, (name, person, address) in enumerate(_PARTIES):
        at = place.at - timedelta(days=9 - index)
        party = {"name": f"{NAME}{name}", "representative": person, "address": f"{NAME}{address}"}
        notice = draft_document(
            actor=officer, at=at, kind="inspection_notice", unit=unit.code, data=_notice(party, officer)
        )
        issue_document(actor=officer, at=at, code=notice.code)
        number += 1
        if index == 2:
            void_document(actor=officer, at=at, code=notice.code, reason="检查时间写错，重新制作")
            continue
        seal_document(actor=clerk, at=at, code=notice.code, seal=seal)
        if index == 0:
            serve_document(
                actor=officer, at=at + timedelta(hours=1), code=notice.code, method="in_person", receiver=party["name"],
                taker=person, relation="经营者", received_on=at.date(), address=party["address"], servers=[{"name": officer.name}],
            )  # fmt: skip
            number += 1
    approval = draft_document(
        actor=officer, at=place.at, kind="inspection_approval", unit=unit.code, data=_approval(officer)
    )
    issue_document(actor=officer, at=place.at, code=approval.code)
    sign_document(actor=officer, at=place.at, code=approval.code, who="officer", opinion="建议按计划检查。")
    if head.unit_path and unit.path.startswith(head.unit_path):
        sign_document(actor=head, at=place.at, code=approval.code, who="head", opinion="同意。")
    warning = {"party": {"name": f"{NAME}{_PARTIES[1][0]}"}, "facts": "占用盲道堆放货物，已当场清理。"}
    draft_document(actor=officer, at=place.at, kind="warning_letter", unit=unit.code, data=warning)
    return number + 2


def _keeper(place: DemoPlace, unit: Unit) -> Actor:
    """Who keeps the seal: an account, because the use of a seal names a person."""
    found = place.actor("agency_clerk")
    assert unit.path.startswith(found.unit_path)
    return found


def _notice(party: dict[str, str], officer: Actor) -> dict[str, Any]:
    return {
        "party": party,
        "items": ["经营资格", "进货查验和台账", "场所卫生和安全"],
        "basis": "年度行政检查计划",
        "at": "2026-11-12T09:30",
        "place": party["address"],
        "officers": [{"name": officer.name}, {"name": "李明喆"}],
    }


def _approval(officer: Actor) -> dict[str, Any]:
    name, person, address = _PARTIES[2]
    return {
        "party": {"name": f"{NAME}{name}", "representative": person, "address": f"{NAME}{address}"},
        "items": ["安全生产条件", "消防设施"],
        "basis": "年度行政检查计划",
        "mode": "routine",
        "cause": "按计划开展的日常检查",
        "planned": "2026年11月25日上午",
        "way": "现场检查",
        "officers": [{"name": officer.name}, {"name": "李明喆"}],
    }


def seal_picture(name: str) -> bytes:
    """Draw a round seal with a star and the name along the edge; for the demonstration only."""
    from importlib.resources import as_file, files

    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGBA", (_SIDE, _SIDE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    middle, edge = _SIDE / 2, 8
    pen.ellipse((edge, edge, _SIDE - edge, _SIDE - edge), outline=_RED, width=12)
    pen.polygon(_star(middle, _SIDE * 0.15), fill=_RED)
    size = 62 if len(name) <= 11 else 48
    with as_file(files("pylopdf_fonts_zh_cn").joinpath("NotoSerifSC-Regular.otf")) as font_file:
        font = ImageFont.truetype(str(font_file), size)
        spread = min(1.55 * pi, len(name) * 0.36)
        for index, letter in enumerate(name):
            turn = -spread / 2 + spread * (index + 0.5) / len(name)
            glyph = Image.new("RGBA", (2 * size, 2 * size), (0, 0, 0, 0))
            ImageDraw.Draw(glyph).text((size, size), letter, font=font, fill=_RED, anchor="mm", stroke_width=1)
            glyph = glyph.rotate(-turn * 180 / pi, resample=Image.Resampling.BICUBIC)
            radius = middle - edge - 16 - size * 0.6
            x, y = middle + radius * sin(turn), middle - radius * cos(turn)
            picture.alpha_composite(glyph, (int(x - size), int(y - size)))
    out = BytesIO()
    picture.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _star(middle: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * 0.382
        turn = index * pi / 5
        points.append((middle + reach * sin(turn), middle - reach * cos(turn)))
    return points
