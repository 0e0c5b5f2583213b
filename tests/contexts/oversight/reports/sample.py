"""
A made-up result folder that reads like a real county's: for tests of the reports and for looking at them.

Run as a script to write one: ``python sample.py FOLDER [FINDINGS] [CASES]``. It does not use the engine; figures are
drawn with a fixed seed, so that the same arguments give the same files.
"""

import json
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

AS_OF = date(2026, 6, 30)
BASES = {
    "CF 17": ("《行政处罚法》第十七条", "行政处罚由具有处罚权的机关在法定职权范围内实施。"),
    "CF 29": ("《行政处罚法》第二十九条", "同一个违法行为不能罚两次款；触犯多部法的，按罚款高的一部罚。"),
    "CF 34": ("《行政处罚法》第三十四条", "机关可以制定裁量基准，基准要向社会公布，处罚幅度应与基准相符。"),
    "CF 36": (
        "《行政处罚法》第三十六条",
        "违法行为两年内没有被发现的不再处罚，涉及生命健康安全、金融安全且有危害后果的为五年。",
    ),
    "CF 42": ("《行政处罚法》第四十二条", "执法应由持有执法证件的人员进行，除法律另有规定外不得少于两人。"),
    "CF 44": ("《行政处罚法》第四十四条", "作出决定前，要把拟罚内容、事实、理由、依据以及当事人的权利告诉当事人。"),
    "CF 45": ("《行政处罚法》第四十五条", "当事人有权陈述和申辩，机关必须听取并复核，不得因申辩加重处罚。"),
    "CF 48": (
        "《行政处罚法》第四十八条",
        "有一定社会影响的处罚决定应当公开；决定变更、撤销、确认违法或无效的，三日内撤回公开信息。",
    ),
    "CF 51": (
        "《行政处罚法》第五十一条",
        "事实清楚且处罚轻微的，可以当场决定：公民二百元以下、单位三千元以下罚款或者警告。",
    ),
    "CF 55": ("《行政处罚法》第五十五条", "调查检查时应主动向当事人出示执法证件。"),
    "CF 56": ("《行政处罚法》第五十六条", "证据可能灭失时可以先行登记保存，并在七日内作出处理。"),
    "CF 57": ("《行政处罚法》第五十七条", "情节复杂或者重大违法行为的处罚，由机关负责人集体讨论决定。"),
    "CF 58": ("《行政处罚法》第五十八条", "重大处罚决定在作出前必须经过法制审核，未审核或审核不通过的不得作出。"),
    "CF 60": ("《行政处罚法》第六十条", "一般应自立案之日起九十日内作出处罚决定，另有规定的从其规定。"),
    "CF 61": ("《行政处罚法》第六十一条", "决定书宣告后当场交付；当事人不在场的，七日内送达。"),
    "CF 63": ("《行政处罚法》第六十三条", "拟作较大数额罚款、没收、吊销许可证、责令停产停业等决定前，应告知听证权。"),
    "CF 64": ("《行政处罚法》第六十四条", "当事人五日内可要求听证；听证七日前通知；主持人不能是本案调查人员。"),
    "CF 66": ("《行政处罚法》第六十六条", "当事人确有经济困难，经申请和批准，可以延期或者分期缴纳罚款。"),
    "QZ 18": ("《行政强制法》第十八条", "实施强制措施须先经批准，由两名以上执法人员实施、出示证件并制作现场笔录。"),
    "QZ 25": (
        "《行政强制法》第二十五条",
        "查封扣押不超过三十日，情况复杂经批准可延长不超过三十日，检测鉴定期间不计入。",
    ),
    "QZ 54": ("《行政强制法》第五十四条", "申请法院强制执行前应当催告，催告书送达十日后仍不履行的方可申请。"),
    "XK 32": ("《行政许可法》第三十二条", "申请材料不齐的，当场或者五日内一次告知补正；逾期不告知，收到之日即为受理。"),
    "XK 40": ("《行政许可法》第四十条", "准予许可的决定应当公开，公众有权查阅。"),
    "XK 42": ("《行政许可法》第四十二条", "一般自受理之日起二十日内决定，经批准可延长十日。"),
    "XK 44": ("《行政许可法》第四十四条", "准予许可的，十日内颁发、送达证件。"),
    "FY 48": ("《行政复议法》第四十八条", "被申请人自收到申请书副本之日起十日内提出书面答复和证据。"),
    "SU 67": ("《行政诉讼法》第六十七条", "被告自收到起诉状副本之日起十五日内提交证据和答辩状。"),
    "YS 5": (
        "《行政执法机关移送涉嫌犯罪案件的规定》第五条",
        "负责人三日内决定是否移送，决定移送的二十四小时内移交公安机关。",
    ),
    "54": ("国办发〔2024〕54号", "严格控制涉企检查频次，检查前备案、亮证、扫码，能合并的合并。"),
    "CR": ("《信用修复管理办法》", "失信信息按轻微、一般、严重设定最长公示期，到期停止公示。"),
    "LC-16": ("《历城区实施方案》", "检查计划须提前备案。"),
    "RZ-18": ("《日照市实施方案》", "建立类案比对，纠正畸轻畸重。"),
    "RZ-32": ("《日照市实施方案》", "重点环节全程音像记录。"),
    "RZ-37": ("《日照市实施方案》", "法制审核人员原则上不少于执法人员的百分之五。"),
    "RZ-47": ("《日照市实施方案》", "联合检查计划提前七天录入平台。"),
    "SS-28": ("《泗水县实施方案》", "其他执法决定二十个工作日内公开。"),
    "SS-31": ("《泗水县实施方案》", "音像记录至少保存两年。"),
    "SS-55": ("《泗水县实施方案》", "行政机关负责人应当出庭应诉。"),
    "LC-05": ("《历城区实施方案》", "执法人员每年培训不少于六十学时。"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRule:
    """One rule as it stands in ``rules.json``, with a pattern for what its findings say."""

    id: str
    kind: str
    subject: str
    severity: str
    title: str
    statement: str
    refs: tuple[str, ...]
    expected: str
    observed: str
    weight: int = 10


def _rule(line: str) -> SampleRule:
    ident, kind, subject, severity, title, statement, refs, expected, observed, weight = line.split("|")
    return SampleRule(
        id=ident,
        kind=kind,
        subject=subject,
        severity={"f": "fatal", "s": "serious", "n": "notice"}[severity],
        title=title,
        statement=statement,
        refs=tuple(refs.split(",")),
        expected=expected,
        observed=observed,
        weight=int(weight),
    )


RULES = [
    _rule(line)
    for line in """
penalty.decision.in-time|deadline|case|s|处罚决定超过办案期限|立案之日起九十日内作出处罚决定或者不予处罚决定|CF 60|{due} 前作出决定（立案之日起九十日）|{late} 作出决定，超期 {n} 日|60
penalty.service.in-time|deadline|case|s|决定书送达超期|决定作出后七个工作日内送达当事人|CF 61|{due} 前送达（七个工作日）|{late} 送达，超期 {n} 日|42
penalty.disclosure.in-time|deadline|case|s|处罚决定公示超期|决定作出后七个工作日内公示，依法不予公示的除外|CF 48|{due} 前公示（七个工作日）|{late} 首次公示，超期 {n} 日|90
penalty.disclosure.withdrawn-when-void|deadline|case|s|决定被撤销后未及时撤回公示|决定被变更、撤销、确认违法或者无效后三个工作日内撤回公示|CF 48|{due} 前撤回公示|至今仍在公示，超期 {n} 日|2
disclosure.withdrawn-in-time|deadline|case|s|超过最长公示期仍在公示|按失信程度不超过三个月、一年、三年|CR|{due} 前停止公示（一般失信，一年）|至今仍在公示，超期 {n} 日|25
other.disclosure.in-time|deadline|case|s|其他执法决定公示超期|其他执法决定二十个工作日内公示|SS-28|{due} 前公示|{late} 公示，超期 {n} 日|8
license.disclosure.in-time|deadline|case|s|许可决定公示超期|准予许可后七个工作日内公示|XK 40|{due} 前公示|{late} 公示，超期 {n} 日|20
penalty.prior-notice.before-decision|order|case|f|未事先告知就作出处罚决定|普通程序中，告知当事人在前，决定在后|CF 44|先送达行政处罚事先告知书，再作出决定|{late} 作出决定，此前没有事先告知的记录|9
penalty.statement.window|gap|case|n|没有留足陈述申辩时间|事先告知送达后满五个工作日再作决定，当事人已陈述或者放弃的除外|CF 44,CF 45|{due} 之后作出决定|{late} 即作出决定，当事人没有陈述也没有放弃|18
penalty.hearing-notice.when-large|required|case|f|应当告知听证权而没有告知|罚款、没收达到较大数额或者吊销、停产停业等，决定前告知听证权|CF 63|决定前送达听证告知书（罚款达到两万元）|罚款 {yuan} 元，没有听证告知的记录|7
penalty.hearing-request.window|gap|case|s|听证申请期未满就作出决定|听证告知送达后满五个工作日再作决定|CF 64|{due} 之后作出决定|{late} 即作出决定|6
penalty.hearing.notice-ahead|gap|case|s|听证通知提前不足七日|听证举行的七个工作日前通知当事人|CF 64|听证不早于 {due}|{late} 举行听证|3
penalty.hearing.held-when-requested|required|case|f|当事人要求听证而没有听证|当事人在期限内要求听证的，应当组织听证|CF 63,CF 64|作出决定前举行听证|当事人申请听证后没有举行听证的记录|2
penalty.hearing.chair-not-handler|separation|case|f|听证主持人是本案调查人员|听证由非本案调查人员主持|CF 64|主持人不是本案承办人员|{officer} 既是承办人又是听证主持人|1
penalty.legal-review.before-decision|required|case|f|重大处罚决定未经法制审核|重大处罚决定作出之前，调查终结之后，应当经过法制审核|CF 58|决定前有法制审核|{late} 作出决定，此前没有法制审核记录|14
penalty.legal-review.approved|required|case|f|法制审核未通过就作出决定|最近一次法制审核的结论为同意|CF 58|法制审核结论为同意|最近一次法制审核的结论为退回|3
penalty.legal-review.again-after-new-evidence|order|case|s|审核后又补充证据而没有再审核|法制审核之后新增证据的，应当再次审核|CF 58|补充证据之后再次法制审核|审核后 {late} 又补充取证，没有再次审核|5
penalty.legal-reviewer.not-handler|separation|case|s|法制审核人员是本案承办人|审核人员不承办本案|CF 58|审核人员与承办人员分开|{officer} 既承办又审核|4
penalty.legal-reviewer.qualified|qualified|case|s|法制审核人员资格不符|审核人员当日为法制审核人员，初次从事的取得法律职业资格|CF 58|审核人员具备资格|{officer} 当日没有法制审核人员任职记录|6
penalty.deliberation.when-major|required|case|f|重大案件未经集体讨论|情节复杂或者重大的处罚由负责人集体讨论决定|CF 57|决定前有集体讨论|没有集体讨论记录|8
penalty.deliberation.after-hearing|order|case|s|听证或者申辩后没有再讨论|集体讨论应当在听证、申辩之后|CF 57|听证之后集体讨论|最近一次集体讨论早于 {late} 的听证|2
penalty.deliberation.handler-not-voter|separation|case|n|承办人参加集体讨论表决|承办人不参加表决|CF 57|表决人员不是承办人|{officer} 既承办又表决|4
penalty.approver.not-handler|separation|case|n|批准人是本案承办人|批准人不承办本案|CF 57|批准人不是承办人|{officer} 既承办又批准|5
penalty.officers.two|quorum|case|f|执法人员少于两人|现场检查、询问、取证、登记保存不少于两名执法人员|CF 42|不少于两名执法人员|{day} 询问只有一名执法人员|16
penalty.officers.credential|qualified|case|f|执法人员证件过期或者无效|在场执法人员持有当日有效的执法证件|CF 42|两名以上持有效证件|{officer} 的执法证件已于 {due} 到期|22
penalty.officers.showed-credential|required|case|s|没有出示执法证件的记录|现场检查有出示证件的文书、音像或者标记|CF 55|有出示证件的记录|{day} 现场检查没有出示证件的记录|30
penalty.officers.same-agency|qualified|case|s|承办人不属于本机关|承办人属于本机关或者联合行动|CF 17,CF 42|承办人属于办案机关|{officer} 不属于办案机关|3
penalty.fine.within-tier|range|case|s|罚款超出裁量基准|罚款在裁量档次的上下限之间，偏离的说明理由|CF 34|一般档次 1,000.00 元至 3,000.00 元|罚款 {yuan} 元，没有说明偏离理由|26
penalty.tier.stated|required|case|s|没有写明裁量档次|有裁量基准的事项写明档次|CF 34|写明裁量档次|裁量档次为空|20
penalty.summary.only-small|range|case|s|超出简易程序的适用范围|简易程序只适用警告或者小额罚款|CF 51|公民二百元、单位三千元以下|当场罚款 {yuan} 元|4
penalty.limitation|deadline|case|f|超过处罚时效|违法行为终了之日起两年（五年）内发现|CF 36|{due} 前发现|{late} 才发现|1
penalty.double-fine|repeat|case|f|同一违法行为两次罚款|同一当事人的同一违法行为不得罚款两次|CF 29|只罚款一次|另有案件已对同一行为罚款 {yuan} 元|2
penalty.preservation.decided|deadline|case|s|先行登记保存逾期未处理|先行登记保存七个工作日内作出处理|CF 56|{due} 前处理|{late} 处理，超期 {n} 日|9
penalty.execution.demand|order|case|s|申请强制执行前没有催告|催告书送达满十个工作日后申请|QZ 54|{due} 之后申请|没有催告记录，{late} 即申请|3
penalty.closing.after-execution|order|case|n|未执行完毕就结案|缴款或者执行之后结案，终结的写明理由|SS-28|缴款或者执行在前，结案在后|{late} 结案，没有缴款或者执行记录|17
penalty.instalment.on-application|order|case|n|延期分期没有当事人申请|当事人申请在前，批准在后|CF 66|有缴款期内提出的申请|没有当事人申请|1
penalty.facts.complete|completeness|case|n|案件要素不全|文号、当事人、事项、依据、行为日、立案、决定齐全|CF 34|要素齐全|缺：违法行为发生日、事项依据|28
seizure.duration|deadline|case|f|查封扣押超期|查封扣押三十日内解除或者作出决定，可依法延长一次|QZ 25|{due} 前解除或者决定|{late} 解除，超期 {n} 日|5
seizure.two-officers|quorum|case|f|查封扣押时执法人员少于两人|查封扣押由两名以上执法人员实施|QZ 18|不少于两名执法人员|{day} 查封扣押只有一名执法人员|2
seizure.record|required|case|s|查封扣押没有现场笔录|查封扣押制作现场笔录，必要时音像记录|QZ 18,RZ-32|有现场笔录和音像记录|没有音像记录|7
seizure.approval|order|case|f|查封扣押未经批准|实施前批准；情况紧急的二十四小时内补办|QZ 18|实施前有批准|没有批准记录|2
license.acceptance.in-time|deadline|case|n|许可申请逾期未受理|五个工作日内受理或者一次告知补正|XK 32|{due} 前受理或者告知补正|{late} 受理，超期 {n} 日|12
license.decision.in-time|deadline|case|s|许可决定超期|受理之日起二十个工作日内决定|XK 42|{due} 前决定|{late} 决定，超期 {n} 日|15
license.delivery.in-time|deadline|case|s|许可证件送达超期|准予之日起十个工作日内送达|XK 44|{due} 前送达|{late} 送达，超期 {n} 日|9
inspection.plan-filed|order|inspection|s|检查前没有备案|计划先备案，后检查；触发检查写明原因|LC-16,54|检查之前备案|{day} 检查，没有备案记录|34
inspection.plan-ahead|gap|inspection|n|联合检查录入不足七天|提前七天录入联合检查平台|RZ-47|{due} 及以后检查|{late} 即检查|10
inspection.item-published|qualified|inspection|s|检查事项没有公布|检查事项已公布且未取消|54|事项已经公布|检查当日有一个事项尚未公布|11
inspection.officers.two|quorum|inspection|s|检查人员少于两人|检查不少于两名执法人员|54|不少于两名执法人员|只有一名执法人员|13
inspection.officers.credential|qualified|inspection|s|检查人员证件无效|检查人员持有当日有效证件|54|两名以上持有效证件|{officer} 证件已过期|9
inspection.frequency|frequency|inspection|s|检查过于频繁|同一企业一天一次、一周两次、一月三次以内|54|一个月内不超过 3 次|本月第 {k} 次检查|38
inspection.repeat-same-agency|repeat|inspection|n|同一机关重复检查|九十日内同一机关不重复检查同一企业|54|距上次检查超过 90 日|距上次检查仅 {n} 日|24
inspection.repeat-cross-agency|repeat|inspection|n|多个机关接连检查|三十日内不同机关应当联合检查|54|距其他机关检查超过 30 日|距另一机关检查仅 {n} 日|27
inspection.same-officer-thrice|repeat|inspection|n|同一人员反复检查无结果|同一人员对同一企业连续三次检查均无问题|54|避免同一人员反复检查|{officer} 连续三次检查，均未发现问题|4
inspection.scanned|required|inspection|n|入企检查没有扫码|扫码入企，未扫码的十日内说明原因|54|扫码或者说明原因|未扫码，也没有说明原因|31
officer.two-places|overlap|officer|s|同一人员同时出现在两处|同一执法人员不会同时出现在两个地点|CF 42|同一时间只在一处|{day} 两份现场记录时间重叠，地点不同|3
agency.fine-quota-signal|outlier|agency|n|疑似下达罚没指标|各单位每月罚款件数和金额不应异常整齐|54|各单位数量、金额有自然差异|六个月内每月件数和均额几乎相同|0
agency.income-growth|ratio|agency|n|罚没收入异常增长|罚没收入不超过上年的百分之一百二十|54|不超过上年的 120 %|为上年的 138 %|1
item.fine-outlier|outlier|case|n|同类案件罚款畸轻畸重|与同事项、同档次、同类当事人的案件相当|RZ-18|同类案件中位数 2,000.00 元|罚款 {yuan} 元，明显偏离|12
agency.legal-reviewer-ratio|ratio|agency|s|法制审核人员配备不足|法制审核人员不少于执法人员的百分之五|RZ-37|不低于 5 %|3.2 %（2 / 62）|1
agency.legal-review-rate|ratio|agency|s|重大决定审核率未达到百分之百|重大决定全部经过法制审核|RZ-37|100 %|91.4 %（53 / 58）|2
remedy.reply.in-time|deadline|remedy|s|复议诉讼答复超期|复议十个工作日、诉讼十五日内答复|FY 48,SU 67|{due} 前答复|{late} 答复，超期 {n} 日|3
remedy.head-attends|ratio|agency|n|负责人出庭应诉率不足|负责人出庭率百分之百，正职不低于百分之六十|SS-55|100 %，正职 60 %|出庭 75 %，正职 40 %|1
referral.in-time|deadline|referral|f|涉嫌犯罪案件移送超期|三日内决定，二十四小时内移送|YS 5|{due} 前决定|{late} 决定，超期 {n} 日|1
media.retained|range|media|n|音像记录保存期不足|音像记录至少保存两年|SS-31|至少保存至 {due}|只保存至 {late}|6
officer.hours|ratio|officer|n|培训学时不足|每年培训不少于六十学时|LC-05|60 学时|{k}8 学时|8
""".strip().splitlines()
]
NOT_EVALUATED = {
    "officer.hours": ["training"],
    "inspection.scanned": ["inspections.scanned", "inspections.unscanned_reason"],
    "penalty.double-fine": ["items.act_code"],
    "media.retained": ["media.retained_until"],
    "agency.income-growth": ["calendar:2027"],
}
DEPARTMENTS = (
    "市场监督管理局 综合行政执法局 交通运输局 农业农村局 应急管理局 卫生健康局 生态环境分局 自然资源和规划局 文化和旅游局 住房和城乡建设局 "
    "水务局 人力资源和社会保障局"
).split()
TOWNS = (
    "泗河街道办事处 济河街道办事处 金庄镇人民政府 苗馆镇人民政府 星村镇人民政府 柘沟镇人民政府 圣水峪镇人民政府".split()
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红建国志文海燕晓东"
SHOPS = "惠民超市 顺达运输有限公司 鑫源建材厂 泉林食品有限公司 老街饭店 康宁药房 宏图建筑工程有限公司 绿源农资经营部 圣水泉饮品厂 阳光幼儿园".split()


def rule_entry(rule: SampleRule, *, findings: int, subjects: int) -> dict[str, Any]:
    """Return the rule's object in ``rules.json``."""
    missing = NOT_EVALUATED.get(rule.id, [])
    return {
        "rule_id": rule.id,
        "title": rule.title,
        "statement": rule.statement,
        "kind": rule.kind,
        "subject": rule.subject,
        "severity": rule.severity,
        "citations": [{"ref": ref, "label": BASES[ref][0], "gist": BASES[ref][1]} for ref in rule.refs],
        "evaluated": not missing,
        "missing": missing,
        "subjects": 0 if missing else subjects,
        "findings": findings,
        "not_evaluated_subjects": 0 if missing else subjects // 97,
        "seconds": 0.05,
    }


def _noon(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour, 20))


def _write(folder: Path, name: str, rows: dict[str, list[Any]], types: dict[str, pa.DataType]) -> None:
    pq.write_table(
        pa.table({key: pa.array(rows[key], type=types.get(key, pa.string())) for key in rows}),
        folder / f"{name}.parquet",
    )


FINDING_TYPES = {
    "as_of": pa.date32(),
    "due_on": pa.date32(),
    "overdue_days": pa.int64(),
    "citations": pa.list_(pa.string()),
    "evidence": pa.list_(pa.string()),
}


def write_findings(folder: Path, rows: list[dict[str, Any]], rules: list[dict[str, Any]], **top: Any) -> Path:
    """Write ``findings.parquet`` and ``rules.json`` from plain rows."""
    folder.mkdir(parents=True, exist_ok=True)
    names = (
        "rule_id subject subject_id agency_id as_of expected observed due_on overdue_days severity citations evidence"
    )
    columns = {name: [row.get(name) for row in rows] for name in names.split()}
    columns["as_of"] = [row.get("as_of", AS_OF) for row in rows]
    _write(folder, "findings", columns, FINDING_TYPES)
    document = {"as_of": AS_OF.isoformat(), "place": "370831", "engine": "duckdb", "input": "facts", "totals": {}}
    document |= {"rules": rules, **top}
    (folder / "rules.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return folder


class County:
    """The made-up county: agencies, officers, parties, cases with their steps, inspections."""

    def __init__(self, *, cases: int, seed: int = 7) -> None:
        self.random = Random(seed)
        self.agencies = [(f"A{number:02}", f"泗水县{name}") for number, name in enumerate(DEPARTMENTS + TOWNS, 1)]
        self.weights = [30, 22, 14, 8, 7, 7, 6, 6, 4, 5, 3, 3] + [9, 7, 4, 4, 3, 3, 2]
        self.officers = [(f"O{number:03}", self._person(), self._agency()) for number in range(240)]
        self.parties = [
            (f"P{number:04}", kind, self._person() if kind == "citizen" else f"泗水县{self.random.choice(SHOPS)}")
            for number, kind in enumerate(
                self.random.choices(("citizen", "legal_person", "individual_business"), k=900)
            )
        ]
        self.cases = cases

    def _person(self) -> str:
        return self.random.choice(SURNAMES) + "".join(self.random.sample(GIVEN, self.random.choice((1, 2))))

    def _agency(self) -> str:
        return self.random.choices(self.agencies, weights=self.weights)[0][0]

    def write(self, folder: Path) -> None:
        """Write the facts folder."""
        folder.mkdir(parents=True, exist_ok=True)
        pick = self.random
        _write(
            folder, "agencies", {"agency_id": [a for a, _ in self.agencies], "name": [n for _, n in self.agencies]}, {}
        )
        ids, names, homes = zip(*self.officers, strict=True)
        _write(folder, "officers", {"officer_id": list(ids), "name": list(names), "agency_id": list(homes)}, {})
        ids, kinds, names = zip(*self.parties, strict=True)
        _write(folder, "parties", {"party_id": list(ids), "kind": list(kinds), "name": list(names)}, {})
        self.case_rows = []
        for number in range(self.cases):
            filed = AS_OF - timedelta(days=pick.randrange(70, 620))
            kind = "license" if number % 5 == 0 else "penalty"
            self.case_rows.append((f"C{number:07}", kind, self._agency(), pick.choice(self.parties)[0], filed))
        _write(
            folder,
            "cases",
            {
                "case_id": [row[0] for row in self.case_rows],
                "case_no": [
                    f"泗{'许' if row[1] == 'license' else '罚'}字〔{row[4].year}〕第{int(row[0][1:])}号"
                    for row in self.case_rows
                ],
                "kind": [row[1] for row in self.case_rows],
                "agency_id": [row[2] for row in self.case_rows],
                "party_id": [row[3] for row in self.case_rows],
            },
            {},
        )
        steps = ("filing", 0), ("inquiry", 6), ("prior_notice", 40), ("decision", 60), ("service", 66)
        event: dict[str, list[Any]] = {
            key: [] for key in ("event_id", "case_id", "type", "at", "at_has_time", "document_no")
        }
        for case_id, _, _, _, filed in self.case_rows:
            for place, (step, offset) in enumerate(steps):
                event["event_id"].append(f"E{case_id[1:]}{place}")
                event["case_id"].append(case_id)
                event["type"].append(step)
                event["at"].append(_noon(filed + timedelta(days=offset)))
                event["at_has_time"].append(place % 2 == 0)
                event["document_no"].append(f"文书{case_id[4:]}-{place}" if step == "decision" else None)
        _write(folder, "events", event, {"at": pa.timestamp("us"), "at_has_time": pa.bool_()})
        visits = [
            (f"I{n:06}", self._agency(), pick.choice(self.parties)[0], AS_OF - timedelta(days=pick.randrange(500)))
            for n in range(self.cases // 4)
        ]
        self.visits = visits
        _write(
            folder,
            "inspections",
            {
                "inspection_id": [v[0] for v in visits],
                "agency_id": [v[1] for v in visits],
                "party_id": [v[2] for v in visits],
                "started_at": [_noon(v[3], 9) for v in visits],
                "started_at_has_time": [True for _ in visits],
                "result": ["none" for _ in visits],
            },
            {"started_at": pa.timestamp("us"), "started_at_has_time": pa.bool_()},
        )

    def finding(self, rule: SampleRule) -> dict[str, Any]:
        """Make up one finding of a rule."""
        pick = self.random
        officer = pick.choice(self.officers)
        due, n = AS_OF - timedelta(days=pick.randrange(5, 420)), pick.choice((1, 2, 3, 5, 8, 13, 21, 34, 55, 90))
        evidence: list[str]
        if rule.subject == "case":
            case_id, _, agency, _, filed = pick.choice(self.case_rows)
            subject_id, day = case_id, filed
            evidence = [f"events:E{case_id[1:]}{place}" for place in pick.sample(range(5), 2)]
            due = min(AS_OF - timedelta(days=n), filed + timedelta(days=pick.randrange(60, 95)))
        elif rule.subject == "inspection":
            subject_id, agency, _, day = pick.choice(self.visits)
            evidence = [f"inspections:{subject_id}"]
        elif rule.subject == "officer":
            subject_id, agency, day, evidence = officer[0], officer[2], due, [f"officers:{officer[0]}"]
        elif rule.subject == "agency":
            agency = self._agency()
            subject_id, day, evidence = agency, due, [f"agencies:{agency}"]
        else:
            case_id, _, agency, _, day = pick.choice(self.case_rows)
            subject_id, evidence = f"{rule.subject.upper()}{pick.randrange(10000)}", [f"cases:{case_id}"]
        words = {
            "due": due.isoformat(),
            "late": (due + timedelta(days=n)).isoformat(),
            "day": day.isoformat(),
            "n": n,
            "k": pick.randrange(1, 6),
            "yuan": f"{pick.choice((800, 5000, 20000, 35000, 120000)):,}.00",
            "officer": officer[1],
        }
        return {
            "rule_id": rule.id,
            "subject": rule.subject,
            "subject_id": subject_id,
            "agency_id": agency,
            "expected": rule.expected.format(**words),
            "observed": rule.observed.format(**words),
            "due_on": due if rule.kind == "deadline" else None,
            "overdue_days": n if rule.kind == "deadline" else None,
            "severity": rule.severity,
            "citations": list(rule.refs),
            "evidence": evidence,
        }


def write_sample(folder: Path, *, findings: int = 1500, cases: int = 12_000, seed: int = 7) -> tuple[Path, Path]:
    """Write ``folder/facts`` and ``folder/result``; return the result folder and the facts folder."""
    county = County(cases=cases, seed=seed)
    county.write(folder / "facts")
    live = [rule for rule in RULES if rule.id not in NOT_EVALUATED]
    drawn = county.random.choices(live, weights=[rule.weight for rule in live], k=findings)
    unique = {(row["rule_id"], row["subject_id"]): row for row in map(county.finding, drawn)}
    rows = list(unique.values())
    counts = {rule.id: 0 for rule in RULES}
    for row in rows:
        counts[row["rule_id"]] += 1
    entries = [rule_entry(rule, findings=counts[rule.id], subjects=max(cases // 2, counts[rule.id])) for rule in RULES]
    write_findings(folder / "result", rows, entries, totals={"cases": cases, "findings": len(rows)})
    return folder / "result", folder / "facts"


if __name__ == "__main__":
    target, *numbers = sys.argv[1:]
    write_sample(
        Path(target),
        findings=int(numbers[0]) if numbers else 1500,
        cases=int(numbers[1]) if len(numbers) > 1 else 12_000,
    )
