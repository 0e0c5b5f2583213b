"""What must hold before people work with the platform; ``mingjing check-deploy`` asks."""

import os
import shutil
import stat
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connection

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LOCAL: Final = {"127.0.0.1", "localhost", "[::1]"}


@register(Tags.security, deploy=True)
def check_settings(**_: Any) -> list[CheckMessage]:
    """Look at what the environment sets."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("调试模式开着，出错页会显示内部数据。", hint="去掉 MINGJING_DEBUG。", id="mingjing.E001"))
    if not settings.SESSION_COOKIE_SECURE:
        found.append(Error("没有启用 HTTPS。", hint="在前面配好证书，设 MINGJING_HTTPS=1。", id="mingjing.E002"))
    if "*" in settings.ALLOWED_HOSTS or set(settings.ALLOWED_HOSTS) <= _LOCAL:
        found.append(
            Error("没有写明用户访问的域名。", hint="设 MINGJING_HOSTS=zf.example.gov.cn。", id="mingjing.E003")
        )
    if settings.PLACE == settings.DEMO_PLACE:
        found.append(
            Caution(
                "行政区划代码仍是演示县的。",
                hint="设 MINGJING_PLACE 为本地代码；就是泗水县的不用管。",
                id="mingjing.W001",
            )
        )
    return found


@register(Tags.security, deploy=True)
def check_home(**_: Any) -> list[CheckMessage]:
    """Look at the folder of database, keys and files."""
    home = Path(settings.HOME)
    found: list[CheckMessage] = []
    if (home / "demo.json").exists():
        found.append(
            Error("这是演示数据，口令是公开的。", hint="换一个空的 MINGJING_HOME 正式使用。", id="mingjing.E004")
        )
    for name in ("", "secret.key", "keys"):
        path = home / name
        if path.exists() and path.stat().st_mode & _OTHERS:
            found.append(Error(f"“{path}”别的系统用户也能读。", hint=f"chmod -R go= {path}", id="mingjing.E005"))
    if home.exists() and home.stat().st_uid == 0 and os.geteuid() == 0:
        found.append(
            Caution("以 root 身份运行。", hint="建一个专用的系统用户，见 docs/operations.md。", id="mingjing.W002")
        )
    return found


@register(Tags.database, deploy=True)
def check_database(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Look at what the database promises when the power fails, and whether its tools are here."""
    found: list[CheckMessage] = []
    if not databases:
        return found
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('server_encoding')")
            commit, encoding = cursor.fetchone()
            if commit == "off":
                found.append(
                    Error(
                        "PostgreSQL 的 synchronous_commit 是 off，断电会丢已确认的操作。",
                        hint="改为 on。",
                        id="mingjing.E006",
                    )
                )
            if encoding != "UTF8":
                found.append(Error(f"数据库编码是 {encoding}。", hint="用 UTF8 重建数据库。", id="mingjing.E007"))
            if shutil.which("pg_dump") is None:
                found.append(
                    Caution(
                        "没有 pg_dump，不能用 mingjing backup。", hint="安装 postgresql-client。", id="mingjing.W003"
                    )
                )
        else:
            cursor.execute("PRAGMA synchronous")
            if cursor.fetchone()[0] < 2:
                found.append(
                    Caution(
                        "断电（不是程序崩溃）可能丢失最后几秒已确认的操作。",
                        hint="设 MINGJING_DURABLE=1，写入会慢一些；见 docs/operations.md。",
                        id="mingjing.W004",
                    )
                )
    return found
