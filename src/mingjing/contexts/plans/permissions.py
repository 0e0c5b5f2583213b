"""What may be done in the plans room."""

from mingjing.contexts.accounts.permissions import declare

declare(
    "plans",
    plan_view="查看方案",
    plan_edit="导入、核对和启用方案",
    task_view="查看任务台账",
    task_edit="新增、调整、办结和取消任务",
    task_split="分解任务、更新措施进展、上传佐证材料",
    report_submit="报送任务进展",
    report_judge="审核任务进展和佐证材料",
    visit_view="查看督导和自查",
    visit_edit="组织督导、记录和销号问题",
    visit_answer="自查、答复督导问题",
    file_view="查看年度工作档案",
    file_edit="维护年度工作档案",
)
