"""What may be done in the indicators room."""

from mingjing.contexts.accounts.permissions import declare

declare(
    "indicators",
    indicator_view="查看指标",
    indicator_edit="起草指标",
    indicator_approve="批准指标",
    value_view="查看各单位指标数值",
    value_compute="计算指标",
    figure_submit="填报指标数据",
    figure_judge="审核填报数据",
    delivery_view="查看数据包",
    delivery_submit="交送数据包",
    survey_view="查看满意度问卷",
    survey_edit="发起满意度问卷、取答题链接",
    survey_close="结束问卷并登记满意度",
    scheme_view="查看考评",
    scheme_edit="制定考评方案、评分、答复异议",
    scheme_publish="公布考评方案和结果",
    objection_submit="对考评结果提出异议",
)
