"""``mingjing accounts``: the first administrators of a place, and the check that the three are apart."""

from typing import Annotated

import typer

from mingjing.interfaces.cli.platform import set_up_django

app = typer.Typer(help="账号：设立最初的三员，检查三员分立。", no_args_is_help=True)


@app.command()
def init(
    unit: Annotated[str, typer.Option(help="最上一级单位的代码。")],
    unit_name: Annotated[str, typer.Option(help="最上一级单位的名称，如“泗水县人民政府”。")],
    place: Annotated[str, typer.Option(help="行政区划代码，如 370831。")],
    system: Annotated[str, typer.Option(help="系统管理员，写成“登录名:姓名”。")],
    security: Annotated[str, typer.Option(help="安全管理员，写成“登录名:姓名”。")],
    audit: Annotated[str, typer.Option(help="审计管理员，写成“登录名:姓名”。")],
) -> None:
    """设立最初的系统、安全、审计三员，各给一个只用一次的初始密码；以后的账号由他们在网页上办。"""
    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.accounts.permissions import roles
    from mingjing.contexts.accounts.usecases.founding import found_place

    given = {"system_admin": system, "security_admin": security, "audit_admin": audit}
    people = {}
    for role, text in given.items():
        username, _, name = text.replace("：", ":").partition(":")
        people[role] = (username.strip(), name.strip() or username.strip())
    made = found_place(at=timezone.now(), unit_code=unit, unit_name=unit_name, place=place, people=people)
    for one in made:
        typer.echo(f"{roles()[one.role].name}  {one.name}  登录名 {one.username}  初始密码 {one.password}")
    typer.echo("初始密码只显示这一次。请分别当面交给三个人；首次登录必须修改密码、绑定动态口令。")


@app.command()
def reset(username: Annotated[str, typer.Argument(help="三员之一的登录名。", metavar="登录名")]) -> None:
    """给三员之一新的初始密码，并解除动态口令：本人进不来、又不能由另一员办理时用；写进日志。"""
    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.accounts.usecases.founding import INSTALLER
    from mingjing.contexts.accounts.usecases.passwords import reset_administrator

    made = reset_administrator(at=timezone.now(), username=username, installer=INSTALLER)
    typer.echo(f"登录名 {username}  初始密码 {made}")
    typer.echo("初始密码只显示这一次，请当面交给本人；首次登录必须修改密码、绑定动态口令。")


@app.command()
def check() -> None:
    """逐个账号检查三员分立；发现不该兼任的角色，逐个列出，状态码为 1。"""
    set_up_django()
    from mingjing.contexts.accounts.permissions import roles
    from mingjing.contexts.accounts.usecases.grants import find_conflicts

    found = find_conflicts()
    for one in found:
        both = "、".join(roles()[role].name if role in roles() else role for role in one.roles)
        typer.echo(f"{one.name}（{one.user}）同时担任：{both}")
    typer.echo(f"发现 {len(found)} 处。" if found else "没有发现问题：全部授权都符合三员分立。")
    if found:
        raise typer.Exit(1)
