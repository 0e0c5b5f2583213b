"""The command line of the verifier. Exit status: 0 sound, 1 problems found, 2 nothing to check."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from mingjing_verify.check import check_log
from mingjing_verify.folder import read_log
from mingjing_verify.notes import Key, MalformedError, read_key
from mingjing_verify.proofs import check_proof
from mingjing_verify.report import Report

SOUND, BROKEN, UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the arguments name and print what was found."""
    asked = _parser().parse_args(arguments)
    try:
        keys = [read_key(each) for each in asked.key]
        if asked.proof:
            return _proof(asked.proof, keys or (list(read_log(asked.folder).keys) if asked.folder else []))
        if asked.folder is None:
            raise MalformedError("请给出日志的公开目录")
        report = check_log(
            asked.folder,
            keys=keys,
            witnesses=[read_key(each) for each in asked.witness_key],
            witness_checkpoints=asked.witness_checkpoint,
        )
    except (MalformedError, OSError) as error:
        _say(f"无法核验：{error}")
        return UNUSABLE
    if asked.json:
        _say(_as_json(report))
    else:
        _say(_as_text(report))
    return SOUND if report.sound else BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mingjing_verify", description="只凭公开文件核验明镜日志：有没有被改、被删、被调换、被插入、被回退。"
    )
    parser.add_argument("folder", nargs="?", type=Path, help="日志的公开目录")
    parser.add_argument(
        "--witness-checkpoint",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="见证人保存的检查点，可多次",
    )
    parser.add_argument("--key", action="append", default=[], help="日志的公钥（从公告或见证人处取得），可多次")
    parser.add_argument("--witness-key", action="append", default=[], help="见证人的公钥，可多次")
    parser.add_argument("--proof", type=Path, metavar="FILE", help="只核验一份证明文件")
    parser.add_argument("--json", action="store_true", help="以JSON输出")
    return parser


def _proof(path: Path, keys: Sequence[Key]) -> int:
    if not keys:
        raise MalformedError("核验证明文件需要日志的公钥：用 --key 给出，或者同时给出公开目录")
    report = check_proof(path.read_text("utf-8"), keys)
    if report.problems:
        _say("\n".join(["核验不通过：", *(f"  {each}" for each in report.problems)]))
        return BROKEN
    entry = report.entry
    lines = [
        f"核验通过：“{report.checkpoint.origin}”第{report.index}号，日志当时共{report.checkpoint.size}条。",
        f"  时间 {entry.get('at')}　行为 {entry.get('act')}　行为人 {entry.get('who')}　对象 {entry.get('object')}",
        *(f"  {name} = {json.dumps(value, ensure_ascii=False)}" for name, value in report.shown.items()),
    ]
    hidden = [name for name in entry.get("fields", {}) if name not in report.shown]
    if hidden:
        lines.append(f"  未公开的字段：{'、'.join(hidden)}")
    _say("\n".join(lines))
    return SOUND


def _as_text(report: Report) -> str:
    lines = [*report.remarks, ""]
    if report.sound:
        lines.append(f"核验通过：{report.entries}条，与日志签名的检查点一致。")
    else:
        lines.append(f"核验不通过，发现{len(report.problems)}个问题：")
        lines += [f"  {number}. {each}" for number, each in enumerate(report.problems, 1)]
    return "\n".join(lines)


def _as_json(report: Report) -> str:
    problems = [
        {"kind": each.kind, "shard": each.shard, "first": each.first, "last": each.last, "message": each.message}
        for each in report.problems
    ]
    return json.dumps(
        {"sound": report.sound, "entries": report.entries, "problems": problems, "remarks": report.remarks},
        ensure_ascii=False,
        indent=2,
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
