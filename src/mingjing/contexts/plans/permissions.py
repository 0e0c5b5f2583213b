"""What may be done in the plans room."""

from mingjing.contexts.accounts.permissions import declare

declare(
    "plans",
    plan_view="查看方案",
    plan_edit="导入、核对和启用方案",
    task_view="查看任务台账",
    task_edit="调整、办结和取消任务",
    report_submit="报送任务进展",
    report_judge="审核任务进展",
)
