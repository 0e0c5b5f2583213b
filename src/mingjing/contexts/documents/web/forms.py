"""Forms of the room: the one that a kind's fields make, and those of acts. What they make is plain data."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mingjing.domain.documents.kinds import PARTS, Field, FieldType, Kind
from mingjing.domain.documents.service import Method
from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import fen_of

BLANK_ROWS: Final = 2
"""Empty rows at the foot of a table, to write on without script."""
_DATE: Final = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_MOMENT: Final = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class LinesField(forms.CharField):
    """Several texts, a line each."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[str]:
        """Split the lines."""
        return [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Join them again."""
        return "\n".join(value) if isinstance(value, list) else value


class PeopleField(LinesField):
    """Persons, a line each: name, number of the credential, position."""

    def clean(self, value: Any) -> list[dict[str, str]]:  # type: ignore[override]
        """Read the persons."""
        return [_person(line) for line in super().clean(value)]

    def prepare_value(self, value: Any) -> Any:
        """Write them again."""
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return "\n".join(_person_line(one) for one in value)
        return value


class MoneyField(forms.CharField):
    """An amount in yuan; the clean value is in fen."""

    def clean(self, value: Any) -> int | None:
        """Read the amount."""
        text = (super().clean(value) or "").strip()
        if not text:
            return None
        try:
            return fen_of(text)
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        """Write it in yuan."""
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value


class TableWidget(forms.Widget):
    """Rows of inputs under the heads of columns; a script adds rows, without it there are some to spare."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        super().__init__()
        self.columns = columns

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Write the table."""
        rows: Sequence[Mapping[str, str]] = [*(value or []), *({} for _ in range(BLANK_ROWS))]
        head = format_html_join("", '<th scope="col">{}</th>', ((label,) for label in self.columns.values()))
        body = format_html_join("", "<tr>{}</tr>", ((self._row(name, row),) for row in rows))
        table = '<div class="table-responsive"><table class="table doc-rows" data-doc-rows><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
        return format_html(table, head, body)

    def _row(self, name: str, row: Mapping[str, str]) -> SafeString:
        return format_html_join(
            "",
            '<td data-label="{}"><input class="form-control" name="{}__{}" value="{}" aria-label="{}"></td>',
            ((label, name, code, row.get(code, ""), label) for code, label in self.columns.items()),
        )

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> list[dict[str, str]]:
        """Collect the rows that are not empty."""
        columns = [data.getlist(f"{name}__{code}") for code in self.columns]
        rows = [dict(zip(self.columns, cells, strict=True)) for cells in zip(*columns, strict=False)]
        return [row for row in rows if any(text.strip() for text in row.values())]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Say whether the table was not on the page."""
        return not any(f"{name}__{code}" in data for code in self.columns)

    def id_for_label(self, id_: str) -> str:
        """A table has no one input that a label could name."""
        return ""


class TableField(forms.Field):
    """A table of texts."""

    def __init__(self, columns: Mapping[str, str], **given: Any) -> None:
        super().__init__(widget=TableWidget(columns), **given)


class DataForm(forms.Form):
    """The form of a kind of document; nothing is asked of a draft, and the page says what is still missing."""

    use_required_attribute = False

    def __init__(self, kind: Kind, given: Mapping[str, Any], data: Any = None) -> None:
        self.kind = kind
        super().__init__(data, initial=_initial(kind, given))
        for one in kind.fields:
            for name, made in _fields(one):
                self.fields[name] = made

    def full_clean(self) -> None:
        """Read the form, and forgive what is empty."""
        super().full_clean()
        for name, errors in list(self.errors.as_data().items()):
            if all(error.code == "required" for error in errors):
                del self.errors[name]
                self.cleaned_data[name] = None

    def data_given(self) -> dict[str, Any]:
        """Return what was filled in, as a document holds it."""
        found: dict[str, Any] = {}
        for one in self.kind.fields:
            if one.type in (FieldType.PARTY, FieldType.PERSON):
                parts = {code: self.cleaned_data.get(f"{one.code}__{code}") or "" for code in PARTS[one.type]}
                found[one.code] = {code: text for code, text in parts.items() if text}
            elif one.type is FieldType.OPINION:
                text = self.cleaned_data.get(one.code)
                found[one.code] = {"text": text} if text else {}
            elif one.type is FieldType.DATE:
                day = self.cleaned_data.get(one.code)
                found[one.code] = day.isoformat() if day else ""
            elif one.type is FieldType.MOMENT:
                found[one.code] = _moment_text(self.cleaned_data.get(one.code))
            else:
                found[one.code] = self.cleaned_data.get(one.code)
        return found


def _moment_text(value: datetime | None) -> str:
    from django.utils.timezone import localtime

    return localtime(value).replace(tzinfo=None).isoformat(timespec="minutes") if value else ""


def _fields(one: Field) -> list[tuple[str, forms.Field]]:
    common: dict[str, Any] = {"label": one.label, "required": one.required, "help_text": one.help}
    match one.type:
        case FieldType.PARTY | FieldType.PERSON:
            return [
                (
                    f"{one.code}__{code}",
                    forms.CharField(
                        label=label,
                        required=one.required and code == "name",
                        max_length=200,
                    ),
                )
                for code, label in PARTS[one.type].items()
                if code != "identity_kind"
            ]
        case FieldType.TEXT:
            return [(one.code, forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), **common))]
        case FieldType.OPINION:
            hint = one.help or "可以留空，由本人在签名时填写。"
            rows = forms.Textarea(attrs={"rows": 2})
            return [(one.code, forms.CharField(widget=rows, **(common | {"required": False, "help_text": hint})))]
        case FieldType.DATE:
            return [(one.code, forms.DateField(widget=_DATE, **common))]
        case FieldType.MOMENT:
            return [(one.code, forms.DateTimeField(widget=_MOMENT, **common))]
        case FieldType.MONEY:
            hint = one.help or "以元为单位，例如 5000、2万元。"
            return [(one.code, MoneyField(**(common | {"help_text": hint})))]
        case FieldType.NUMBER:
            return [(one.code, forms.IntegerField(min_value=0, **common))]
        case FieldType.CHOICE:
            return [(one.code, forms.ChoiceField(choices=[("", "——"), *one.choices.items()], **common))]
        case FieldType.LIST:
            return [(one.code, LinesField(**(common | {"help_text": one.help or "一行一项。"})))]
        case FieldType.PEOPLE:
            hint = one.help + "一行一人：姓名 执法证号 职务，用空格隔开。"
            return [(one.code, PeopleField(**(common | {"help_text": hint})))]
        case FieldType.TABLE:
            return [(one.code, TableField(one.columns, **common))]
        case _:
            return [(one.code, forms.CharField(max_length=300, **common))]


