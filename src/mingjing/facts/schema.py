"""
The facts standard as data: tables, columns, codes and kinds of event.

This module is the one source for the readers, the template workbook, the checks and ``docs/data-standard.md``. A
header in a file may be the column's English name, its Chinese label or one of its aliases; a code may be written as
the code or as its Chinese label.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mingjing.domain.rules.elements import ELEMENTS
from mingjing.kernel.errors import DomainError


class UnknownTableError(DomainError):
    """There is no such table in the facts standard."""

    code = "facts.unknown_table"


class UnknownColumnError(DomainError):
    """There is no such column in a table of the facts standard."""

    code = "facts.unknown_column"


class ColumnType(StrEnum):
    """What a cell may hold."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    FEN = "fen"
    REF = "ref"
    LIST = "list"
    BOOL = "bool"
    INT = "int"
    NUMBER = "number"
    CODE = "code"


TYPE_LABELS: Final[Mapping[ColumnType, str]] = MappingProxyType(
    {
        ColumnType.TEXT: "文本",
        ColumnType.DATE: "日期（YYYY-MM-DD）",
        ColumnType.MOMENT: "时刻（YYYY-MM-DD HH:MM，北京时间；只写日期即为时刻不详）",
        ColumnType.FEN: "金额（整数，单位：分）",
        ColumnType.REF: "编码引用",
        ColumnType.LIST: "多值，用 | 分隔",
        ColumnType.BOOL: "是/否",
        ColumnType.INT: "整数",
        ColumnType.NUMBER: "数值",
        ColumnType.CODE: "代码",
    }
)

Codes = Mapping[str, str]


class Check(StrEnum):
    """A number with a check digit or a fixed shape, verified after reading; a wrong one is reported and kept."""

    USCC = "uscc"
    JURISDICTION = "jurisdiction"
    DOCUMENT_NO = "document_no"


