"""What may be done in the documents room."""

from mingjing.contexts.accounts.permissions import declare

declare(
    "documents",
    document_view="查看文书",
    document_edit="起草和修改文书",
    document_issue="制发文书（编号）",
    document_sign="签名（承办人员）",
    document_review="签名（法制审核）",
    document_approve="签名（审批、负责人）",
    document_seal="用印",
    document_void="作废文书",
    document_serve="送达文书",
    template_view="查看文书模板",
    template_edit="修改文书模板",
    template_approve="批准文书模板",
    seal_view="查看印章登记",
    seal_edit="登记和停用印章",
    number_view="查看文号登记",
    letterhead_edit="维护机关印制信息",
)