def _initial(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in kind.fields:
        value = given.get(one.code)
        if isinstance(value, dict) and one.type in (FieldType.PARTY, FieldType.PERSON):
            found |= {f"{one.code}__{code}": text for code, text in value.items()}
        elif isinstance(value, dict) and one.type is FieldType.OPINION:
            found[one.code] = value.get("text", "")
        elif value is not None:
            found[one.code] = value
    return found


def _person(line: str) -> dict[str, str]:
    parts = line.replace("，", " ").replace(",", " ").split()
    return dict(zip(("name", "number", "position"), parts, strict=False))


def _person_line(one: Mapping[str, str]) -> str:
    return " ".join(filter(None, (one.get("name", ""), one.get("number", ""), one.get("position", ""))))


class NewDocumentForm(forms.Form):
    """Which document, and who makes it."""

    kind = forms.ChoiceField(label="文书种类")
    unit = forms.ChoiceField(label="制作单位")
    subject = forms.CharField(required=False, widget=forms.HiddenInput)
    step = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: Any, units: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class IssueForm(forms.Form):
    """The day at the foot."""

    dated_on = forms.DateField(label="落款日期", widget=_DATE, help_text="不能晚于今天。文号的年份按编号当天计算。")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class SureForm(forms.Form):
    """Nothing is asked but to be sure."""


class StaffSignForm(forms.Form):
    """A signature with the account's key; an approver writes an opinion."""

    opinion = forms.CharField(label="意见", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, opines: bool, **given: Any) -> None:
        super().__init__(*args, **given)
        if not opines:
            del self.fields["opinion"]


class HandSignForm(forms.Form):
    """A signature by hand, or how it was refused."""

    name = forms.CharField(label="姓名", max_length=64)
    drawing = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-doc-drawing": ""}))
    picture = forms.FileField(
        label="或者上传手写签名的图片", required=False, help_text="透明底的 PNG 图片；屏幕上不能手写时使用。"
    )
    refused = forms.CharField(
        label="拒绝签名的情况", max_length=300, required=False, help_text="拒绝签名的在这里写明，例如“当事人拒绝签名”。"
    )

    def clean_drawing(self) -> bytes:
        """Read what the page drew."""
        text = self.cleaned_data["drawing"] or ""
        head, _, data = text.partition(",")
        if not data:
            return b""
        if head != "data:image/png;base64":
            raise forms.ValidationError("手写签名读不出来，请重新签名。")
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error as error:
            raise forms.ValidationError("手写签名读不出来，请重新签名。") from error

    def drawn(self) -> bytes:
        """Return the drawing, from the page or from a file."""
        given = self.cleaned_data.get("picture")
        return given.read() if given else self.cleaned_data["drawing"]


class SealForm(forms.Form):
    """Which seal."""

    seal = forms.ChoiceField(label="印章")
    reason = forms.CharField(label="用印事由", max_length=200, required=False)

    def __init__(self, *args: Any, seals: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["seal"].choices = seals  # type: ignore[attr-defined]


class ServeForm(forms.Form):
    """How a document was served."""

    method = forms.ChoiceField(label="送达方式", choices=[(one.value, one.label) for one in Method])
    receiver = forms.CharField(label="受送达人", max_length=128)
    sent_at = forms.DateTimeField(label="送出（交付、寄出、发送、公告）时间", widget=_MOMENT)
    received_on = forms.DateField(
        label="收到日期", widget=_DATE, required=False, help_text="直接送达填签收日期；邮寄的收到回执后再登记。"
    )
    taker = forms.CharField(label="收件人", max_length=128, required=False, help_text="由他人代收时填写。")
    relation = forms.CharField(label="代收人与受送达人的关系", max_length=64, required=False)
    address = forms.CharField(label="送达地点（地址）", max_length=200, required=False)
    servers = PeopleField(
        label="送达人", required=False, help_text="一行一人：姓名 执法证号。", widget=forms.Textarea(attrs={"rows": 2})
    )
    refusal = forms.CharField(label="拒收的事由", max_length=300, required=False, help_text="留置送达填写。")
    witnesses = LinesField(
        label="见证人",
        required=False,
        help_text="留置送达填写，一行一人，写明单位。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    tracking = forms.CharField(label="邮件号码", max_length=64, required=False)
    consent = forms.CharField(
        label="送达地址确认书", max_length=128, required=False, help_text="电子送达填写确认书的编码或者日期。"
    )
    reasons = forms.CharField(label="公告送达的原因", max_length=300, required=False)
    proof = forms.FileField(label="送达证明", required=False, help_text="照片、录像、回执、公告页面；不超过 20 MB。")
    remark = forms.CharField(label="备注", max_length=300, required=False)


class ReceiveForm(forms.Form):
    """What the return receipt says."""

    received_on = forms.DateField(label="收到日期", widget=_DATE)
    taker = forms.CharField(label="收件人", max_length=128, required=False)
    proof = forms.FileField(label="回执", required=False)


class TemplateForm(forms.Form):
    """The words of a template."""

    text = forms.CharField(
        label="模板", widget=forms.Textarea(attrs={"rows": 28, "class": "form-control doc-code", "spellcheck": "false"})
    )
    note = forms.CharField(label="修改说明", max_length=300, required=False)


class OwnerForm(forms.Form):
    """Whose template is to be written."""

    owner = forms.ChoiceField(label="用于")

    def __init__(self, *args: Any, owners: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]


class NewSealForm(forms.Form):
    """A seal and its picture."""

    unit = forms.ChoiceField(label="单位")
    code = forms.SlugField(label="编码", max_length=32, help_text="字母、数字和连字符，例如 market-1。")
    name = forms.CharField(label="印章名称", max_length=128)
    begun_on = forms.DateField(label="启用日期", widget=_DATE)
    document = forms.CharField(label="刻制、启用文件", max_length=128, required=False)
    picture = forms.FileField(label="印模", help_text="透明底的 PNG 图片，边长 200 至 2000 像素。")

    def __init__(self, *args: Any, units: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class StopSealForm(ReasonForm):
    """Since when, and why, a seal is out of use."""

    on = forms.DateField(label="停用日期", widget=_DATE)
    field_order = ("on", "reason")


class LetterheadForm(forms.Form):
    """What an agency prints."""

    name = forms.CharField(label="机关全称", max_length=128)
    mark = forms.CharField(label="发文机关代字", max_length=16, help_text="文号的开头，例如“泗市监”。")
    address = forms.CharField(label="地址", max_length=200, required=False)
    phone = forms.CharField(label="电话", max_length=40, required=False)
    reconsideration = forms.CharField(label="复议机关", max_length=128, required=False)
    court = forms.CharField(label="管辖法院", max_length=128, required=False)
    account = forms.CharField(label="罚款缴款账户", max_length=200, required=False)
