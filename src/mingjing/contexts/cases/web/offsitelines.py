"""What a record of monitoring says, in lines: of the device, of what it saw, of its review."""

from django.urls import reverse

from mingjing.contexts.cases.models import OffsiteRecord, OffsiteState
from mingjing.contexts.ui.components import Badge, Fact, Tone
from mingjing.domain.procedures.offsite import QUALITIES

_TONES = {OffsiteState.WAITING: Tone.ATTENTION, OffsiteState.PASSED: Tone.GOOD, OffsiteState.REJECTED: Tone.BAD}


def state_badge(row: OffsiteRecord) -> Badge:
    """Say whether it was reviewed, and how."""
    return Badge(text=row.get_state_display(), tone=_TONES[OffsiteState(row.state)])


def device_facts(row: OffsiteRecord) -> list[Fact]:
    """Say with what, when and where it was recorded, and what stands behind the device."""
    return [
        Fact(label="设备", value=row.device_name, note=row.device_no),
        Fact(label="设备记录号", value=row.device_record),
        Fact(label="摄录时间", value=row.captured_at),
        Fact(label="摄录地点", value=row.place),
        Fact(label="记录的情况", value=row.seen),
        Fact(label="法制审核", value=row.legal_verified_on or "没有登记"),
        Fact(label="技术审核", value=row.technical_verified_on or "没有登记"),
        Fact(label="设置地点公布", value=row.location_published_on or "没有登记", note=row.location_published_at),
    ]


def review_facts(row: OffsiteRecord) -> list[Fact]:
    """Say who reviewed it, when, and what he found."""
    if row.reviewed_at is None:
        return []
    return [
        Fact(label="审核", value=state_badge(row), note=row.reviewer_name),
        Fact(label="审核时间", value=row.reviewed_at),
        Fact(label="认定", value="、".join(QUALITIES[one] for one in row.qualities) or "没有一项符合"),
        Fact(label="审核意见", value=row.finding),
    ]


def telling_facts(row: OffsiteRecord) -> list[Fact]:
    """Say whether, when, how and by whom the party was told, and of what; the last first."""
    if row.state != OffsiteState.PASSED:
        return []
    found = list(row.tellings.all())
    if not found:
        return [Fact(label="告知", value=Badge(text="还没有告知", tone=Tone.ATTENTION))]
    return [
        fact
        for one in reversed(found)
        for fact in (
            Fact(
                label="告知",
                value=one.told_at,
                note="，".join(filter(None, (one.get_means_display(), one.receiver, f"告知人{one.teller_name}"))),
            ),
            Fact(label="告知的内容", value=one.content),
            Fact(label="查询、陈述和申辩", value=one.ways),
        )
    ]


def owner_facts(row: OffsiteRecord) -> list[Fact]:
    """Say whose it is, whom it concerns, and in which case it is."""
    found = [
        Fact(label="单位", value=row.unit.name),
        Fact(label="当事人", value=row.party.name if row.party else "未查明"),
    ]
    if row.case is not None:
        found.append(Fact(label="案件", value=row.case.title, href=reverse("case", args=[row.case.code])))
    return found
