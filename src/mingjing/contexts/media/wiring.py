"""What the room tells the rooms beneath it: menu entries, to-dos, what may be found."""

from mingjing.contexts.media import todos
from mingjing.contexts.ui import navigation
from mingjing.contexts.ui.navigation import Entry
from mingjing.contexts.work.todos import register as register_todos

_GROUP = "执法活动"


def register() -> None:
    """Register everything, when the platform starts."""
    register_todos(todos.todos)
    navigation.register(
        Entry(
            label="音像记录",
            url_name="media_list",
            permission="media.recording.view",
            group=_GROUP,
            order=64,
            icon="video",
        ),
        Entry(
            label="随手拍",
            url_name="media_capture",
            permission="media.recording.add",
            group=_GROUP,
            order=64,
            icon="camera",
        ),
        Entry(
            label="到期处置",
            url_name="media_expiring",
            permission="media.disposal.propose",
            group=_GROUP,
            order=65,
            icon="archive",
        ),
        Entry(
            label="到期处置审核",
            url_name="media_expiring",
            permission="media.disposal.approve",
            group=_GROUP,
            order=65,
            icon="archive",
        ),
        Entry(
            label="音像统计",
            url_name="media_statistics",
            permission="media.statistics.view",
            group=_GROUP,
            order=66,
            icon="chart-bar",
        ),
        Entry(
            label="音像调阅日志",
            url_name="media_accesses",
            permission="media.access.view",
            group="系统",
            order=97,
            icon="eye-check",
        ),
    )
