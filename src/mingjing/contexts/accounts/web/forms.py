"""The forms of this room. What is allowed is decided by the use cases; a form only reads."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from mingjing.contexts.accounts.models import Grant, Unit, UnitKind, User
from mingjing.contexts.accounts.permissions import permission, roles
from mingjing.contexts.accounts.policy import policy


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _reason(example: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label="事由", max_length=256, required=required, help_text=f"会写进日志，例如“{example}”。")


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label="登录名",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label="密码",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OneTimeForm(forms.Form):
    """The one-time password of the app, or a recovery code."""

    code = forms.CharField(
        label="动态口令",
        max_length=32,
        help_text="打开手机上的身份验证应用，输入现在显示的 6 位数字。手机不在身边时，可以输入一个恢复码。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )


class ConfirmForm(forms.Form):
    """Who it is, once more."""

    password = forms.CharField(
        label="密码",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, by_app: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_app:
            self.fields["password"] = OneTimeForm.base_fields["code"]


class PasswordForm(forms.Form):
    """One's own password, changed."""

    present = forms.CharField(
        label="现在的密码",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="新密码",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新密码",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """See that both are the same."""
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", "两次输入的新密码不一样。")
        return given


class TokenForm(forms.Form):
    """A token: for what, with which of one's permissions, for how long."""

    name = forms.CharField(label="用途", max_length=64, help_text="写给以后的自己看，例如“与信用平台每日对接”。")
    permissions = forms.MultipleChoiceField(
        label="带哪些权限", widget=forms.CheckboxSelectMultiple, help_text="只选对接真正需要的，令牌泄露时损失才小。"
    )
    days = forms.IntegerField(label="有效天数", min_value=1, initial=90)

    def __init__(self, *args: Any, held: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = [(code, permission(code).label) for code in held]  # type: ignore[attr-defined]
        self.fields["days"].help_text = f"最长 {policy().token_days} 天，到期自动失效。"


class DelegationForm(forms.Form):
    """A role lent while absent."""

    grant = forms.TypedChoiceField(label="委托哪个角色", coerce=int)
    to = forms.ChoiceField(label="委托给谁", help_text="只能委托给本单位或者下级单位的人。")
    valid_from = _day("从哪天起")
    valid_to = _day("到哪天止（当天不含）", help_text="到期自动收回，也可以随时提前收回。")
    reason = _reason("10 月 8 日至 15 日外出培训")

    def __init__(self, *args: Any, grants: Sequence[Grant], people: Sequence[User], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grant"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{roles()[one.role].name}（{one.unit.name}）") for one in grants
        ]
        self.fields["to"].choices = [("", "请选择"), *((one.code, f"{one.name}（{one.unit}）") for one in people)]  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = today
        self.fields["valid_to"].initial = today + timedelta(days=7)


class UnitForm(forms.Form):
    """A unit as it is called."""

    name = forms.CharField(label="单位名称", max_length=128)
    short_name = forms.CharField(label="简称", max_length=64, required=False)
    kind = forms.ChoiceField(label="类别", choices=UnitKind)
    place = forms.CharField(
        label="行政区划代码", max_length=12, help_text="县区 6 位，镇街 9 位。角色的管辖范围按它计算，请核对。"
    )
    document = forms.CharField(label="文件依据", max_length=128, required=False, help_text="例如“泗编〔2026〕3 号”。")
    reason = _reason("机构改革", required=False)


class NewUnitForm(UnitForm):
    """A unit that is entered."""

    code = forms.CharField(
        label="单位代码",
        max_length=32,
        help_text="以后不能改。建议用统一社会信用代码；没有的，用字母、数字、点和横线。",
    )
    parent = forms.ChoiceField(label="上级单位", required=False)
    valid_from = _day("设立日期", required=False)
    field_order = ("code", "parent", "name", "short_name", "kind", "place", "valid_from", "document", "reason")

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", "没有上级（最上一级）"), *_tree(units)]  # type: ignore[attr-defined]


class MoveUnitForm(forms.Form):
    """A unit put under another."""

    parent = forms.ChoiceField(label="新的上级单位", required=False)
    document = forms.CharField(label="文件依据", max_length=128, required=False)
    reason = _reason("局队合一改革")

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", "没有上级（最上一级）"), *_tree(units)]  # type: ignore[attr-defined]


class CloseUnitForm(forms.Form):
    """A unit abolished."""

    on = _day("从哪天起撤销")
    document = forms.CharField(label="文件依据", max_length=128, required=False)
    reason = _reason("机构改革，职能并入市场监督管理局")


class UserForm(forms.Form):
    """What is known of somebody."""

    name = forms.CharField(label="姓名", max_length=64)
    unit = forms.ChoiceField(label="所属单位")
    mobile = forms.CharField(label="手机", max_length=11, required=False)
    email = forms.EmailField(label="邮箱", required=False)
    provider_subject = forms.CharField(
        label="统一身份认证标识",
        max_length=255,
        required=False,
        help_text="接入政务云统一身份认证时，对方系统里这个人的标识（sub）。没有接入的不填。",
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "请选择"), *_tree(units)]  # type: ignore[attr-defined]


class NewUserForm(UserForm):
    """An account that is made."""

    username = forms.CharField(
        label="登录名", max_length=64, help_text="以后不能改。小写字母、数字、点、横线，例如 zhang.wei。"
    )
    code = forms.CharField(
        label="用户代码", max_length=64, required=False, help_text="写进日志的稳定代码，不填则与登录名相同。"
    )
    field_order = ("username", "code", "name", "unit", "mobile", "email", "provider_subject")


class ReasonForm(forms.Form):
    """The reason of an act."""

    reason = _reason("本人当面申请")


class GrantForm(forms.Form):
    """A role granted."""

    user = forms.CharField(label="用户代码", max_length=64, help_text="在“账号”列表里可以查到，例如 zhang.wei。")
    role = forms.ChoiceField(label="角色")
    unit = forms.ChoiceField(label="在哪个单位", help_text="角色的管辖范围从这个单位和它的区划算起。")
    valid_from = _day("从哪天起")
    valid_to = _day("到哪天止（当天不含）", required=False, help_text="长期任职的不填。")
    reason = _reason("泗编〔2026〕3 号任命")

    def __init__(self, *args: Any, units: Sequence[Unit], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in roles().values():
            groups.setdefault(one.group, []).append((one.code, one.name))
        self.fields["role"].choices = [("", "请选择"), *groups.items()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", "请选择"), *_tree(units)]  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = today


class EndGrantForm(forms.Form):
    """A role withdrawn."""

    on = _day("从哪天起不再担任", required=False, help_text="不填为今天，立即生效。")
    reason = _reason("调离")


def _tree(units: Sequence[Unit]) -> list[tuple[str, str]]:
    """Show units with their depth, which a list of choices cannot."""
    return [(one.code, "　" * (one.path.count("/") - 1) + one.name) for one in units]
