"""Recordings of the demonstration place: what was filmed on the street and waits to be assigned, and a list of what to film."""

from datetime import timedelta
from typing import Final

from mingjing.contexts.accounts.access import Actor, actor_of
from mingjing.contexts.accounts.models import User
from mingjing.contexts.demo import recordings
from mingjing.contexts.demo.place import DemoPlace
from mingjing.contexts.media.usecases import keeping
from mingjing.contexts.registry.models import Device
from mingjing.domain.media.recordings import Kind

ORDER = 45
_TAKEN: Final = (
    (Kind.VIDEO, "沿街商铺占道经营现场", "inspection", "泉源路与圣和路口", 12, 1),
    (Kind.PHOTO, "店外堆放货物，占用人行道", "inspection", "泉源路86号", 0, 12),
    (Kind.PHOTO, "整改后人行道已清空", "inspection", "泉源路86号", 0, 26),
    (Kind.AUDIO, "向经营者说明法律规定和整改要求", "inquiry", "泉源路86号", 4, 14),
    (Kind.PHOTO, "后厨未加盖垃圾容器", "evidence", "中兴路餐饮店", 0, 60 * 26),
    (Kind.NOTE, "巡查记录", "inspection", "中兴路", 0, 60 * 27),
)


def fill(place: DemoPlace) -> str:
    """Enter what officers with a device took on the last days."""
    made = 0
    for number, actor in enumerate(_officers(place)):
        for kind, shows, step, where, seconds, before in _TAKEN[: 6 if number == 0 else 3]:
            at = place.at - timedelta(hours=2, minutes=before)
            row = recordings.attach(
                actor=actor,
                at=at,
                subject="",
                kind=kind,
                shows=shows,
                seed=number * 100 + made,
                step_kind=step,
                place=where,
                seconds=seconds,
                text="上午巡查中兴路，共走访六户，提醒两户及时清理门前垃圾。",
            )
            made += row is not None
            if row is not None and kind is Kind.VIDEO:
                for second, step_of, words in (
                    (1, "", "出示执法证件"),
                    (5, "inspection", "现场检查"),
                    (9, "", "告知整改要求"),
                ):
                    keeping.mark(actor=actor, at=place.at, code=row.code, second=second, text=words, step_kind=step_of)
    return f"音像记录 {made} 份，等待归入案件或者检查。"


def _officers(place: DemoPlace) -> list[Actor]:
    """Two people with an account and a device."""
    holders = Device.objects.filter(holder__user__isnull=False, status="issued").values("holder__user")
    people = User.objects.filter(pk__in=holders, grants__role="officer").distinct().order_by("pk")[:2]
    return [actor_of(one, on=place.at.date()) for one in people]
