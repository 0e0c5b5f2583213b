"""The sign-in log, for who audits."""

from typing import Any

from django.db.models import Q, QuerySet

from mingjing.contexts.accounts import queries
from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.accounts.models import SignInEvent
from mingjing.contexts.ui.components import Badge, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, FlagFilter, Table, TableView, TextFilter

_TONES = {
    "signed_in": Tone.GOOD,
    "confirmed": Tone.GOOD,
    "wrong": Tone.ATTENTION,
    "second_wrong": Tone.ATTENTION,
    "confirm_wrong": Tone.ATTENTION,
    "refused": Tone.ATTENTION,
    "recovery": Tone.ATTENTION,
    "locked": Tone.BAD,
    "lockout": Tone.BAD,
}
_WAYS = {"password": "本地密码", "provider": "统一身份认证", "": ""}
_FAILED = ("wrong", "second_wrong", "confirm_wrong", "refused", "locked", "lockout")


SIGN_INS = Table(
    name="accounts.sign_ins",
    columns=(
        Column(name="at", label="时间", value=lambda row: row.at, order="at"),
        Column(
            name="who",
            label="账号",
            value=lambda row: (
                f"{row.user.name}（{row.user.username}）" if row.user else f"没有的登录名 {row.name_digest[:8]}"
            ),
        ),
        Column(
            name="kind",
            label="结果",
            value=lambda row: Badge(text=row.get_kind_display(), tone=_TONES.get(row.kind, Tone.PLAIN)),
            order="kind,at",
        ),
        Column(name="way", label="方式", value=lambda row: _WAYS.get(row.way, row.way)),
        Column(name="address", label="地址", value=lambda row: row.address, order="address,at"),
        Column(name="device", label="设备", value=lambda row: queries.device_words(row.device)),
        Column(name="agent", label="浏览器标识", value=lambda row: row.device, shown=False, width="wide"),
        Column(name="digest", label="登录名摘要", value=lambda row: row.name_digest, shown=False),
    ),
    filters=(
        ChoiceFilter(name="kind", label="结果", choices=SignInEvent.Kind.choices),
        DateFilter(name="day", label="日期", field="at", moment=True),
        TextFilter(name="address", label="地址", fields=("address",)),
        FlagFilter(name="failed", label="只看失败", condition=Q(kind__in=_FAILED)),
    ),
    search=("user__name", "user__username", "address"),
    search_hint="姓名、登录名、地址",
    order="-at",
    row_name=lambda row: f"{row.at:%Y-%m-%d %H:%M}",
    noun="条",
    empty="还没有登录记录。",
)


class SignInsPage(TableView[Actor]):
    """Who came in or was turned away."""

    table, title, permission = SIGN_INS, "登录日志", "accounts.signin.view"
    lead = "只增不改：每次登录的成功、失败和锁定。没有的登录名只记摘要，相同的摘要是同一个名字。"

    def rows(self) -> QuerySet[Any]:
        """Return them."""
        return visible(SignInEvent.objects.select_related("user"), self.actor, self.permission)
