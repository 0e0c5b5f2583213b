"""The words that name a field: on a line, in a bracket, at the head of a column."""

import re
from enum import StrEnum
from typing import Final

from mingjing.domain.plans.folding import fold


class Field(StrEnum):
    """What a label or a column holds."""

    NUMBER = "number"
    GROUP = "group"
    TITLE = "title"
    TEXT = "text"
    TARGET = "target"
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    COOPERATING = "cooperating"
    MEMBER = "member"
    SUPERVISING = "supervising"
    PERSON = "person"
    DEADLINE = "deadline"
    STATUS = "status"
    REMARK = "remark"


UNIT_FIELDS: Final = frozenset({Field.LEAD, Field.RESPONSIBLE, Field.COOPERATING, Field.MEMBER, Field.SUPERVISING})

_BODY: Final = r"(?:大队|中队|支队|班组|街道|乡镇|镇街|社区|单位|部门|科室|处室|股室|机构|机关|主体|方|科\(室\)|处\(室\)|单位\(部门\)|部门\(单位\)|单位\(科室\)|科室\(单位\)|部室|司局|站所|局办)"
_PATTERNS: Final = (
    (Field.DEADLINE, r"(?:计划|拟|预计|任务|工作|整改|最终|要求|应|办理|推进|目标)?(?:完成|结束|截止|终止|办结|落实|整改|达标|实施|推进|交账|销号|起止|报送|责任|进度|"
     r"送审|上报|报批|审议|提请审议|出台|检查|抽查|评查|排查|评估|考核|开展|举办|行动|监督|组织|培训|活动|竣工|验收|启用)?(?:的)?"
     r"(?:时限|时间|期限|日期|节点|年限|周期|时段)(?:节点|要求|安排|进度|进程|计划|表)*(?:\(.{1,6}\))?|时序进度|进度安排|进度要求|工作进度|推进计划|进度计划|实施进度|年度安排|完成节点|完成"),
    (Field.PERSON, r"(?:第一|主要|直接|具体|牵头|分管|包保|包联|挂钩|责任|市级|县级|区级|州级|省级|镇级|局|县|市|区|镇|乡|党政|工作|政府|党委|班子)*"
     r"(?:领导|责任人员?|负责人|联系人|联络人|联络员|领导同志|领办人|负责同志|责任领导|经办人|承办人|工作人员)(?:及职务|和联系方式|及电话|姓名|\(签字\))?|联系电话"),
    (Field.LEAD, rf"(?:总|主|第一|[省市县区州]级?|市县|镇级)?(?:牵头|主办|主要责任|主责|主要负责|主要承办|第一责任|主体责任|主管|总牵头)(?:责任|负责|承办|落实)?{_BODY}?"
     rf"(?:\(.{{1,6}}\))?|组长{_BODY}"),
    (Field.MEMBER, rf"(?:主要)?成员{_BODY}"),
    (Field.COOPERATING, rf"(?:主要|[省市县区州]级|市县|镇级)?(?:其他|其它|配合|协办|协同|协助|参与|参加|协作|会办|支持|联办|协调配合|相关|有关|协同配合|共同责任|"
     rf"配合责任|责任配合|参与责任)(?:责任|落实|承办)?{_BODY}|配合|协办|协作|参与"),
    (Field.SUPERVISING, rf"(?:督办|督导|督查|指导|监督|督促|考核|监管|督促指导|督促落实|跟踪督办|验收|评估)(?:责任)?{_BODY}"),
    (Field.RESPONSIBLE, rf"(?:具体|直接|主要|工作|任务|落实|整改|实施|市级|县级|区级|省级|州级|市直|县直|区直|市县|县区|镇级|乡镇|属地)?"
     r"(?:责任|承办|承担|落实|实施|负责|办理|完成|执行|报送|整改|承接|起草|制定|编制|拟订|修订|发起|揭榜|认领|主管|行业主管|具体承办|具体责任|整改责任|落实责任|工作责任|责任落实|检查|排查|整治|治理|审核|评查|抽查|督查落实|"
     r"责任分工|牵头及责任|牵头和责任|涉及|适用|组织实施)"
     rf"{_BODY}(?:及分工|和分工|分工)?(?:\(.{{1,12}}\))?|责任分工|任务分工|职责分工|分工|部门分工|责任主体|责任清单|责任|承办|承担|单位"),
    (Field.NUMBER, r"序号|编号|序|号|项目序号|任务编号|任务序号|项次|No\.?|NO\.?"),
    (Field.TARGET, r"(?:工作|预期|量化|年度|总体|绩效|主要|任务|考核|阶段|阶段性|目标任务|本年度|\d{4}年)*"
     r"(?:目标值|指标值|目标|指标|成效|成果|标准|目标要求|成果形式|完成标准|工作标准|预期成果|工作成效|验收标准|任务目标|成果要求)"),
    (Field.TEXT, r"(?:主要|具体|工作|重点|任务|推进|落实|整改|实施|改革|提升|创新|拟|采取|解决|行动|细化|目标|分解|及|和|的)*"
     r"(?:措施|举措|内容|任务内容|工作要求|具体要求|任务要求|任务描述|工作任务及措施|内容及要求|工作安排|做法|任务分解|细化任务|说明要求|要求|描述)(?:及要求|和要求|要点|清单)?"),
    (Field.TITLE, r"(?:年度|主要|具体|重点|工作|任务|改革|目标|指标|问题|措施|整改|推进|建设|行动|实施|提升|细化|三级|二级|小项|事项|项目|政策|清单|攻坚|督查|督办|议定|分解|"
     r"实事|民生|惠民|为民|办)*(?:任务|事项|工作|项目|名称|任务名称|任务事项|工作事项|任务清单|问题|措施名称|条目|任务项|题目|子任务|小项|实事)(?:名称|清单|分解)?|三级指标|(?:反馈|主要|突出|具体)?问题(?:描述|概述|摘要)"),
    (Field.STATUS, r"(?:完成|进展|落实|工作|目前|当前|整改)*(?:情况|进展|状态|状况|是否完成|完成率|效果)|下一?步(?:工作)?(?:打算|计划|措施|安排|举措)"
     r"|佐证材料|支撑材料|印证材料|第?[一二三四1-4]季度|[上下]半年"),
    (Field.REMARK, r"备注|注|说明|备 注|文件依据|依据|来源|政策依据|任务来源|依据文件"),
    (Field.GROUP, r"(?:任务|工作|目标|提升|评查|检查|监管|执法|整治|监督|一级|重点|指标|项目|所属)*(?:类别|分类|类型|领域|板块|大项|方面|方向|章节|专项|体系|行动)"
     r"|提升目标|一级任务|[一二]级指标|工作类别"),
)  # fmt: skip
_COMPILED: Final = tuple((field, re.compile(pattern)) for field, pattern in _PATTERNS)
_LABEL_LINE: Final = re.compile(r"^\s*[\[(]?\s*(?P<label>[^:;,。、\s\[\]()][^:;,。、\[\]]{0,13}?)\s*[\])]?\s*:\s*")