def _codes(pairs: str) -> Codes:
    """Read ``code label`` pairs separated by ``·`` into an ordered, read-only mapping."""
    entries = (pair.split() for pair in pairs.split("·"))
    return MappingProxyType(dict(entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    One column of a table.

    ``ref`` names the table whose key a ``ref`` or ``list`` value must be found in. ``codes`` maps each code to its
    Chinese label; where ``open_codes`` is set, other values are kept and reported instead of being refused. Where
    ``blank_is_none`` is set, an empty cell says that there is nothing (no withdrawal, no exemption); elsewhere it says
    that nobody knows.
    """

    name: str
    label: str
    type: ColumnType
    ref: str | None = None
    codes: Codes | None = None
    open_codes: bool = False
    required: bool = False
    aliases: tuple[str, ...] = ()
    check: Check | None = None
    blank_is_none: bool = False
    description: str = ""

    @property
    def stored_names(self) -> tuple[str, ...]:
        """Names of the Parquet columns that hold this one: a moment takes two."""
        if self.type is ColumnType.MOMENT:
            return (self.name, f"{self.name}_has_time")
        return (self.name,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: one file or one sheet of this name, or of its Chinese label."""

    name: str
    label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    description: str = ""

    def column(self, name: str) -> Column:
        """
        Return the column of this name.

        :raises UnknownColumnError: when the table has none of that name.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownColumnError(f"“{self.label}”表没有名为 {name} 的列。", table=self.name, column=name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that a row cannot do without."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def stored_names(self) -> tuple[str, ...]:
        """The names of the Parquet columns, in order."""
        return tuple(stored for column in self.columns for stored in column.stored_names)


_BLANK_IS_NONE: Final = frozenset(
    "agencies.parent_id officers.left_on officers.legal_qualification_on officer_roles.from officer_roles.until "
    "credentials.suspended_from credentials.suspended_until credentials.revoked_on items.withdrawn_on "
    "items.single_officer_basis items.summary_cap_basis benchmarks.effective_from benchmarks.effective_until "
    "cases.act_ended_on cases.other_penalties cases.tier_departure cases.disclosure_exempt cases.ended_ground "
    "cases.leniency_reason cases.expires_on events.ended_at events.about_event_id events.outcome events.urgent "
    "events.extends_to events.penalties documents.event_id "
    "media.event_id inspections.cause inspections.exempt_reason inspections.joint_id inspections.case_id "
    "inspections.unscanned_reason inspections.unscanned_reason_at disclosures.withdrawn_at remedies.replied_at".split()
)

T, D, M, F = ColumnType.TEXT, ColumnType.DATE, ColumnType.MOMENT, ColumnType.FEN
L, B, W, N = ColumnType.LIST, ColumnType.BOOL, ColumnType.INT, ColumnType.NUMBER


def _col(
    name: str,
    label: str,
    type_: ColumnType = T,
    description: str = "",
    *,
    required: bool = False,
    aliases: tuple[str, ...] = (),
    check: Check | None = None,
) -> Column:
    return Column(
        name=name, label=label, type=type_, description=description, required=required, aliases=aliases, check=check
    )


def _ref(
    name: str, label: str, table: str | None, description: str = "", *, required: bool = False, many: bool = False
) -> Column:
    return Column(
        name=name,
        label=label,
        type=L if many else ColumnType.REF,
        ref=table,
        description=description,
        required=required,
    )


def _code(
    name: str,
    label: str,
    codes: Codes,
    description: str = "",
    *,
    required: bool = False,
    open_codes: bool = False,
    many: bool = False,
    aliases: tuple[str, ...] = (),
) -> Column:
    return Column(
        name=name,
        label=label,
        type=L if many else ColumnType.CODE,
        codes=codes,
        description=description,
        aliases=aliases,
        required=required,
        open_codes=open_codes,
    )


EVENT_TYPES: Final[Codes] = _codes(
    "lead 线索·filing 立案·inspection 现场检查·inquiry 询问·evidence 调查取证·preservation 先行登记保存·"
    "preservation_disposal 登记保存处理·seizure 查封扣押·seizure_extension 查封扣押延期·seizure_release 解除查封扣押·"
    "testing 检测检验·appraisal 鉴定·investigation_report 调查终结·legal_review 法制审核·prior_notice 事先告知·"
    "statement 陈述申辩·hearing_notice 听证告知·hearing_request 听证申请·hearing_convened 听证通知·hearing 听证·"
    "deliberation 集体讨论·approval 审批·extension 延期·suspension 中止·resumption 恢复·decision 决定·"
    "no_penalty 不予处罚·announcement 公告·service 送达·payment 缴款·instalment_application 延期分期申请·"
    "instalment 延期分期·demand 催告·execution 执行·court_application 申请法院强制执行·referral 移送·withdrawal 撤案·"
    "ending 终结·closing 结案·archiving 归档·application 申请·acceptance 受理·correction_notice 补正告知·"
    "examination 审查·grant 准予·refusal 不予·delivery 送达证件·recusal_application 申请回避·recusal 回避决定·"
    "statement_review 陈述申辩复核·review_submission 送法制审核·review_coordination 审核分歧协调·"
    "jurisdiction_dispute 管辖争议·jurisdiction_settled 确定管辖·jurisdiction_transfer 移送管辖·"
    "supervision_opinion 事前监督意见·supervision_reply 答复监督意见·impact_assessment 经济影响评估·"
    "suspected_crime 发现涉嫌犯罪·police_filed 公安立案·police_declined 公安不予立案·case_returned 司法机关移回·"
    "evidence_handover 移交涉案物品·discipline_clue 发现职务违法线索·discipline_referral 移送纪检监察·"
    "persuasion 说服教育·guidance 劝导示范·admonition 警告告诫·restraint 指导约束·rectification 责令改正·"
    "freezing 冻结·freezing_extension 冻结延期·freezing_release 解除冻结·additional_fine 加处罚款·"
    "substituted_performance 代履行·site_check 实地核查·regulation_handover 移交监管"
)
"""The kinds of event. Another kind is kept and reported."""

PENALTIES: Final[Codes] = _codes(
    "warning 警告·criticism 通报批评·license_suspended 暂扣·license_revoked 吊销·qualification_lowered 降低资质·"
    "business_restricted 限制开展生产经营·business_stopped 停产停业·closed 关闭·occupation_barred 限制从业·"
    "detention 行政拘留"
)
"""The penalties other than fine and confiscation (行政处罚法第九条)."""

MATTER_KINDS: Final[Codes] = _codes(
    "penalty 行政处罚·inspection 行政检查·compulsory_measure 行政强制措施·compulsory_execution 行政强制执行·"
    "license 行政许可·other 其他"
)
PARTY_KINDS: Final[Codes] = _codes(
    "citizen 公民·individual_business 个体工商户·legal_person 法人·other_organization 其他组织"
)
AGENCY_LEVELS: Final[Codes] = _codes("province 省级·city 市级·county 县级·township 乡级")
AGENCY_KINDS: Final[Codes] = _codes("organ 机关·authorized 授权·entrusted 委托")
OFFICER_ROLES: Final[Codes] = _codes(
    "officer 执法人员·auxiliary 辅助人员·legal_reviewer 法制审核人员·supervisor 监督人员"
)
PROCEDURES: Final[Codes] = _codes("summary 简易·ordinary 普通·expedited 快速")
DEPARTURES: Final[Codes] = _codes("lighter 从轻·mitigated 减轻·heavier 从重")
LIMITATION_CLASSES: Final[Codes] = _codes("ordinary 二年·five_year 五年")
CREDIT_CLASSES: Final[Codes] = _codes("minor 轻微·general 一般·serious 严重")
CASE_STATUSES: Final[Codes] = _codes("open 在办·closed 结案·withdrawn 撤案·transferred 移送·ended 终结")
OUTCOMES: Final[Codes] = _codes(
    "approved 同意·rejected 不同意·returned 退回·waived 放弃·withdrawn 撤回·revoked 撤销·refused 拒绝·invalid 无效·"
    "credential_shown 已出示证件·dismissed 驳回"
)
SERVICE_METHODS: Final[Codes] = _codes(
    "in_person 直接送达·left 留置送达·post 邮寄送达·electronic 电子送达·announcement 公告送达"
)
PARTICIPANT_ROLES: Final[Codes] = _codes(
    "handler 承办·reviewer 审核·approver 审批·recorder 记录·chair 主持·voter 表决·server 送达·recused 被申请回避·"
    "assistant 协助"
)
MEDIA_KINDS: Final[Codes] = _codes("photo 照片·audio 录音·video 录像")
INSPECTION_MODES: Final[Codes] = _codes("routine 日常·individual 个案·special 专项")
INSPECTION_SELECTIONS: Final[Codes] = _codes("random 随机抽查·planned 计划检查·triggered 触发检查")
INSPECTION_RESULTS: Final[Codes] = _codes("none 未发现问题·rectify 责令改正·case_opened 立案")
DISCLOSURE_SUBJECTS: Final[Codes] = _codes("case 案件·inspection 检查·license 许可")
REMEDY_KINDS: Final[Codes] = _codes("reconsideration 行政复议·litigation 行政诉讼")
REMEDY_PROCEDURES: Final[Codes] = _codes("ordinary 普通·simple 简易")
REMEDY_OUTCOMES: Final[Codes] = _codes(
    "upheld 维持·revoked 撤销·altered 变更·unlawful 确认违法·void 确认无效·withdrawn 撤回"
)
TRAINING_PROVIDERS: Final[Codes] = _codes("justice_bureau 司法行政·agency 执法机关")
TRAINING_KINDS: Final[Codes] = _codes("public_law 公共法律·professional 业务·skill 技能")
EXAM_KINDS: Final[Codes] = _codes("monthly_draw 每月抽考·qualification 资格考试·contest 竞赛")
REFERRAL_TARGETS: Final[Codes] = _codes(
    "police 公安机关·procuratorate 检察机关·discipline 纪检监察·other_agency 其他行政机关"
)
REFERRAL_REPLIES: Final[Codes] = _codes("accepted 受理·refused 不受理·none 未答复")
RISK_LEVELS: Final[Codes] = _codes("A A级·B B级·C C级·D D级")
DOMAINS: Final[Codes] = _codes(
    "market_regulation 市场监管·urban_management 城市管理·transport 交通运输·ecology 生态环境·agriculture 农业农村·"
    "culture_tourism 文化旅游·emergency 应急管理·health 卫生健康·natural_resources 自然资源·"
    "housing_construction 住房城乡建设·labor_security 劳动保障·public_security 公安·fire 消防·water 水利·"
    "forestry 林业草原·taxation 税务·securities 证券期货·comprehensive 综合执法"
)

SYNONYMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "处罚": "penalty",
        "日常检查": "routine",
        "个案检查": "individual",
        "专项检查": "special",
        "强制措施": "compulsory_measure",
        "强制执行": "compulsory_execution",
        "许可": "license",
        "自然人": "citizen",
        "个人": "citizen",
        "个体户": "individual_business",
        "企业法人": "legal_person",
        "非法人组织": "other_organization",
        "简易程序": "summary",
        "当场处罚": "summary",
        "普通程序": "ordinary",
        "一般程序": "ordinary",
        "一般": "ordinary",
        "快速程序": "expedited",
        "快速办理": "expedited",
        "办理中": "open",
        "已结案": "closed",
        "办结": "closed",
        "行政拘留": "detention",
        "暂扣许可证件": "license_suspended",
        "吊销许可证件": "license_revoked",
        "吊销许可证": "license_revoked",
        "降低资质等级": "qualification_lowered",
        "责令停产停业": "business_stopped",
        "责令关闭": "closed",
        "直接": "in_person",
        "留置": "left",
        "邮寄": "post",
        "电子": "electronic",
        "通过": "approved",
        "批准": "approved",
        "审核通过": "approved",
        "不通过": "rejected",
        "不批准": "rejected",
        "处罚决定": "decision",
        "行政处罚决定": "decision",
        "作出决定": "decision",
        "作出处罚决定": "decision",
        "受案": "filing",
        "立案审批": "filing",
        "查封": "seizure",
        "扣押": "seizure",
        "处罚告知": "prior_notice",
        "处罚事先告知": "prior_notice",
        "行政处罚事先告知": "prior_notice",
        "重大执法决定法制审核": "legal_review",
        "案审会": "deliberation",
        "送达文书": "service",
        "缴纳罚款": "payment",
        "延期审批": "extension",
        "复议": "reconsideration",
        "诉讼": "litigation",
        "公安": "police",
    }
)
"""Other words for codes; one counts only in a column whose codes hold what it stands for."""

_TABLES: Final = (
    Table(
        name="agencies",
        label="执法主体",
        key=("agency_id",),
        columns=(
            _col("agency_id", "主体编码", required=True),
            _col("name", "名称", aliases=("主体名称", "机关名称")),
            _col("uscc", "统一社会信用代码", check=Check.USCC),
            _col("jurisdiction_code", "行政区划代码", check=Check.JURISDICTION, description="GB/T 2260 六位代码"),
            _code("level", "层级", AGENCY_LEVELS),
            _code("kind", "主体性质", AGENCY_KINDS),
            _code("domain", "执法领域", DOMAINS, "决定按领域取值的参数；表外的领域照录", open_codes=True),
            _ref("parent_id", "上级主体", "agencies"),
        ),
    ),
    Table(
        name="officers",
        label="执法人员",
        key=("officer_id",),
        columns=(
            _col("officer_id", "人员编码", required=True),
            _col("name", "姓名"),
            _ref("agency_id", "主体编码", "agencies"),
            _col("joined_on", "入职日期", D),
            _col("left_on", "离岗日期", D),
            _col("legal_qualification_on", "法律职业资格", D, "取得法律职业资格的日期；没有则空"),
        ),
    ),
    Table(
        name="officer_roles",
        label="任职",
        key=("officer_id", "role", "from"),
        columns=(
            _ref("officer_id", "人员编码", "officers", required=True),
            _code("role", "角色", OFFICER_ROLES, required=True),
            _col("from", "任职开始", D, "含当日"),
            _col("until", "任职结束", D, "含当日；至今则空"),
        ),
    ),
    Table(
        name="credentials",
        label="执法证件",
        key=("credential_no",),
        columns=(
            _col("credential_no", "证号", required=True),
            _ref("officer_id", "人员编码", "officers", required=True),
            _col("kind", "证件种类"),
            _col("valid_from", "有效期起", D, "含当日"),
            _col("valid_until", "有效期止", D, "含当日"),
            _col("suspended_from", "暂扣开始", D),
            _col("suspended_until", "暂扣结束", D),
            _col("revoked_on", "吊销日期", D),
        ),
    ),
    Table(
        name="parties",
        label="当事人",
        key=("party_id",),
        columns=(
            _col("party_id", "当事人编码", required=True),
            _code("kind", "当事人类型", PARTY_KINDS),
            _col("name", "名称", aliases=("当事人名称", "姓名")),
            _col("uscc", "统一社会信用代码", check=Check.USCC),
            _col("jurisdiction_code", "行政区划代码", check=Check.JURISDICTION),
            _col("industry_code", "行业代码", description="GB/T 4754"),
            _col("registered_on", "成立日期", D),
            _code("risk_level", "风险等级", RISK_LEVELS),
        ),
    ),
    Table(
        name="items",
        label="执法事项",
        key=("item_id",),
        columns=(
            _col("item_id", "事项编码", required=True),
            _col("name", "名称", aliases=("事项名称",)),
            _code("kind", "事项类型", MATTER_KINDS),
            _ref("agency_id", "主体编码", "agencies"),
            _col("basis", "依据"),
            _col("act_code", "违法行为代码", description="同一违法行为在各机关用同一代码"),
            _col("published_on", "公布日期", D),
            _col("withdrawn_on", "取消日期", D),
            _col("single_officer_basis", "一人执法的法定依据"),
            _col("summary_cap_basis", "简易程序例外依据"),
        ),
    ),
    Table(
        name="benchmarks",
        label="裁量基准",
        key=("item_id", "tier", "effective_from", "fine_min_fen", "fine_max_fen"),
        columns=(
            _ref("item_id", "事项编码", "items", required=True),
            _col("tier", "裁量档次", required=True),
            _col("fine_min_fen", "罚款下限", F),
            _col("fine_max_fen", "罚款上限", F),
            _col("effective_from", "施行日期", D, "含当日"),
            _col("effective_until", "失效日期", D, "最后施行的一日，含当日"),
            _col("reason", "适用情形"),
        ),
    ),
    Table(
        name="cases",
        label="案件",
        key=("case_id",),
        columns=(
            _col("case_id", "案件编码", required=True),
            _col("case_no", "文号", check=Check.DOCUMENT_NO),
            _code("kind", "案件类型", MATTER_KINDS, required=True),
            _code("procedure", "程序", PROCEDURES),
            _ref("agency_id", "主体编码", "agencies"),
            _ref("item_id", "事项编码", "items"),
            _ref("party_id", "当事人编码", "parties"),
            _col("source", "案源"),
            _col("act_on", "违法行为发生日", D),
            _col("act_ended_on", "违法行为终了日", D),
            _col("found_on", "发现日", D),
            _col("fine_fen", "罚款金额", F),
            _col("confiscated_fen", "没收金额", F),
            _code("other_penalties", "其他处罚", PENALTIES, many=True),
            _col("tier", "裁量档次"),
            _code("tier_departure", "偏离档次", DEPARTURES),
            _col("reason", "偏离理由", aliases=("从轻减轻从重理由", "从轻、减轻或者从重的理由")),
            _col("is_major", "重大执法决定", B),
            _col("is_complex", "情节复杂", B),
            _code("limitation_class", "追责时效", LIMITATION_CLASSES),
            _code("credit_class", "失信程度", CREDIT_CLASSES),
            _col("disclosure_exempt", "不予公示理由"),
            _code("status", "案件状态", CASE_STATUSES),
            _col("ended_ground", "终结理由"),
            _col("leniency_matched", "符合宽严清单", B, "事项和情节符合已公布的不罚、免罚、减轻、从轻清单"),
            _col("leniency_reason", "不适用清单理由"),
            _col("non_coercive_first", "柔性执法先行", B, "按当地清单应当先采取说服教育等柔性措施"),
            _col("affects_others", "关系他人重大利益", B, "许可直接关系他人重大利益"),
            _col("hearing_required", "依法应当听证", B, "许可事项依法应当公告并举行听证"),
            _col("expires_on", "原许可有效期止", D, "申请延续的许可的有效期届满日"),
        ),
    ),
    Table(
        name="events",
        label="办案环节",
        key=("event_id",),
        description="没有环节编码的，读入时自动编号。",
        columns=(
            _col("event_id", "环节编码", required=True),
            _ref("case_id", "案件编码", "cases", required=True),
            _code("type", "环节类型", EVENT_TYPES, required=True, open_codes=True, aliases=("环节", "环节名称")),
            _col("at", "时间", M, required=True, aliases=("发生时间",)),
            _col("ended_at", "结束时间", M),
            _ref(
                "about_event_id",
                "针对环节",
                "events",
                "本环节所送达、审批、延长、答复、审核或者终结的本案环节；不是本案的不计",
            ),
            _col("document_no", "文书号"),
            _code("outcome", "结果", OUTCOMES, "空白视为有效", open_codes=True),
            _code("method", "送达方式", SERVICE_METHODS, open_codes=True),
            _col("urgent", "紧急情况", B),
            _col("place", "地点"),
            _col("extends_to", "延长至", D),
            _col("amount_fen", "涉及金额", F, "事先告知：拟罚款；加处罚款：累计数额；缴款：实缴"),
            _code("penalties", "拟作其他处罚", PENALTIES, "事先告知中拟作出的其他处罚", many=True),
        ),
    ),
    Table(
        name="participants",
        label="参与人员",
        key=("event_id", "officer_id", "role"),
        columns=(
            _ref("event_id", "环节编码", "events", required=True),
            _ref("officer_id", "人员编码", "officers", required=True),
            _code("role", "参与角色", PARTICIPANT_ROLES, required=True),
        ),
    ),
    Table(
        name="documents",
        label="文书",
        key=("document_id",),
        columns=(
            _col("document_id", "文书编码", required=True),
            _ref("case_id", "案件编码", "cases"),
            _ref("event_id", "环节编码", "events"),
            _col("kind", "文书种类"),
            _col("number", "文号", aliases=("文书文号",)),
            _col("dated_on", "文书日期", D),
            _col("pages", "页数", W),
            _col("digest", "文件摘要"),
            _code("elements", "写明的内容", ELEMENTS, "文书写明的要素；空白即没有核对过", many=True),
        ),
    ),
    Table(
        name="media",
        label="音像记录",
        key=("media_id",),
        columns=(
            _col("media_id", "音像编码", required=True),
            _ref("case_id", "案件编码", "cases"),
            _ref("event_id", "环节编码", "events"),
            _code("kind", "音像种类", MEDIA_KINDS),
            _col("started_at", "开始时间", M),
            _col("ended_at", "结束时间", M),
            _col("device_no", "设备编号"),
            _col("digest", "文件摘要"),
            _col("retained_until", "保存至", D),
        ),
    ),
    Table(
        name="inspections",
        label="行政检查",
        key=("inspection_id",),
        columns=(
            _col("inspection_id", "检查编码", required=True),
            _ref("agency_id", "主体编码", "agencies"),
            _ref("party_id", "当事人编码", "parties"),
            _ref("item_ids", "检查事项", "items", many=True),
            _code("mode", "检查类别", INSPECTION_MODES),
            _code("selection", "选取方式", INSPECTION_SELECTIONS),
            _col("cause", "触发原因"),
            _col("exempt_reason", "不计频次理由"),
            _col("plan_filed_at", "计划备案时间", M, aliases=("备案", "备案时间")),
            _col("plan_entered_at", "录入联合检查平台时间", M, aliases=("录入联合检查平台",)),
            _col("approved_at", "批准时间", M),
            _col("started_at", "开始时间", M),
            _col("ended_at", "结束时间", M),
            _col("place", "地点"),
            _code("result", "检查结果", INSPECTION_RESULTS),
            _col("joint_id", "联合检查编号"),
            _col("scanned", "扫码", B),
            _col("unscanned_reason", "未扫码原因"),
            _col("unscanned_reason_at", "未扫码说明时间", M),
            _ref("case_id", "案件编码", "cases"),
        ),
    ),
    Table(
        name="inspection_officers",
        label="检查人员",
        key=("inspection_id", "officer_id"),
        columns=(
            _ref("inspection_id", "检查编码", "inspections", required=True),
            _ref("officer_id", "人员编码", "officers", required=True),
        ),
    ),
    Table(
        name="disclosures",
        label="公示",
        key=("subject", "subject_id", "published_at", "channel"),
        columns=(
            _code("subject", "公示对象", DISCLOSURE_SUBJECTS, required=True),
            _ref("subject_id", "对象编码", None, "案件、检查或者许可案件的编码", required=True),
            _col("published_at", "公示时间", M),
            _col("withdrawn_at", "撤回时间", M),
            _col("channel", "载体"),
            _col("digest", "文件摘要"),
        ),
    ),
    Table(
        name="complaints",
        label="投诉举报",
        key=("complaint_id",),
        columns=(
            _col("complaint_id", "投诉编码", required=True),
            _col("channel", "渠道"),
            _col("received_at", "收到时间", M),
            _ref("agency_id", "主体编码", "agencies"),
            _ref("case_id", "案件编码", "cases"),
            _ref("inspection_id", "检查编码", "inspections"),
            _col("category", "类别"),
            _col("accepted_at", "受理时间", M),
            _col("resolved_at", "办结时间", M),
            _col("upheld", "属实", B),
            _col("satisfied", "满意度", W, "1 至 5"),
        ),
    ),
    Table(
        name="remedies",
        label="复议诉讼",
        key=("remedy_id",),
        columns=(
            _col("remedy_id", "复议诉讼编码", required=True),
            _code("kind", "救济类型", REMEDY_KINDS),
            _ref("case_id", "案件编码", "cases"),
            _code("procedure", "审理程序", REMEDY_PROCEDURES),
            _col("filed_at", "提起时间", M),
            _col("received_at", "收到副本时间", M, aliases=("收到副本",)),
            _col("replied_at", "答复时间", M),
            _col("hearing_on", "开庭日", D),
            _col("decided_at", "结案时间", M),
            _code("outcome", "裁判结果", REMEDY_OUTCOMES),
            _col("head_attended", "负责人出庭", B),
            _col("head_is_principal", "正职出庭", B, aliases=("正职",)),
        ),
    ),
    Table(
        name="training",
        label="培训",
        key=("officer_id", "provider", "kind", "held_on", "hours"),
        columns=(
            _ref("officer_id", "人员编码", "officers", required=True),
            _code("provider", "组织单位", TRAINING_PROVIDERS),
            _code("kind", "培训类别", TRAINING_KINDS),
            _col("held_on", "培训日期", D),
            _col("hours", "学时", N),
        ),
    ),
    Table(
        name="exams",
        label="考试",
        key=("exam_id", "officer_id"),
        columns=(
            _col("exam_id", "考试编码", required=True),
            _ref("officer_id", "人员编码", "officers"),
            _col("held_on", "考试日期", D),
            _code("kind", "考试类别", EXAM_KINDS),
            _col("score", "成绩", N),
            _col("passed", "合格", B),
        ),
    ),
    Table(
        name="referrals",
        label="移送",
        key=("referral_id",),
        columns=(
            _col("referral_id", "移送编码", required=True),
            _ref("case_id", "案件编码", "cases"),
            _code("to", "移送对象", REFERRAL_TARGETS),
            _col("report_received_at", "接到报告时间", M, aliases=("接到报告",)),
            _col("decided_at", "决定时间", M),
            _col("approved_at", "批准时间", M),
            _col("transferred_at", "移送时间", M),
            _code("reply", "答复", REFERRAL_REPLIES),
        ),
    ),
)


def _with_blanks(table: Table) -> Table:
    """Mark the columns in which an empty cell says that there is nothing."""
    columns = []
    for column in table.columns:
        if f"{table.name}.{column.name}" in _BLANK_IS_NONE:
            said = "空白" in column.description or "则空" in column.description
            description = column.description if said else "；".join(filter(None, (column.description, "空白即没有")))
            column = replace(column, blank_is_none=True, description=description)
        columns.append(column)
    return replace(table, columns=tuple(columns))


TABLES: Final[Mapping[str, Table]] = MappingProxyType({table.name: _with_blanks(table) for table in _TABLES})
"""All tables by name, in the order of the standard."""


def table_of(name: str) -> Table:
    """
    Return the table of this English name or Chinese label.

    :raises UnknownTableError: when there is none.
    """
    if name in TABLES:
        return TABLES[name]
    for table in TABLES.values():
        if table.label == name:
            return table
    raise UnknownTableError(f"数据标准里没有“{name}”这张表。", table=name)
