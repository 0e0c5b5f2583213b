"""What may be done with recordings."""

from mingjing.contexts.accounts.permissions import declare

declare(
    "media",
    recording_view="查看音像记录",
    recording_add="上传和归入音像记录",
    original_fetch="调取音像原件",
    hold_edit="设置、解除留存和延长保存期限",
    disposal_propose="提出到期处置",
    disposal_approve="批准到期处置",
    access_view="查看音像调阅日志",
    statistics_view="查看音像记录统计",
)