# A label in front of its value, wherever it stands.
_INLINE: Final = (
    r"(?:总?牵头|主办|主责|组长|主要责任|其[他它](?:责任|配合)|第一责任|责任|成员|配合|协办|协作|会办|联办|支持|主管|主要承办|协同|协助|参与|参加|承办|起草|编制|发起|揭榜|认领|行业主管|落实|实施|负责|办理|承担|执行|督办|督导|指导|监督|"
    r"整改责任|具体责任|牵头责任|主要负责|相关|责任落实|具体承办|整改|组织实施|共同责任|协同配合|主体责任|牵头负责)"
)
INLINE_LABEL: Final = re.compile(
    rf"(?P<label>(?:[省市县区州镇]级|市县|县区|乡镇|属地)?{_INLINE}\s*(?:单\s*位|部\s*门|科\s*室|处\s*室|股\s*室|主\s*体|机\s*关|机\s*构|中\s*队|大\s*队|方|司\s*局)(?:\s*\([^()]{{1,8}}\))?(?:及分工)?"
    r"|(?:第一|主要|直接|具体|牵头|分管|包保|责任|市级|县级|区级)?(?:责任领导|责任人员?|牵头领导|分管领导|包保领导|负责人|联系人|市领导|县领导|区领导|牵头人|挂钩领导)"
    r"|(?:计划|预计|任务|工作|整改|办理|推进)?(?:完\s*成|办\s*结|落\s*实|整\s*改|实\s*施|推\s*进)?\s*(?:时\s*限|期\s*限|时\s*间\s*节\s*点|时\s*间\s*要\s*求|时\s*间\s*安\s*排|时\s*限\s*要\s*求|时\s*间\s*进\s*度)(?:要求)?"
    r"|(?:完\s*成|办\s*结|实\s*施|推\s*进|整\s*改|工\s*作|落\s*实|送审|上报|报送|报批|审议|出台|检查|抽查|评查|评估)\s*(?:时\s*间|时\s*限|日\s*期|节\s*点)"
    r"|进度安排|工作进度|进度要求|起止\s*(?:时间|日期)|(?:计划|预计)?(?:起止|结束|截止)(?:时间|日期)|时限节点|(?:启动|开工|开始|起始)(?:时间|日期)|时间"
    r"|(?:责任|任务|职责|部门)分工|牵\s*头|配\s*合|协\s*办|承\s*办|主\s*办|协\s*作|参\s*与|督\s*办|责\s*任|完\s*成)\s*(?::|(?<=单位|部门|科室|处室|机关|主体)(?:为|是)(?=[一-鿿])(?!(?:总|主要)?(?:牵头|主办|主责|责任|配合|协办))|(?<=时限|时间|期限)(?:为|是)(?=[\d一二今本每长持年]))\s*"
)


