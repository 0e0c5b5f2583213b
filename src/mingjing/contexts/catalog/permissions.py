"""What may be done in the catalog room."""

from mingjing.contexts.accounts.permissions import declare

declare(
    "catalog",
    item_view="查看执法事项",
    item_edit="起草和提交执法事项",
    item_approve="批准执法事项",
    item_publish="公布、废止执法事项",
    list_view="查看清单",
    list_edit="起草和提交清单",
    list_approve="批准清单",
    list_publish="公布、废止清单",
    benchmark_view="查看裁量基准",
    benchmark_edit="起草和提交裁量基准",
    benchmark_approve="批准裁量基准",
    benchmark_publish="公布、废止裁量基准",
    calculator_use="使用裁量计算",
    delegation_view="查看赋权委托事项",
    delegation_edit="登记、评估和收回赋权委托事项",
    cleanup_view="查看事项清理",
    cleanup_edit="开展事项清理、提出清理意见",
    cleanup_approve="批准清理意见",
    compendium_view="导出事项汇编",
    law_view="查看法律法规库",
    law_edit="维护法律法规库",
    affected_edit="处理法律变动影响",
)
