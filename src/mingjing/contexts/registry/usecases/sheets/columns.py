"""The columns of each register's sheet, in the form of the facts standard, so that its readers read them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from mingjing.contexts.accounts.models import UnitKind
from mingjing.domain.registry.credentials import (
    CATEGORY_LABELS,
    EMPLOYMENT_LABELS,
    STATUS_LABELS,
)
from mingjing.domain.registry.devices import KIND_LABELS as DEVICE_LABELS
from mingjing.domain.registry.supervisors import KIND_LABELS as SOCIAL_LABELS
from mingjing.facts.schema import PARTY_KINDS, RISK_LEVELS, Codes, Column, ColumnType, Table

T, D, B, C = ColumnType.TEXT, ColumnType.DATE, ColumnType.BOOL, ColumnType.CODE


def _codes(labels: Mapping[Any, str]) -> Codes:
    return MappingProxyType({str(code): label for code, label in labels.items()})


def _col(
    name: str,
    label: str,
    type_: ColumnType = T,
    *,
    required: bool = False,
    codes: Codes | None = None,
    aliases: Sequence[str] = (),
    description: str = "",
) -> Column:
    return Column(
        name=name,
        label=label,
        type=type_,
        required=required,
        codes=codes,
        aliases=tuple(aliases),
        description=description,
    )


SHEETS: Final[Mapping[str, Table]] = MappingProxyType(
    {
        "units": Table(
            name="units",
            label="单位",
            key=("code",),
            columns=(
                _col("code", "单位代码", required=True, description="如统一社会信用代码"),
                _col("name", "单位名称", required=True),
                _col("short_name", "简称"),
                _col("kind", "类别", C, required=True, codes=_codes(dict(UnitKind.choices))),
                _col("place", "行政区划代码", required=True),
                _col("parent", "上级单位代码", description="可以是本表上面的行"),
                _col("valid_from", "设立日期", D),
                _col("document", "文件依据"),
            ),
        ),
        "users": Table(
            name="users",
            label="账号",
            key=("username",),
            columns=(
                _col("username", "登录名", required=True),
                _col("name", "姓名", required=True),
                _col("unit", "所属单位代码", required=True, aliases=("单位代码",)),
                _col("code", "用户代码", description="不填则与登录名相同"),
                _col("mobile", "手机", aliases=("手机号",)),
                _col("email", "邮箱"),
                _col("provider_subject", "统一身份认证标识"),
            ),
        ),
        "agencies": Table(
            name="agencies",
            label="执法主体",
            key=("code",),
            columns=(
                _col("unit", "单位代码", required=True, description="平台单位代码"),
                _col("code", "主体编码", required=True),
                _col("name", "主体名称", required=True, aliases=("名称", "机关名称")),
                _col(
                    "kind",
                    "主体性质",
                    C,
                    required=True,
                    codes=_codes(
                        {
                            "organ": "法定行政机关",
                            "authorized": "法律法规授权组织",
                            "entrusted": "受委托组织",
                            "town": "赋权镇街",
                            "squad": "局队合一执法队伍",
                        }
                    ),
                ),
                _col("field", "执法领域", required=True, description="领域代码，如 market_regulation"),
                _col("uscc", "统一社会信用代码"),
                _col("legal_basis", "法定依据"),
                _col("head", "主要负责人"),
                _col("phone", "公开电话"),
                _col("address", "地址"),
                _col("review_section", "法制审核机构"),
                _col("law_section", "依法行政工作机构"),
            ),
        ),
        "officers": Table(
            name="officers",
            label="执法人员",
            key=("code",),
            columns=(
                _col("unit", "单位代码", required=True, aliases=("所属单位代码",)),
                _col("code", "人员编码", required=True),
                _col("name", "姓名", required=True),
                _col("category", "人员类别", C, required=True, codes=_codes(dict(CATEGORY_LABELS))),
                _col("employment", "用工性质", C, required=True, codes=_codes(dict(EMPLOYMENT_LABELS))),
                _col("identity_number", "身份号码", aliases=("身份证号", "公民身份号码")),
                _col("gender", "性别", C, codes=_codes({"male": "男", "female": "女"})),
                _col("position", "职务"),
                _col("rank", "职级"),
                _col("mobile", "手机", aliases=("手机号", "联系电话")),
                _col("is_front_line", "一线执法", B),
                _col("joined_on", "到岗日期", D, aliases=("入职日期",)),
                _col("exam_passed_on", "资格考试合格日期", D),
                _col("legal_qualification_no", "法律职业资格证号"),
                _col("legal_qualification_on", "法律职业资格取得日期", D),
            ),
        ),
        "credentials": Table(
            name="credentials",
            label="执法证件",
            key=("number",),
            columns=(
                _col("officer", "人员编码", required=True),
                _col("number", "证件编号", required=True, aliases=("证号", "执法证号")),
                _col("category", "执法类别", required=True),
                _col("area", "执法区域", required=True),
                _col("kind", "证件种类"),
                _col("issuer", "发证机关"),
                _col("issued_on", "发证日期", D),
                _col("valid_from", "有效期起", D, required=True),
                _col("valid_until", "有效期止", D, required=True),
                _col("verified_on", "最近审验日期", D),
                _col("status", "状态", C, codes=_codes(dict(STATUS_LABELS))),
                _col("suspended_from", "暂扣起始日", D),
                _col("suspended_until", "暂扣截止日", D),
                _col("ended_on", "失效日期", D),
            ),
        ),
        "devices": Table(
            name="devices",
            label="执法装备",
            key=("number",),
            columns=(
                _col("unit", "单位代码", required=True),
                _col("number", "设备编号", required=True),
                _col("kind", "设备类型", C, required=True, codes=_codes(dict(DEVICE_LABELS))),
                _col("model", "型号", required=True),
                _col("serial", "出厂序列号", required=True, aliases=("序列号",)),
                _col("acquired_on", "购置日期", D, required=True),
            ),
        ),
        "parties": Table(
            name="parties",
            label="当事人",
            key=("code",),
            columns=(
                _col("code", "当事人编码", required=True),
                _col("place", "行政区划代码", required=True),
                _col("kind", "类别", C, required=True, codes=PARTY_KINDS, aliases=("当事人类型",)),
                _col("name", "名称", required=True, aliases=("当事人名称", "姓名", "企业名称")),
                _col("uscc", "统一社会信用代码"),
                _col("identity_number", "身份号码", aliases=("身份证号", "公民身份号码")),
                _col("industry", "行业代码"),
                _col("registered_on", "成立日期", D),
                _col("legal_person", "法定代表人", aliases=("法定代表人（负责人）",)),
                _col("address", "住所"),
                _col("mobile", "联系电话"),
                _col("risk", "风险等级", C, codes=RISK_LEVELS),
                _col("contact_point", "企业联系点"),
            ),
        ),
        "supervisors": Table(
            name="supervisors",
            label="社会监督人员",
            key=("code",),
            columns=(
                _col("unit", "聘任单位代码", required=True, aliases=("单位代码",)),
                _col("code", "编号", required=True),
                _col("name", "姓名", required=True),
                _col("kind", "角色", C, required=True, codes=_codes(dict(SOCIAL_LABELS))),
                _col("employer", "工作单位"),
                _col("fields", "监督领域"),
                _col("mobile", "手机"),
                _col("certificate_no", "证件编号"),
                _col("letter_no", "聘书编号"),
                _col("term_from", "任期起", D, required=True),
                _col("term_until", "任期止", D, required=True),
            ),
        ),
    }
)
"""The registers that are imported, exported and compared as sheets."""
