"""The accounts room, as Django sees it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, units, roles and grants."""

    name = "mingjing.contexts.accounts"
    label = "accounts"
    verbose_name = "账号与权限"
