"""What may be done in the cases room."""

from mingjing.contexts.accounts.permissions import declare

declare(
    "cases",
    case_view="查看案件",
    case_open="登记案件",
    case_assign="指派和变更承办人",
    case_export="导出案件",
    help_ask="请求外单位协助审核、征询法律意见",
    help_review="协助外单位审核",
    help_advise="答复法律咨询",
    case_confide="查看和登记向纪检监察机关移送线索的情况",
    notice_view="查看移送和通报本机关的案件",
    notice_police="以公安机关身份登记结果",
    notice_procuratorate="以检察机关身份登记结果",
    notice_court="以审判机关身份登记结果",
    case_import="导入以前的案件",
    offsite_view="查看非现场记录",
    offsite_enter="登记和导入非现场记录",
    offsite_review="审核非现场记录",
    offsite_tell="告知当事人非现场记录",
    step_handle="承办案件",
    step_review="法制审核案件",
    step_approve="审批和决定案件",
    step_preside="主持听证",
    step_archive="归档案件",
    step_supervise="对案件提出事前监督意见",
)
