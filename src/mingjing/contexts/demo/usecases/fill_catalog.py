"""Fill the catalog: laws, items, benchmarks, lists, delegations and a clean-up, each through its own use case."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from mingjing.contexts.accounts.access import Actor, Held
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog.models import Benchmark, Item, ItemList
from mingjing.contexts.catalog.usecases import cleaning, compiling, delegating, editions, library
from mingjing.contexts.demo.place import CODE, DemoPlace
from mingjing.law.written import citations_in

ORDER = 40
_FLOWS: Final = {
    "penalty": "penalty_ordinary",
    "inspection": "inspection",
    "license": "license",
    "compulsory_measure": "compulsory_measure",
    "compulsory_execution": "compulsory_execution",
    "other": "general",
}
_RECORDS: Final = {
    "penalty": [
        {"stage": "inspection", "manner": "video", "mandatory": False},
        {"stage": "inquiry", "manner": "text", "mandatory": False},
        {"stage": "hearing", "manner": "video", "mandatory": True},
    ],
    "inspection": [{"stage": "inspection", "manner": "video", "mandatory": True}],
    "compulsory_measure": [{"stage": "seizure", "manner": "video", "mandatory": True}],
    "compulsory_execution": [{"stage": "execution", "manner": "video", "mandatory": True}],
}
_PROMISED: Final = {"amount": "5", "unit": "day", "basis": "本机关公布的政务服务事项清单"}
_HARM: Final = {"较轻": ["none", "minor"], "一般": "moderate", "较重": "serious"}
_WORDS: Final = {"agency_clerk": "综合岗", "agency_head": "负责人"}
_NAMES: Final = {"penalty": "对“{}”的处罚"}
_LENIENT: Final = (
    ("no_penalty", "初次违法，没有造成危害后果，在责令改正期限以内改正", ["first_time", "corrected"], "none"),
    ("lighter", "主动改正，配合调查，危害后果轻微", ["corrected"], "minor"),
)


def fill(place: DemoPlace) -> str:
    """Enter the catalog of the place."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    rows = [row for row in place.rows("items") if row["agency_id"] in units]
    overseer = place.actor("overseer")
    _laws(overseer, place, rows)
    items = _items(place, units, rows)
    benchmarks = _benchmarks(place, items)
    lists = _lists(place, items)
    handed = _delegations(place, items)
    _cleanup(place, items)
    _work_in_hand(place, items)
    return f"执法事项 {len(items)} 项，裁量基准 {benchmarks} 个，清单 {lists} 张，赋权事项 {handed} 项。"


def _laws(overseer: Actor, place: DemoPlace, rows: list[dict[str, Any]]) -> None:
    """The instruments that the items cite; their texts are imported by whoever has them."""
    library.enter_known(actor=overseer, at=place.at)
    titles = dict.fromkeys(one.title for row in rows for one in citations_in(str(row["basis"])))
    known = {"行政强制法"}
    for number, title in enumerate(sorted(set(titles) - known), start=1):
        level, issuer = _rank(title)
        library.enter_instrument(
            actor=overseer,
            at=place.at,
            code=f"L{number:03d}",
            title=f"中华人民共和国{title}" if level == "law" else title,
            short=title,
            level=level,
            issuer=issuer,
        )
    library.enter_instrument(
        actor=overseer, at=place.at, code="SDCX", title="山东省行政程序规定", level="rule", issuer="山东省人民政府",
        place="370000", in_force_from=date(2012, 1, 1),
    )  # fmt: skip


def _rank(title: str) -> tuple[str, str]:
    if title.endswith("法"):
        return "law", "全国人民代表大会常务委员会"
    if title.endswith("条例"):
        return "administrative_regulation", "国务院"
    return "rule", "国务院有关部门"


