"""``mingjing log``: bring the log up to date, publish it, check it, be a witness."""

from pathlib import Path
from typing import Annotated

import typer

from mingjing.interfaces.cli.platform import set_up_django

app = typer.Typer(help="存证日志：签检查点、公布、核验、见证。", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="日志的公开目录。", metavar="公开目录")]
Keys = Annotated[list[str] | None, typer.Option("--key", help="日志的公钥（从公告或见证人处取得），可多次。")]
Held = Annotated[
    list[Path] | None, typer.Option("--witness-checkpoint", help="见证人保存的检查点文件，可多次。", metavar="文件")
]


@app.callback()
def log() -> None:
    """存证日志：签检查点、公布、核验、见证。"""


@app.command()
def verify(
    folder: Folder,
    witness_checkpoint: Held = None,
    key: Keys = None,
    as_json: Annotated[bool, typer.Option("--json", help="以JSON输出。")] = False,
) -> None:
    """只凭公开文件核验日志；不通过时退出码为1，并指出是第几号。等同于 python -m mingjing_verify。"""
    from mingjing_verify.__main__ import main

    arguments = [str(folder)]
    for path in witness_checkpoint or []:
        arguments += ["--witness-checkpoint", str(path)]
    for each in key or []:
        arguments += ["--key", each]
    raise typer.Exit(main([*arguments, *(["--json"] if as_json else [])]))


@app.command()
def verify_proof(
    file: Annotated[Path, typer.Argument(help="证明文件（.tlog-proof）。", metavar="证明文件")],
    key: Keys = None,
    folder: Annotated[Path | None, typer.Option(help="没有公钥时，从这个公开目录取。", metavar="公开目录")] = None,
) -> None:
    """核验一份证明文件：这一条在不在日志里，附带的内容是不是存证时的内容。"""
    from mingjing_verify.__main__ import main

    arguments = [str(folder)] if folder else []
    for each in key or []:
        arguments += ["--key", each]
    raise typer.Exit(main([*arguments, "--proof", str(file)]))


@app.command()
def init() -> None:
    """生成日志的签名密钥（已有则不动），并显示公钥。"""
    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.records.suite import key_path, log_signer

    signer = log_signer(at=timezone.now())
    typer.echo(f"密钥文件：{key_path()}（只有本用户可读，请离线备份一份）")
    typer.echo(f"公钥：{signer.public}")
    typer.echo("请把公钥公告，并交给见证人；核验的人以公告为准。")


@app.command()
def status() -> None:
    """显示日志的条数、待编号的条数、最近的检查点。"""
    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.records import queries

    found = queries.status()
    typer.echo(f"存证 {found.entries} 条（{'、'.join(found.shards) or '尚无年份'}），待编号 {found.pending} 条。")
    if found.signed_at:
        typer.echo(f"最近的检查点：{found.signed} 条，{timezone.localtime(found.signed_at):%Y-%m-%d %H:%M:%S} 签署。")
    if found.damaged:
        typer.echo(f"有 {found.damaged} 条与写入时的摘要不符，已经搁置，没有签入；请查数据库和磁盘。")
        raise typer.Exit(1)


@app.command()
def checkpoint() -> None:
    """为已提交的行为编号，签署检查点，不公布。"""
    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.records.usecases.sequence import sequence
    from mingjing.contexts.records.usecases.sign import sign_latest

    at = timezone.now()
    done = sequence(at=at)
    typer.echo(f"编号 {done} 条。\n{sign_latest(at=at).note}")


@app.command()
def publish(
    folder: Annotated[
        Path | None, typer.Argument(help="公开目录；不写为平台目录下的 log。", metavar="公开目录")
    ] = None,
) -> None:
    """编号、签署检查点、请见证人共同签名，并把公开文件写到目录。"""
    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.records.suite import public_folder
    from mingjing.contexts.records.usecases.publish import publish as publish_log

    done = publish_log(at=timezone.now(), folder=folder)
    if done.checkpoint is None:
        typer.echo("日志里还没有条目。")
        return
    typer.echo(f"编号 {done.sequenced} 条，检查点 {done.checkpoint.size} 条，已写到 {folder or public_folder()}。")
    for each in done.refusals:
        typer.echo(f"见证人“{each.witness}”：{each.message}")


@app.command()
def add_witness(
    name: Annotated[str, typer.Argument(help="名称，如某某县人民检察院。")],
    address: Annotated[str, typer.Argument(help="见证服务的地址，如 https://…。")],
    key: Annotated[str, typer.Argument(help="见证人的公钥。")],
) -> None:
    """登记一个见证人；以后每次签署检查点都请它共同签名。"""
    set_up_django()
    from mingjing.contexts.records.usecases.cosign import add_witness as add

    add(name=name, address=address, key=key)
    typer.echo(f"已登记见证人“{name}”。")


@app.command()
def witness(
    folder: Annotated[Path, typer.Argument(help="见证人自己的目录：密钥、日志名单、已见证的检查点。", metavar="目录")],
    name: Annotated[str, typer.Option(help="首次使用时：见证人的名称，如 jiancha.example。")] = "",
    watch: Annotated[
        str, typer.Option(help="首次使用时：所见证日志的公钥；日志的各个年份都见证。", metavar="日志公钥")
    ] = "",
    host: Annotated[str, typer.Option(help="监听的地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听的端口。", min=0, max=65535)] = 8700,
) -> None:
    """作为见证人运行：只给接得上以前所见的检查点签名。由检察、监察等外部机关在自己的机器上运行。"""
    from mingjing.contexts.records.witness_server import WitnessState, server, set_up_witness

    if name:
        set_up_witness(folder, name=name, log_key=watch)
    state = WitnessState(folder)
    typer.echo(f"见证人公钥：{state.public}")
    with server(state, host=host, port=port) as running:
        typer.echo(f"正在 http://{host}:{running.server_address[1]} 等候检查点，Ctrl-C 停止。")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            typer.echo("已停止。")
