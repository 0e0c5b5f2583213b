"""Fill the registers of the demonstration place from its facts, through the registers' own acts."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.demo.place import CODE, DemoPlace
from mingjing.contexts.registry.models import Agency, Officer
from mingjing.contexts.registry.usecases import (
    agencies,
    care,
    credentials,
    devices,
    examples,
    governance,
    officers,
    parties,
    rounds,
    social,
)

ORDER = 20

OFFICERS: Final = 300
ENTERPRISES: Final = 2_000
DEVICES: Final = 400
_POSITIONS: Final = ("科员", "四级主任科员", "三级主任科员", "二级主任科员", "中队长", "副大队长", "股长")
_NAMES: Final = "王建国 李秀英 张志强 刘丽华 陈立新 杨晓东 赵文静 黄海涛 周振宇 吴雪梅 徐光明 孙桂兰".split()
_BASIS: Final = {
    "market_regulation": "《中华人民共和国食品安全法》第六条；《中华人民共和国产品质量法》第八条",
    "urban_management": "《城市管理执法办法》第三条；省政府相对集中行政处罚权的批复",
    "transport": "《中华人民共和国道路运输条例》第七条",
    "ecology": "《中华人民共和国环境保护法》第十条",
    "agriculture": "《中华人民共和国农产品质量安全法》第五条",
    "culture_tourism": "《中华人民共和国旅游法》第八十三条",
    "emergency": "《中华人民共和国安全生产法》第十条",
    "health": "《中华人民共和国传染病防治法》第六条",
    "natural_resources": "《中华人民共和国土地管理法》第五条",
    "housing_construction": "《中华人民共和国建筑法》第六条",
    "labor_security": "《劳动保障监察条例》第三条",
    "water": "《中华人民共和国水法》第十二条",
    "forestry": "《中华人民共和国森林法》第九条",
    "fire": "《中华人民共和国消防法》第四条",
    "comprehensive": "《中华人民共和国行政处罚法》第二十四条；省政府赋权镇街的决定",
}
_TERMS: Final = {
    "post": "日常巡查、信息采集",
    "duties": "在执法人员指挥下协助巡查、劝阻、送达和后勤保障，不得承办案件、签名或者作出决定。",
    "rights": "享受劳动合同约定的工资、保险和培训；遵守执法纪律，保守工作秘密。",
    "conditions": "年满十八周岁，高中以上文化程度，无犯罪记录，经岗前培训考核合格。",
    "procedure": "公开招聘，考试、体检、公示后签订劳动合同。",
}


def fill(place: DemoPlace) -> str:
    """Enter subjects, people, credentials, equipment, parties, social roles, bodies and an open round."""
    overseer = place.actor("overseer")
    with transaction.atomic():
        _agencies(place, overseer)
        people = _officers(place, overseer)
        _credentials(place, overseer, people)
        _after(place, overseer, people)
        gear = _devices(place, people)
        firms = _parties(place, overseer)
        _social(place, overseer)
        _governance(place, overseer)
        _examples(place)
        _open(place, overseer)
    total = Agency.objects.count()
    return f"登记台账：执法主体{total}个，人员{len(people)}人，装备{gear}台，当事人{firms}个。"


def _agencies(place: DemoPlace, overseer: Actor) -> None:
    head, leader = place.actor("overseer_head"), place.actor("government_leader")
    began, on = place.at - timedelta(days=330), date(2026, 1, 5)
    rows = place.rows("agencies")
    known = set(Unit.objects.filter(code__in=[row["agency_id"] for row in rows]).values_list("code", flat=True))
    items = place.rows("items")
    mine: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in items:
        if item.get("published_on") and not item.get("withdrawn_on"):
            mine[item["agency_id"]].append(item)
    for number, row in enumerate(sorted(rows, key=lambda each: each["parent_id"] or "")):
        code = row["agency_id"]
        if code not in known:
            continue
        kind = "squad" if row["parent_id"] else "town" if row["domain"] == "comprehensive" else "organ"
        unfinished = number % 11 == 7
        values = {
            "name": row["name"],
            "uscc": row["uscc"] or "",
            "kind": kind,
            "level": row["level"] or "county",
            "field": row["domain"],
            "principal": Agency.objects.filter(code=row["parent_id"]).first() if row["parent_id"] else None,
            "legal_basis": "" if number == 7 else _BASIS.get(row["domain"], "三定规定"),
            "head": _NAMES[number % len(_NAMES)],
            "phone": f"0537-42{number:05}",
            "address": f"泗水县泉源大街{number + 1}号",
            "review_section": "" if kind == "squad" or number == 3 else "政策法规股",
            "law_section": "" if number == 5 else "政策法规股",
            "law_contact": "" if number == 5 else _NAMES[(number + 3) % len(_NAMES)],
        }
        made = agencies.register_agency(actor=overseer, at=began, unit=code, code=code, values=values)
        made = agencies.submit_agency(actor=overseer, at=began, code=code, version=made.version)
        if unfinished and kind != "organ":
            continue
        if number == 7:
            agencies.send_back_agency(
                actor=overseer, at=began, code=code, version=made.version, opinion="没有填写设立和执法的法定依据。"
            )
            continue
        for step, who in (("audit", overseer), ("government", leader), ("announce", head)):
            made = agencies.advance_agency(
                actor=who,
                at=began,
                code=code,
                version=made.version,
                step=step,
                on=on,
                document="泗政公告〔2026〕1号" if step == "announce" else "",
            )
        for item in mine[code][:40]:
            power = agencies.propose_power(
                actor=overseer,
                at=began,
                agency=code,
                item=item["item_id"],
                item_name=item["name"],
                kind=item["kind"],
                basis=item["basis"] or "见权责清单",
                valid_from=max(on, item["published_on"]),
            )
            agencies.decide_power(
                actor=head, at=began, power=power.pk, version=power.version, approved=True, opinion="与权责清单一致"
            )


def _chosen(place: DemoPlace) -> list[dict[str, Any]]:
    """Choose the people: all roles first, then those who are there."""
    units = set(Unit.objects.values_list("code", flat=True))
    roles = defaultdict(list)
    for row in place.rows("officer_roles"):
        roles[row["officer_id"]].append(row)
    rows = [row for row in place.rows("officers") if row["agency_id"] in units]
    return [row | {"roles": roles[row["officer_id"]]} for row in rows]


def _identity(number: int, year: int) -> str:
    """Make a number with the right check digit, of a person who is not there."""
    head = f"370831{year}{number % 12 + 1:02}{number % 28 + 1:02}{number % 1000:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(head, weights, strict=True)) % 11]


def _officers(place: DemoPlace, overseer: Actor) -> dict[str, dict[str, Any]]:
    today = place.at.date()
    chosen = _chosen(place)
    people = []
    for number, row in enumerate(chosen):
        roles = {each["role"] for each in row["roles"]}
        helper = roles == {"auxiliary"}
        joined = row["joined_on"]
        born = 1966 + (number * 7) % 36
        qualified = row["legal_qualification_on"]
        if qualified is None and "legal_reviewer" in roles and number % 5:
            # most who reviewed before it was asked for have since passed the examination
            qualified = joined + timedelta(days=600)
        values: dict[str, Any] = {
            "name": row["name"],
            "gender": "female" if number % 3 == 0 else "male",
            "category": "auxiliary" if helper else "officer" if "officer" in roles else "staff",
            "employment": ("dispatched" if number % 2 else "contract") if helper else "established",
            "identity_number": _identity(number, born),
            "position": "巡查员" if helper else _POSITIONS[number % len(_POSITIONS)],
            "mobile": f"1385370{number:04}",
            "is_front_line": "officer" in roles,
            "joined_on": joined,
            "legal_qualification_on": qualified,
            "legal_qualification_no": f"A{qualified:%Y}370{number:06}" if qualified else "",
        }
        if "officer" in roles:
            values["exam_passed_on"] = joined
        people.append((row["agency_id"], row["officer_id"], values))
    for start in range(0, len(people), 500):
        officers.register_officers(
            actor=overseer, at=place.at - timedelta(days=320), people=people[start : start + 500]
        )
    made = {row.code: row for row in Officer.objects.filter(code__in=[row["officer_id"] for row in chosen])}
    for row in chosen:
        for role in row["roles"]:
            if role["role"] == "legal_reviewer":
                _review(overseer, place, row, role)
    accounts = {each.username: each for each in User.objects.filter(grants__role="officer")}
    free = [made[row["officer_id"]] for row in chosen if not row["left_on"]]
    for user in accounts.values():
        mine = next((each for each in free if user.unit_id == each.unit_id and each.user_id is None), None)
        if mine is not None:
            mine.user, mine.name = user, user.name
            mine.save(update_fields=["user", "name"])
    for row in chosen:
        if row["left_on"] and row["left_on"] <= today:
            one = Officer.objects.get(code=row["officer_id"])
            row["leaving"] = one.code
    return {row["officer_id"]: row for row in chosen}


def _review(overseer: Actor, place: DemoPlace, row: dict[str, Any], role: dict[str, Any]) -> None:
    """Enter who reviews; those without the qualification reviewed before it was asked for, or are not entered."""
    since = role["from"] or row["joined_on"]
    if row["legal_qualification_on"] is None and since >= date(2018, 1, 1):
        return
    officers.give_role(actor=overseer, at=place.at, code=row["officer_id"], role="legal_reviewer", valid_from=since)
    if role["until"]:
        officers.end_role(
            actor=overseer,
            at=place.at,
            code=row["officer_id"],
            role="legal_reviewer",
            on=role["until"],
            reason="岗位调整",
        )


def _credentials(place: DemoPlace, overseer: Actor, people: dict[str, dict[str, Any]]) -> None:
    today = place.at.date()
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for card in place.rows("credentials"):
        held[card["officer_id"]].append(card)
    fields = {row["agency_id"]: row["domain"] for row in place.rows("agencies")}
    from mingjing.facts.schema import DOMAINS

    made: list[tuple[str, dict[str, Any]]] = []
    for number, (code, row) in enumerate(people.items()):
        cards = sorted(held.get(code, ()), key=lambda each: each["valid_from"])
        for card in cards:
            last = card is cards[-1]
            # all were verified within the year but for a few
            late = number % 23 == 11
            verified = today - timedelta(days=400 if late else 345 if number % 17 == 4 else 30 + (number * 13) % 280)
            suspended = bool(card["suspended_from"] and card["suspended_until"] and card["suspended_until"] >= today)
            values: dict[str, Any] = {
                "number": card["credential_no"],
                "category": DOMAINS.get(fields.get(row["agency_id"], ""), "综合执法"),
                "area": "泗水县",
                "issued_on": card["valid_from"],
                "valid_from": card["valid_from"],
                "valid_until": card["valid_until"],
                "verified_on": max(card["valid_from"], min(verified, card["valid_until"])),
                "suspended_from": card["suspended_from"],
                "suspended_until": card["suspended_until"],
            }
            if not last:
                values |= {"status": "replaced", "ended_on": card["valid_until"] + timedelta(days=1)}
            elif card["revoked_on"]:
                values |= {"status": "cancelled", "ended_on": card["revoked_on"]}
            elif suspended:
                values["status"] = "suspended"
            made.append((code, values))
    # one at a time for a person, the old ones first: nobody holds two
    for start in range(0, len(made), 500):
        credentials.take_over_credentials(
            actor=overseer, at=place.at - timedelta(days=310), cards=made[start : start + 500]
        )


def _after(place: DemoPlace, overseer: Actor, people: dict[str, dict[str, Any]]) -> None:
    """Enter what happened since: leaving, auxiliaries' terms, a year's events, requests under way, insurance."""
    at, today = place.at, place.at.date()
    for row in people.values():
        if "leaving" in row:
            one = Officer.objects.get(code=row["leaving"])
            officers.leave_officer(
                actor=overseer, at=at, code=one.code, version=one.version, on=row["left_on"], reason="工作调动"
            )
    here = list(Officer.objects.filter(left_on__isnull=True).select_related("unit").order_by("code"))
    service = _keeper(place)
    for number, one in enumerate(here):
        if one.category == "auxiliary":
            boss = next(
                (
                    each
                    for each in here
                    if each.unit_id == one.unit_id and each.category == "officer" and each.is_front_line
                ),
                None,
            )
            from mingjing.contexts.registry.queries import may_act

            commander = boss.code if boss is not None and may_act(boss.code, today) else ""
            officers.set_terms(actor=overseer, at=at, code=one.code, values=_TERMS, commander=commander)
            continue
        if number % 3 == 0:
            officers.record_event(
                actor=overseer,
                at=at,
                code=one.code,
                on=date(2026, 4, 10),
                kind="training",
                text="行政执法人员公共法律知识培训",
                amount=_tenths(24 + number % 40),
            )
        if number % 29 == 0:
            officers.record_event(
                actor=overseer, at=at, code=one.code, on=date(2026, 6, 30), kind="praise", text="县级行政执法标兵"
            )
        if number % 19 == 0:
            officers.record_event(
                actor=overseer,
                at=at,
                code=one.code,
                on=date(2026, 11, 10),
                until=date(2026, 11, 30),
                kind="leave",
                text="年休假",
                amount=_tenths(10),
            )
        if one.is_front_line and number % 14 != 5:
            care.insure_officer(
                actor=service,
                at=at,
                code=one.code,
                kind="accident",
                insurer="中国人民财产保险股份有限公司泗水支公司",
                policy_no=f"PEAC2026370831{number:05}",
                valid_from=date(2026, 1, 1),
                valid_until=date(2026, 12, 31),
            )
    live = [one for one in here if one.credentials.filter(status="valid").exists()]
    for one, act, reason in zip(
        live[5:60:11],
        ("change", "reissue", "suspend", "cancel", "change"),
        ("执法区域调整", "证件即将到期", "未出示证件被投诉查实", "调离执法岗位", "执法类别调整"),
        strict=False,
    ):
        credentials.ask_credential(
            actor=overseer,
            at=at,
            officer=one.code,
            act=act,
            reason=reason,
            effective_on=today,
            details={"area": "泗水县", "category": "市场监管"},
        )


def _tenths(number: int) -> Any:
    from decimal import Decimal

    return Decimal(number)


def _devices(place: DemoPlace, people: dict[str, dict[str, Any]]) -> int:
    here = list(
        Officer.objects.filter(left_on__isnull=True, category="officer", code__in=list(people))
        .select_related("unit")
        .order_by("code")
    )
    rows = []
    kinds = ("recorder", "recorder", "recorder", "terminal", "camera")
    models = {"recorder": "DSJ-V9", "terminal": "ZF-T3", "camera": "SX-600"}
    for number in range(DEVICES):
        one = here[number % len(here)]
        kind = kinds[number % len(kinds)]
        values = {
            "kind": kind,
            "model": models[kind],
            "serial": f"SN2024{number:06}",
            "acquired_on": date(2024, 1 + number % 12, 1 + number % 27),
        }
        rows.append((one.unit.code, f"ZF-{kind[:1].upper()}{number:04}", values, one))
    _as_clerk(place, rows)
    return len(rows)


def _as_clerk(place: DemoPlace, rows: list[tuple[str, str, dict[str, Any], Officer]]) -> None:
    """Enter the devices on behalf of somebody who keeps them: of each agency its clerk."""
    at = place.at - timedelta(days=200)
    keeper = _keeper(place)
    devices.register_devices(actor=keeper, at=at, devices=[(unit, number, values) for unit, number, values, _ in rows])
    for order, (_, number, values, holder) in enumerate(rows):
        if order % 4 == 3:
            continue
        issued = place.at.date() - timedelta(days=3 + order % 40)
        act: dict[str, Any] = {"actor": keeper, "at": at, "number": number}
        if order % 37 == 9:
            devices.act_on_device(version=1, act="report", on=issued, note="电池鼓包，无法开机", **act)
        elif values["kind"] == "recorder" or order % 2:
            devices.act_on_device(version=1, act="issue", on=issued, officer=holder.code, **act)


def _keeper(place: DemoPlace) -> Actor:
    """Return an actor who keeps the devices of all agencies, as the county's clerk."""
    clerk = place.actor("agency_clerk")
    from dataclasses import replace

    county = Unit.objects.get(code=CODE)
    held = tuple(replace(each, unit_path=county.path, place=county.place) for each in clerk.held)
    return replace(clerk, held=held)