def _items(place: DemoPlace, units: dict[str, Unit], rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Publish every item of the facts on its day, and withdraw the ones that were withdrawn."""
    domains = {row["agency_id"]: row["domain"] or "" for row in place.rows("agencies")}
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        unit, code = units[row["agency_id"]], row["item_id"]
        clerk, head = _people(unit)
        at = _moment(row["published_on"])
        editions.start_item(
            actor=clerk, at=at, code=code, unit=unit.code, content=_content(row, domains[row["agency_id"]])
        )
        _publish("item", Item, code, clerk, head, at, f"{unit.short_name}发〔{at.year}〕1号")
        if row["withdrawn_on"]:
            editions.withdraw(
                actor=clerk, at=_moment(row["withdrawn_on"]), family="item", code=code,
                version=Item.objects.get(code=code).version, reason="新版检查事项公布后废止",
            )  # fmt: skip
        else:
            found[code] = row
    return found


def _content(row: dict[str, Any], domain: str) -> dict[str, Any]:
    kind = row["kind"]
    content: dict[str, Any] = {
        "name": _NAMES.get(kind, "{}").format(row["name"]),
        "kind": kind,
        "basis": [row["basis"]],
        "act_code": row["act_code"] or "",
        "domain": domain,
        "level": "县级",
        "section": "政策法规科" if kind in ("license", "other") else "综合执法大队",
        "flow": _FLOWS[kind],
        "records": _RECORDS.get(kind, [{"stage": "examination", "manner": "text", "mandatory": False}]),
        "sources": ["powers", "fines"] if kind == "penalty" else ["regulation" if kind == "inspection" else "powers"],
        "single_officer_basis": row["single_officer_basis"] or "",
        "summary_cap_basis": row["summary_cap_basis"] or "",
        "legal_review": kind == "compulsory_execution",
        "promise": kind == "license" and "备案" in row["name"],
        "promised_time": _PROMISED if kind == "license" and "登记" in row["name"] else None,
        "complaint_channel": "可以向本机关或者县司法局投诉；不服的可以申请行政复议、提起行政诉讼",
    }
    if kind == "inspection":
        content["random"] = {
            "object": "辖区内相关单位",
            "content": row["name"],
            "ratio": "5%",
            "manner": "按主体随机",
            "frequency": "每年一次",
        }
    if kind == "penalty":
        content["major_criteria"] = [
            {
                "label": "重大案件",
                "effect": "major",
                "criteria": [{"fact": "fine_fen", "operator": "at_least", "value": 5_000_000}],
            },
            {
                "label": "跨区域案件",
                "effect": "cross_region",
                "criteria": [{"fact": "regions", "operator": "above", "value": 1}],
            },
        ]
    return content


def _benchmarks(place: DemoPlace, items: dict[str, dict[str, Any]]) -> int:
    """Publish a benchmark for each item that has tiers; those that were amended get a second edition."""
    by: dict[str, dict[date, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for tier in place.rows("benchmarks"):
        if tier["item_id"] in items:
            by[tier["item_id"]][tier["effective_from"]].append(tier)
    for code, regimes in by.items():
        item = Item.objects.select_related("unit").get(code=code)
        clerk, head = _people(item.unit)
        low = min(row["fine_min_fen"] for rows in regimes.values() for row in rows)
        high = max(row["fine_max_fen"] for rows in regimes.values() for row in rows)
        published = items[code]["published_on"]
        for number, since in enumerate(sorted(regimes)):
            content = _benchmark(items[code], regimes[since], low, high)
            at = _moment(max(since, published + timedelta(days=1)))
            if number == 0:
                row = editions.start_benchmark(
                    actor=clerk, at=at, item=code, unit=item.unit.code, level="county", content=content
                )
            else:
                editions.save_draft(
                    actor=clerk, at=at, family="benchmark", code=row.code,
                    version=Benchmark.objects.get(pk=row.pk).version, content=content, reason="按新的裁量规则修订",
                )  # fmt: skip
            _publish("benchmark", Benchmark, row.code, clerk, head, at, "")
    return len(by)


def _benchmark(item: dict[str, Any], tiers: list[dict[str, Any]], low: int, high: int) -> dict[str, Any]:
    def fine(least: int, most: int) -> dict[str, Any]:
        return {"measure": "fixed", "low": str(least), "high": str(most)}

    return {
        "law_fine": fine(low, high),
        "law_kinds": ["fine", "warning"],
        "basis": [item["basis"]],
        "tiers": [
            {
                "name": row["tier"],
                "condition": row["reason"],
                "criteria": [_harm(row["tier"])],
                "kinds": ["fine"],
                "fine": fine(row["fine_min_fen"], row["fine_max_fen"]),
                "manner": "责令改正，并处罚款",
            }
            for row in tiers
        ],
        "factors": [
            {
                "label": "主动配合调查并及时改正",
                "direction": "lighter",
                "criteria": [{"fact": "corrected"}],
                "basis": "本机关裁量规则",
                "percent": 30,
            },
            {
                "label": "两年内同类违法两次以上",
                "direction": "heavier",
                "criteria": [{"fact": "repeated_times", "operator": "at_least", "value": 2}],
                "basis": "本机关裁量规则",
                "percent": 30,
            },
        ],
    }


def _harm(tier: str) -> dict[str, Any]:
    value = _HARM.get(tier, "moderate")
    return {"fact": "harm", "operator": "in" if isinstance(value, list) else "is", "value": value}


def _lists(place: DemoPlace, items: dict[str, dict[str, Any]]) -> int:
    """Compile the lists of each agency, and write its leniency lists."""
    at, made = place.at - timedelta(days=120), 0
    for unit in Unit.objects.filter(kind="agency", code__startswith="A").order_by("path"):
        clerk, head = _people(unit)
        for kind in ("powers", "random_inspection"):
            row = compiling.compile_list(actor=clerk, at=at, unit=unit.code, kind=kind, on=at.date())
            _publish("list", ItemList, row.code, clerk, head, at, f"{unit.short_name}公告")
            made += 1
        penalties = [one for one in items.values() if one["agency_id"] == unit.code and one["kind"] == "penalty"]
        for kind, conditions, flags, harm in _LENIENT:
            row = editions.start_list(
                actor=clerk, at=at, unit=unit.code, kind=kind,
                content={"entries": list(_entries(penalties, conditions, flags, harm))},
            )  # fmt: skip
            _publish("list", ItemList, row.code, clerk, head, at, f"{unit.short_name}公告")
            made += 1
    return made


def _entries(penalties: list[dict[str, Any]], conditions: str, flags: list[str], harm: str) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(penalties[:3], start=1):
        yield {
            "number": str(number),
            "item": row["item_id"],
            "matter": row["name"],
            "conditions": conditions,
            "criteria": [*({"fact": flag} for flag in flags), {"fact": "harm", "value": harm}],
            "basis": row["basis"],
            "follow_up": "批评教育，签订承诺，三个月内回访",
        }


def _delegations(place: DemoPlace, items: dict[str, dict[str, Any]]) -> int:
    """Hand acts of urban management and natural resources to the seven towns; two are evaluated, one is taken back."""
    overseer = place.actor("overseer")
    agencies = {row["agency_id"]: row["domain"] for row in place.rows("agencies")}
    chosen = [
        code
        for code, row in items.items()
        if row["kind"] == "penalty" and agencies[row["agency_id"]] in ("urban_management", "water")
    ][:3]
    towns = list(Unit.objects.filter(kind="town", place__startswith=CODE).order_by("path"))
    handed = []
    for town in towns:
        for number, code in enumerate(chosen):
            started = date(place.at.year - 1 - number % 2, 6, 1)
            handed.append(
                delegating.hand_over(
                    actor=overseer,
                    at=place.at,
                    item=code,
                    unit=town.code,
                    form="delegated" if number == 2 else "empowered",
                    document=f"泗政字〔{started.year}〕12号",
                    started_on=started,
                )
            )
    if len(handed) > 3:
        delegating.evaluate(
            actor=overseer, at=place.at, pk=handed[0].pk, version=1, outcome="keep",
            findings="一年办案 23 件，持证人员 6 名，没有被复议、诉讼纠错。",
        )  # fmt: skip
        row = delegating.evaluate(
            actor=overseer, at=place.at, pk=handed[3].pk, version=1, outcome="cannot",
            findings="一年办案 0 件，持证人员不足两名。", proposal="建议收回，由县级部门行使。",
        )  # fmt: skip
        delegating.take_back(
            actor=overseer, at=place.at, pk=row.pk, version=row.version, on=place.at.date() + timedelta(days=40),
            reason="经评估不具备承接条件，泗政字〔2026〕9号",
        )  # fmt: skip
    return len(handed)


def _cleanup(place: DemoPlace, items: dict[str, dict[str, Any]]) -> None:
    """A round in hand: one item suspended, one proposal that waits for approval."""
    overseer, head = place.actor("overseer"), place.actor("overseer_head")
    cleaning.open_round(
        actor=overseer, at=place.at, code="2026-1", name="2026年执法事项清理", unit=overseer_unit(overseer),
        document="泗依法办〔2026〕3号", due_on=date(2026, 12, 31),
    )  # fmt: skip
    others = [code for code, row in items.items() if row["kind"] == "other"][:2]
    outcomes = (("suspend", "实施条件不成熟"), ("adjust", "依据修订，需要重新表述"))
    proposals = [
        cleaning.propose(
            actor=overseer,
            at=place.at,
            round_code="2026-1",
            item=code,
            outcome=outcome,
            reason=reason,
            argued="2026年11月5日专家论证意见",
            effective_on=place.at.date() + timedelta(days=20),
        )
        for code, (outcome, reason) in zip(others, outcomes, strict=False)
    ]
    if proposals:
        cleaning.approve_proposal(actor=head, at=place.at, pk=proposals[0].pk, version=1)


def _work_in_hand(place: DemoPlace, items: dict[str, dict[str, Any]]) -> None:
    """What waits on desks: two revisions to approve, one to publish, guiding cases, a law that was amended."""
    clerk, head = place.actor("agency_clerk", "A000000"), place.actor("agency_head", "A000000")
    mine = [code for code, row in items.items() if row["agency_id"] == "A000000" and row["kind"] == "penalty"]
    for number, code in enumerate(mine[:3]):
        row = Item.objects.get(code=code)
        content = row.editions.order_by("-number")[0].content
        editions.save_draft(
            actor=clerk, at=place.at, family="item", code=code, version=row.version,
            content={**content, "section": "市场监管综合执法大队一中队"}, reason="内设机构调整，承办机构变更",
        )  # fmt: skip
        _act("submit", "item", Item, code, clerk, place.at)
        if number == 2:
            _act("approve", "item", Item, code, head, place.at)
    overseer = place.actor("overseer")
    for number, code in enumerate(mine[:2], start=1):
        row = Item.objects.get(code=code)
        library.enter_guiding_case(
            actor=overseer, at=place.at, code=f"ZD2026-{number:02d}", title=f"某经营户{items[code]['name']}案",
            unit=overseer_unit(overseer), item=code, basis=items[code]["basis"],
            gist="初次违法、数量较少、主动改正且没有危害后果的，依法不予处罚，教育和整改并行。" if number == 1 else "货值金额虽小但曾受处理的，不适用不予处罚清单，按基准从重的部分裁量。",
            facts="执法人员检查中发现，当事人当场改正，未造成危害后果。", issued_on=date(2026, 9, 10),
            list_entry=f"不予处罚事项清单第{number}项", source="县司法局发布",
        )  # fmt: skip


def overseer_unit(overseer: Actor) -> str:
    """Return the code of the unit in which somebody oversees."""
    return overseer.held[0].unit_path.rstrip("/").rpartition("/")[2]


def _people(unit: Unit) -> tuple[Actor, Actor]:
    """The clerk and the head of a unit, as its own people would act; most of them have no account in the demonstration."""
    roles = ("agency_clerk", "agency_head")
    clerk, head = (
        Actor(
            user_id=0,
            code=f"{unit.short_name}{_WORDS[role]}",
            name="",
            unit_path=unit.path,
            held=(Held(role=role, unit_path=unit.path, place=unit.place),),
        )
        for role in roles
    )
    return clerk, head


def _publish(family: str, model: Any, code: str, clerk: Actor, head: Actor, at: datetime, document: str) -> None:
    _act("submit", family, model, code, clerk, at)
    _act("approve", family, model, code, head, at)
    _act("publish", family, model, code, clerk, at, document=document)


def _act(verb: str, family: str, model: Any, code: str, actor: Actor, at: datetime, **more: str) -> None:
    version = model.objects.values_list("version", flat=True).get(code=code)
    getattr(editions, verb)(actor=actor, at=at, family=family, code=code, version=version, **more)


def _moment(day: date) -> datetime:
    from mingjing.contexts.demo.place import AT

    return datetime(day.year, day.month, day.day, 10, 0, tzinfo=AT.tzinfo)
