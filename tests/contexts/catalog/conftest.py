"""A small catalog: a law with text, an officer's item, people who draft, approve and publish."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.catalog.models import Edition, Item
from mingjing.contexts.catalog.queries import FAMILIES
from mingjing.contexts.catalog.usecases import editions, library
from tests.contexts.conftest import ActorMaker

LAW = """某省餐饮服务管理条例

2020年5月1日 某省第十届人民代表大会常务委员会第三次会议通过

第一条 为了规范餐饮服务，制定本条例。

第二条 餐饮服务提供者应当明码标价，公示许可证件。

第三条 违反第二条规定的，责令改正，可以处一千元以上五万元以下罚款。

第四条 对经营场所的监督检查，由市场监督管理部门实施。

第五条 本条例自2020年7月1日起施行。
"""

PENALTY: dict[str, Any] = {
    "name": "对餐饮服务提供者未明码标价的处罚",
    "kind": "penalty",
    "basis": ["《某省餐饮服务管理条例》第三条"],
    "act_code": "MR-105",
    "domain": "market_regulation",
    "level": "县级",
    "section": "价监竞争科",
    "flow": "penalty_ordinary",
    "records": [{"stage": "inquiry", "manner": "text"}],
    "sources": ["powers", "fines"],
}

RANDOM: dict[str, Any] = {
    "name": "对餐饮服务经营场所的监督检查",
    "kind": "inspection",
    "basis": ["《某省餐饮服务管理条例》第四条"],
    "section": "餐饮科",
    "flow": "inspection",
    "records": [{"stage": "inspection", "manner": "text"}],
    "sources": ["regulation"],
    "random": {
        "object": "餐饮服务提供者",
        "content": "许可证件公示、明码标价",
        "ratio": "5%",
        "manner": "按主体随机",
        "frequency": "每年两次",
    },
}

YUAN = 100


def fine(low: int, high: int) -> dict[str, Any]:
    return {"measure": "fixed", "low": str(low * YUAN), "high": str(high * YUAN)}


BENCHMARK: dict[str, Any] = {
    "law_fine": fine(1_000, 50_000),
    "law_kinds": ["fine"],
    "basis": ["《某省餐饮服务管理条例》第三条"],
    "tiers": [
        {
            "name": "较轻",
            "condition": "货值金额不满一万元",
            "criteria": [{"fact": "value_fen", "operator": "below", "value": 10_000 * YUAN}],
            "kinds": ["fine"],
            "fine": fine(1_000, 10_000),
        },
        {
            "name": "一般",
            "condition": "货值金额一万元以上",
            "criteria": [{"fact": "value_fen", "operator": "at_least", "value": 10_000 * YUAN}],
            "kinds": ["fine"],
            "fine": fine(10_000, 30_000),
        },
        {"name": "较重", "condition": "造成严重后果", "kinds": ["fine"], "fine": fine(30_000, 50_000)},
    ],
}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """People of the market regulator, of its overseer, and the moment at which they act."""

    clerk: Actor
    head: Actor
    officer: Actor
    overseer: Actor
    overseer_head: Actor
    at: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    def run(self, family: str, code: str, *acts: str, **extra: Any) -> Edition:
        """Take something through acts, each by whoever does it."""
        who = {"approve": self.head, "send_back": self.head}
        found: Edition | None = None
        for act in acts:
            version = FAMILIES[family].holder.objects.get(code=code).version
            more = extra if act in ("publish", "withdraw", "suspend", "resume", "send_back") else {}
            found = getattr(editions, act)(
                actor=who.get(act, self.clerk), at=self.at, family=family, code=code, version=version, **more
            )
        assert found is not None
        return found

    def publish(self, family: str, code: str, **extra: Any) -> Edition:
        return self.run(family, code, "submit", "approve", "publish", **extra)

    def later(self, days: int) -> "Desk":
        return Desk(**{**self.__dict__, "at": self.at + timedelta(days=days)})


@pytest.fixture
def desk(actor_with: ActorMaker) -> Desk:
    return Desk(
        clerk=actor_with("agency_clerk"),
        head=actor_with("agency_head"),
        officer=actor_with("officer"),
        overseer=actor_with("overseer", "justice"),
        overseer_head=actor_with("overseer_head", "justice"),
        at=timezone.now(),
    )


@pytest.fixture
def law(desk: Desk) -> library.FileReport:
    """A full text in the library."""
    return library.import_text(actor=desk.overseer, at=desk.at, name="某省餐饮服务管理条例.txt", data=LAW.encode())


@pytest.fixture
def item(desk: Desk, law: library.FileReport) -> Item:
    """A published penalty item of the market regulator."""
    row = editions.start_item(actor=desk.clerk, at=desk.at, code="MR-105", unit="market", content=PENALTY)
    desk.publish("item", row.code)
    row.refresh_from_db()
    return row


type Publisher = Callable[[dict[str, Any], str], Item]


@pytest.fixture
def published(desk: Desk, law: library.FileReport) -> Publisher:
    """Publish an item with this content and code."""

    def make(content: dict[str, Any], code: str) -> Item:
        row = editions.start_item(actor=desk.clerk, at=desk.at, code=code, unit="market", content=content)
        desk.publish("item", code)
        row.refresh_from_db()
        return row

    return make
