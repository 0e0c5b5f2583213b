"""Fill the accounts room: the units of the county and a user for each role, made as its administrators would."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.hashers import make_password

from mingjing.contexts.accounts.access import Actor, Held
from mingjing.contexts.accounts.models import User
from mingjing.contexts.accounts.usecases.grants import grant_role
from mingjing.contexts.accounts.usecases.units import found_unit
from mingjing.contexts.accounts.usecases.users import make_user
from mingjing.contexts.demo.place import AT, CODE, NAME, DemoPlace

ORDER = 10
_SINCE: Final = AT.date().replace(year=AT.year - 6, month=1, day=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    code: str
    name: str
    short_name: str
    kind: str
    place: str
    parent: str


# name, role, unit: A000000 is the market regulator, A000012 the first town
_USERS: Final = (
    ("李文博", "system_admin", "SF"),
    ("周慧", "security_admin", "SF"),
    ("孔令杰", "audit_admin", "SF"),
    ("颜廷章", "overseer_head", "SF"),
    ("乔雅楠", "overseer", "SF-JD"),
    ("孙茂林", "inspector", "SF-JD"),
    ("尤红梅", "town_overseer", "SFS-0"),
    ("曹德运", "social_supervisor", "SF-JD"),
    ("王兆军", "agency_head", "A000000"),
    ("徐静", "agency_clerk", "A000000"),
    ("张欣然", "legal_reviewer", "A000000"),
    ("赵鹏", "officer", "A000000"),
    ("刘洋", "auxiliary", "A000000"),
    ("高振海", "town_head", "A000012"),
    ("马晓东", "officer", "A000012"),
    ("于建华", "government_leader", CODE),
    ("宋佳", "staffing_office", "BB"),
    ("韩雪", "approval_bureau", "SP"),
    ("冯志强", "development_bureau", "FG"),
    ("曲丽萍", "market_coordinator", "A000000"),
    ("石文静", "finance_audit", "CZ"),
    ("毕建军", "personnel_office", "A000008"),
    ("辛磊", "data_bureau", "DSJ"),
    ("侯玉玲", "task_force", "SF"),
    ("鲁大勇", "stationed_officer", "A000019"),
    ("姜晓燕", "care_service", "SF"),
    ("郝明", "reconsideration", "SF"),
    ("牛立新", "fair_competition", "A000000"),
    ("杜雅琴", "commerce_federation", "GSL"),
    ("殷洪波", "upper_supervisor", "SF-3708"),
    ("陶然", "lawyer_panel", "SF"),
    ("尹立德", "lawyer_service", "SF"),
    ("汪海燕", "hotline_dispatch", "RX"),
    ("顾成", "surveyor", "CP"),
    ("陈国梁", "counsel", "SF"),
    ("卢海峰", "police", "GA"),
    ("邵明远", "procuratorate", "JC"),
    ("秦书文", "court", "FY"),
    ("闵静怡", "external_witness", "JW"),
)


def fill(place: DemoPlace) -> str:
    """Enter units, users and grants."""
    # before there is anybody, the installation itself acts, as the first administrators of a real place are made
    maker = _installation("system_admin")
    granter = _installation("security_admin")
    units = list(_units(place))
    for unit in units:
        found_unit(
            actor=maker, at=place.at, code=unit.code, name=unit.name, kind=unit.kind, place=unit.place,
            parent=unit.parent, short_name=unit.short_name, valid_from=_SINCE, reason="建立演示单位",
        )  # fmt: skip
    for name, role, unit_code in _USERS:
        plain = role.replace("_", "-")
        username = f"{plain}-town" if (role, unit_code) == ("officer", "A000012") else plain
        user, _ = make_user(actor=maker, at=place.at, username=username, name=name, unit=unit_code)
        grant_role(
            actor=granter, at=place.at, user=user.code, role=role, unit=unit_code, valid_from=_SINCE, reason="演示账号"
        )
    # one digest for all, and no first change: to make and check four for each account would take most of a minute
    User.objects.update(password=make_password(place.password), must_change_password=False)
    # nobody has the telephone of these people; a real place demands the second factor of its administrators
    (place.home / "security.yaml").write_text("second_factor_roles: []\n", "utf-8")
    return f"单位 {len(units)} 个，账号 {len(_USERS)} 个。"


def _installation(role: str) -> Actor:
    return Actor(
        user_id=0, code="installation", name="安装程序", unit_path="", held=(Held(role=role, unit_path="", place=""),)
    )


def _units(place: DemoPlace) -> Iterator[_Unit]:
    yield _Unit(code=CODE, name=f"{NAME}人民政府", short_name="县政府", kind="government", place=CODE, parent="")
    offices = (
        ("SF", "司法局", "县司法局", "agency", CODE),
        ("SF-JD", "行政执法监督大队", "监督大队", "brigade", "SF"),
        ("BB", "委机构编制委员会办公室", "县委编办", "other", CODE),
        ("SP", "行政审批服务局", "县审批局", "agency", CODE),
        ("FG", "发展和改革局", "县发改局", "agency", CODE),
        ("CZ", "财政局", "县财政局", "agency", CODE),
        ("DSJ", "大数据中心", "县大数据中心", "other", CODE),
        ("RX", "12345热线受理中心", "县热线中心", "other", CODE),
        ("GSL", "工商业联合会", "县工商联", "other", CODE),
        ("CP", "委托的满意度测评机构", "测评机构", "other", CODE),
        ("GA", "公安局", "县公安局", "other", CODE),
        ("JC", "人民检察院", "县检察院", "other", CODE),
        ("FY", "人民法院", "县法院", "other", CODE),
        ("JW", "纪委监委", "县纪委监委", "other", CODE),
    )
    yield _Unit(code="SF-3708", name="济宁市司法局", short_name="市司法局", kind="agency", place="370800", parent="")
    for code, name, short, kind, parent in offices:
        yield _Unit(code=code, name=f"{NAME}{name}", short_name=short, kind=kind, place=CODE, parent=parent)
    towns = dict[str, str]()
    for row in place.rows("agencies"):
        name, code = row["name"], row["agency_id"]
        own = name.removeprefix(NAME)
        if own.endswith("镇人民政府"):
            number = len(towns)
            town, town_place = own.removesuffix("人民政府"), f"{CODE}{100 + number}"
            towns[town[:2]] = town_place
            yield _Unit(code=code, name=name, short_name=town, kind="town", place=town_place, parent=CODE)
            yield _Unit(
                code=f"SFS-{number}", name=f"{NAME}{town}司法所监督办公室", short_name=f"{town[:2]}司法所",
                kind="office", place=town_place, parent="SF-JD",
            )  # fmt: skip
        elif row["parent_id"] is None:
            yield _Unit(code=code, name=name, short_name=own, kind="agency", place=CODE, parent=CODE)
        else:
            where = next(
                (towns[town] for town in towns if own.endswith((f"{town}市场监管所", f"{town}执法中队"))), CODE
            )
            yield _Unit(code=code, name=name, short_name=own[-7:], kind="squad", place=where, parent=row["parent_id"])