def _parties(place: DemoPlace, overseer: Actor) -> int:
    firms = [row for row in place.rows("parties") if row["uscc"]][:ENTERPRISES]
    made = []
    for number, row in enumerate(firms):
        values = {
            "kind": row["kind"],
            "name": row["name"],
            "uscc": row["uscc"],
            "industry": row["industry_code"] or "",
            "registered_on": row["registered_on"],
            "legal_person": _NAMES[number % len(_NAMES)],
            "address": f"泗水县泗河路{number % 400 + 1}号",
            "mobile": f"1396370{number % 10000:04}",
            "risk": row["risk_level"] or "",
            "contact_point": "企业联系点" if number % 40 == 0 else "",
        }
        made.append((row["party_id"], str(row["jurisdiction_code"] or CODE), values))
    for start in range(0, len(made), 500):
        parties.register_parties(actor=overseer, at=place.at - timedelta(days=300), parties=made[start : start + 500])
    return len(made)


def _social(place: DemoPlace, overseer: Actor) -> None:
    at: datetime = place.at
    rows = []
    for number in range(24):
        kind = "social_supervisor" if number < 18 else "inspector" if number < 21 else "contact_point"
        values = {
            "name": _NAMES[number % 12][0] + _NAMES[(number * 5 + 3) % 12][1:],
            "kind": kind,
            "employer": ("泗水县工商业联合会", "泗河街道社区居委会", "济宁某律师事务所", "泗水县食品行业协会")[
                number % 4
            ],
            "fields": ("市场监管", "城市管理", "生态环境", "交通运输")[number % 4],
            "certificate_no": "" if number == 17 else f"SJ2025{number:03}",
            "letter_no": "" if number == 17 else f"PS2025{number:03}",
            "term_from": date(2025, 1, 1),
            "term_until": date(2026, 12, 31) if number % 9 == 4 else date(2027, 12, 31),
        }
        rows.append((overseer.unit_path.rstrip("/").rpartition("/")[2], f"SHJD{number:03}", values))
    social.appoint_supervisors(actor=overseer, at=at - timedelta(days=300), people=rows)
    published = list(
        Agency.objects.filter(is_published=True, kind="organ").order_by("code").values_list("code", flat=True)
    )
    kinds = ("observation", "clue", "file_review", "meeting", "accompany")
    for number in range(30):
        social.record_activity(
            actor=overseer,
            at=at,
            supervisor=f"SHJD{number % 15:03}",
            on=date(2026, 3 + number % 8, 3 + number % 25),
            kind=kinds[number % 5],
            agency=published[number % len(published)],
            text=(
                "到窗口察看公示栏，内容齐全。",
                "随同检查一家餐饮单位，两名人员出示了证件。",
                "参加案卷评查，提出文书用语意见。",
            )[number % 3],
            opinion=("建议更新执法人员名单。", "", "建议统一文书编号。")[number % 3],
        )