def field_of(label: str) -> Field | None:
    """Say what a label names, or None."""
    words = re.sub(r"\s+", "", fold(label)).strip("*:.")
    if not words or len(words) > 16:
        return None
    for field, pattern in _COMPILED:
        if pattern.fullmatch(words):
            return field
    return None


def column_field(label: str) -> Field | None:
    """Say what the head of a column names; a column may name two things (责任单位及责任人)."""
    words = re.sub(r"\s+", "", fold(label))
    found = field_of(words)
    if found is None and words in ("部门", "科室", "处室", "股室", "站所"):
        return Field.RESPONSIBLE
    bare = re.sub(r"\([^()]*\)", "", words)
    if found is not None or not words or len(bare) > 24:
        return found
    if re.fullmatch(r"[一-鿿]{2,6}(?:牵头|主办)(?:单位|部门|科室|处室|机关)", words):
        return Field.LEAD
    if bare != words and (found := field_of(bare)) is not None:
        return found
    parts = [found for part in re.split(r"[及和与/、]", words) if (found := field_of(part)) is not None]
    if Field.DEADLINE in parts and UNIT_FIELDS.isdisjoint(parts) and parts[0] in (Field.TARGET, Field.STATUS):
        # 成果形式及时间要求
        return Field.DEADLINE
    return parts[0] if parts else _by_ending(words)


def _by_ending(words: str) -> Field | None:
    """``创建任务``, ``攻坚举措``: of a short head the last word says what it holds."""
    found = re.fullmatch(
        r"(?P<unit>(?!用人|施工|建设|监理|设计|填报|填表|报送|所在|工作|原|被|申报|参建|联系|使用|发文|印发|受检|检测)[一-鿿]{2,4}(?:单位|部门|科室|处室))"
        r"|[一-鿿]{1,6}(?P<target>(?<!评价)(?<!级)目标|(?<!评价)(?<!级)指标|(?<!评分)(?<!考核)标准)"
        r"|[一-鿿]{1,8}(?:(?P<title>任务|事项|项目|问题|重点|(?<!单位|部门|机构|企业|主体)名称)|(?P<text>内容|措施|举措|要点))",
        words,
    )
    if found is None:
        return None
    if found["unit"]:
        return Field.COOPERATING if re.match(r"支撑|支持|协|配|联|参", words) else Field.RESPONSIBLE
    if found["target"]:
        return Field.TARGET
    return Field.TITLE if found["title"] else Field.TEXT


def label_line(line: str) -> tuple[Field, str] | None:
    """Split a line that begins with a label into its field and its value."""
    found = _LABEL_LINE.match(fold(line))
    if not found:
        return None
    field = field_of(found["label"])
    return None if field is None else (field, line[found.end() :].strip())
