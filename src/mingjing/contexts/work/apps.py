"""The work room, as Django sees it."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """What waits for whom, and what runs for whom."""

    name = "mingjing.contexts.work"
    label = "work"
    verbose_name = "我的工作"

    def ready(self) -> None:
        """Put the room into the menu, and keep what the look asks to keep."""
        from mingjing.contexts.ui.navigation import PERSONAL, Entry, count, register
        from mingjing.contexts.ui.tables.saved import keep_views_with
        from mingjing.contexts.work import jobs, notifications, preferences
        from mingjing.contexts.work.saved_views import Views

        register(
            Entry(
                label="我的工作", url_name="home", permission="", group="工作台", order=0, icon="checklist", bar=True
            ),
            Entry(
                label="消息", url_name="notifications", permission="", group="工作台", order=2, icon="bell", bar=True
            ),
            Entry(label="后台任务", url_name="jobs", permission="", group="工作台", order=4, icon="progress"),
            Entry(label="常用视图", url_name="views", permission="", group=PERSONAL, order=4, icon="bookmarks"),
        )
        count("notifications", lambda viewer: notifications.unread(viewer.user_id))
        keep_views_with(Views())
        preferences.connect()
        jobs.connect()