def _governance(place: DemoPlace, overseer: Actor) -> None:
    organs = list(Agency.objects.filter(kind="organ").order_by("code").values_list("unit__code", flat=True))
    office = overseer.unit_path.rstrip("/").rpartition("/")[2]
    governance.form_body(
        actor=overseer,
        at=place.at,
        code="HS2024",
        name="泗水县提升行政执法质量会商机制",
        kind="consultation",
        head="赵县长",
        office=office,
        formed_on=date(2024, 10, 20),
        duties="会商执法协作、管辖争议和监督中的共性问题。",
        members=[(office, "lead", "局长"), *((each, "member", "分管负责人") for each in organs if each != office)],
    )
    kinds = ("notary", "arbitration", "legal_aid", "reconsideration", "oversight", "mediation")
    for number, town in enumerate(Unit.objects.filter(kind="town").order_by("code")):
        for kind in kinds[: 6 - number % 3]:
            governance.offer_service(
                actor=overseer,
                at=place.at,
                unit=town.code,
                kind=kind,
                where=f"{town.short_name or town.name}公共法律服务站",
                person=_NAMES[number % 12],
                handled=12 + number * 3,
            )


_EXAMPLES: Final = (
    (
        "practice",
        "“扫码入企、一次查清”减少重复检查",
        "市场监管、消防、应急三个部门把同一企业的检查合并为一次，入企先扫码亮证，结果一次告知。"
        "一年来合并检查 46 次，涉企检查次数比上年下降三成，企业没有投诉。",
        "",
        "published",
    ),
    (
        "person",
        "十七年零败诉的办案能手",
        "县市场监督管理局执法人员赵鹏，承办案件二百余件，没有一件被复议纠错或者败诉，带出三名年轻办案骨干。",
        "",
        "published",
    ),
    (
        "warning",
        "检查不亮证、记录靠事后补",
        "某次检查中，执法人员李四、王二麻没有出示证件，现场笔录由当事人泗水县某某餐饮有限公司事后补签，联系电话 13812345678。"
        "案件被复议机关撤销，承办人被通报批评。",
        "李四\n王二麻\n泗水县某某餐饮有限公司",
        "published",
    ),
    ("practice", "说理式执法文书示范本", "按案由编写说理段落示范，供各中队参照。", "", "submitted"),
)


