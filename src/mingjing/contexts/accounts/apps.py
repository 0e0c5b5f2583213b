"""The accounts room, as Django sees it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, units, roles and grants."""

    name = "mingjing.contexts.accounts"
    label = "accounts"
    verbose_name = "账号与权限"

    def ready(self) -> None:
        """Read the security settings; hang the pages into the menu."""
        from mingjing.contexts.accounts.policy import policy
        from mingjing.contexts.ui import navigation
        from mingjing.contexts.ui.navigation import PERSONAL, Entry

        # a place whose security settings cannot be read does not start: nobody is let in by a guess
        policy()
        lines = (
            # the room of the log lies beneath the menu and cannot hang itself up
            ("存证日志", "log", "", "工作台", 6, "shield-check"),
            ("单位", "units", "accounts.unit.view", "系统", 91, "sitemap"),
            ("账号", "users", "accounts.user.view", "系统", 92, "users"),
            ("授权", "grants", "accounts.grant.view", "系统", 93, "key"),
            ("角色与权限", "roles", "accounts.role.view", "系统", 94, "shield"),
            ("登录日志", "sign_ins", "accounts.signin.view", "系统", 95, "login"),
            ("我的账号", "me", "", PERSONAL, 10, "user"),
        )
        navigation.register(
            *(
                Entry(label=label, url_name=url, permission=code, group=group, order=order, icon=icon)
                for label, url, code, group, order, icon in lines
            )
        )
