"""``mingjing serve`` and its companions: running the web platform."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from mingjing.interfaces.cli.serving import become_server


def register(app: typer.Typer) -> None:
    """Add the commands of the platform."""
    app.command()(serve)
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(manage)
    app.command(name="check-deploy")(check_deploy)
    app.command()(backup)
    app.command()(restore)


def set_up_django() -> None:
    """Make Django ready in this process, with the settings of the platform."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjing.config.settings.base")
    django.setup()


def actor_named(username: str, permission: str) -> Any:
    """Return the user of that name as an actor of today; without a name, whoever may do it first."""
    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.accounts.access import ForbiddenError, actor_of
    from mingjing.contexts.accounts.models import Grant, User
    from mingjing.contexts.accounts.permissions import roles

    today = timezone.localdate()
    users = User.objects.filter(is_active=True)
    if username:
        found = users.filter(username=username).first()
    else:
        giving = [role.code for role in roles().values() if permission in role.may]
        held = Grant.objects.filter(role__in=giving, valid_from__lte=today).exclude(valid_to__lte=today)
        found = users.filter(pk__in=held.values("user_id")).order_by("pk").first()
    if found is None:
        raise ForbiddenError(
            f"没有账号“{username}”。" if username else "还没有人有这项权限，请先由安全管理员授予角色。"
        )
    return actor_of(found, on=today)


def serve(
    host: Annotated[str, typer.Option(help="监听的地址；只让本机访问用 127.0.0.1。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听的端口。", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="网页进程数，一般等于处理器核数。", min=1, max=64)] = 2,
    log: Annotated[Path | None, typer.Option(help="日志写入这个文件；不写就输出到终端。", metavar="文件")] = None,
) -> None:
    """启动平台：更新表结构，启动网页服务和后台进程；Ctrl-C 或 SIGTERM 停止。"""
    become_server(host=host, port=port, workers=workers, log=log)


def manage(context: typer.Context) -> None:
    """运行 Django 自带的管理命令，如 mingjing manage migrate。"""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjing.config.settings.base")
    execute_from_command_line(["mingjing manage", *context.args])


BY_COMMAND = "command-line"
"""Who acts, as the log has it, where somebody with the rights of the machine does, not a user of the platform."""


def backup(
    file: Annotated[Path, typer.Argument(help="写入的备份文件，如 mingjing-20261120.tar.gz。", metavar="文件")],
    with_keys: Annotated[bool, typer.Option(help="连同密钥一起备份；这样的备份要像密钥一样保管。")] = False,
    media: Annotated[bool, typer.Option(help="连同附件一起备份；附件在对象存储、另有备份时可以不要。")] = True,
) -> None:
    """备份：数据库、附件和日志的公开文件，平台不用停。"""
    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.operations.usecases.backup import back_up

    made = back_up(actor=BY_COMMAND, at=timezone.now(), file=file, with_keys=with_keys, with_media=media)
    typer.echo(f"已备份到 {file}：{len(made.parts)} 个部分，{file.stat().st_size / 2**20:.1f} MB。")
    if not with_keys:
        typer.echo("密钥（secret.key 和 keys/）不在其中。没有它们，加密的内容恢复后也读不出来，请另行妥善保管。")


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件。", metavar="文件")],
    force: Annotated[bool, typer.Option(help="这里已有数据也恢复；原有数据移到 before-restore-… 文件夹。")] = False,
) -> None:
    """恢复：先核对备份完好，再换上；平台要先停止。"""
    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.operations.usecases.restore import restore

    made = restore(actor=BY_COMMAND, at=timezone.now(), file=file, force=force, tell=typer.echo)
    typer.echo(f"已恢复 {made.created_at} 的备份（版本 {made.version}）。")


_WORDS = {
    "security.W004": ("没有让浏览器记住只用 HTTPS（HSTS）。", "设 MINGJING_HTTPS=1。"),
    "security.W008": ("没有把 HTTP 转到 HTTPS。", "设 MINGJING_HTTPS=1。"),
    "security.W009": ("密钥太短。", "换一个 50 个字符以上的 MINGJING_SECRET_KEY，或者不设，由平台生成。"),
    "security.W012": ("登录用的 Cookie 可能经 HTTP 发送。", "设 MINGJING_HTTPS=1。"),
    "security.W016": ("防伪造用的 Cookie 可能经 HTTP 发送。", "设 MINGJING_HTTPS=1。"),
    "security.W018": ("调试模式开着。", "去掉 MINGJING_DEBUG。"),
    "security.W020": ("没有写明用户访问的域名。", "设 MINGJING_HOSTS。"),
}
"""Django's own warnings, in the words of the people who run this."""
_OURS_SAY_IT = {"security.W004", "security.W008", "security.W012", "security.W016", "security.W018", "security.W020"}
"""Those that follow from what one of our own checks has said already."""
_NOT_FOR_US = {"security.W005", "security.W021"}
"""Sub-domains and the browsers' preload list belong to whoever owns the domain, not to one platform under it."""


def check_deploy() -> None:
    """检查能不能正式使用：域名、HTTPS、密钥、数据库的断电保证、目录权限。"""
    set_up_django()
    from django.core.checks import ERROR, run_checks

    found = [
        one for one in run_checks(include_deployment_checks=True, databases=["default"]) if one.id not in _NOT_FOR_US
    ]
    if any(str(one.id).startswith("mingjing.E") for one in found):
        found = [one for one in found if one.id not in _OURS_SAY_IT]
    for one in sorted(found, key=lambda message: (-message.level, str(message.id))):
        typer.echo(_line(one))
    errors = sum(one.level >= ERROR for one in found)
    if errors:
        typer.echo(f"有 {errors} 项必须处理，{len(found) - errors} 项请留意。")
        raise typer.Exit(1)
    typer.echo(f"可以正式使用；{len(found)} 项请留意。" if found else "可以正式使用。")


def _line(message: Any) -> str:
    from django.core.checks import ERROR

    words, hint = _WORDS.get(str(message.id), (message.msg, message.hint))
    kind = "必须处理" if message.level >= ERROR else "请留意"
    return f"{kind}  {message.id}  {words}{'' if not hint else f'  → {hint}'}"