def _examples(place: DemoPlace) -> None:
    head, clerk = place.actor("overseer_head"), place.actor("agency_clerk")
    unit = clerk.unit_path.rstrip("/").rpartition("/")[2]
    for kind, title, text, names, state in _EXAMPLES:
        row = examples.draft_example(
            actor=clerk, at=place.at, unit=unit, kind=kind, title=title, text=text, names=names
        )
        row = examples.submit_example(actor=clerk, at=place.at, code=row.code, version=row.version)
        if state != "published":
            continue
        row = examples.decide_example(
            actor=head, at=place.at, code=row.code, version=row.version, approve=True, opinion="事实清楚，同意发布。"
        )
        row = examples.publish_example(actor=head, at=place.at, code=row.code, version=row.version)
        if kind == "person":
            examples.recommend_example(
                actor=head,
                at=place.at,
                code=row.code,
                version=row.version,
                addressee="济宁市司法局",
                on=place.at.date(),
            )


def _open(place: DemoPlace, overseer: Actor) -> None:
    """Leave a round open, half done."""
    office = overseer.unit_path.rstrip("/").rpartition("/")[2]
    made = rounds.open_round(
        actor=overseer,
        at=place.at,
        code="QL2026",
        title="2026年执法人员资格清理",
        kind="officers",
        unit=office,
        place=CODE,
        ground="年度清理",
        due_on=date(2026, 12, 20),
    )
    for row in made.rows.order_by("pk")[:60]:
        outcome = "to_correct" if row.findings else "confirmed"
        rounds.decide_row(
            actor=overseer,
            at=place.at,
            row=row.pk,
            version=row.version,
            outcome=outcome,
            reason="按期补齐" if row.findings else "",
        )
