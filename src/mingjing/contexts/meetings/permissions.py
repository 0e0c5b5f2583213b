"""What may be done in the meetings room."""

from mingjing.contexts.accounts.permissions import declare

declare(
    "meetings",
    meeting_view="查看会议、材料和纪要",
    meeting_call="召集会议、记录到会、起草纪要",
    meeting_answer="答复会议通知、提交会议材料",
    minutes_sign="签发会议纪要",
)
