"""Checking a whole log."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mingjing_verify.folder import Log, Shard, latest_checkpoint, read_checkpoint_file, read_log
from mingjing_verify.notes import Key, MalformedError, SignedCheckpoint
from mingjing_verify.report import Problem, Report
from mingjing_verify.shard import Checked, check_shard, opening_checkpoint

CHINA = timedelta(hours=8)


def check_log(
    folder: Path,
    *,
    keys: Sequence[Key] = (),
    witnesses: Sequence[Key] = (),
    witness_checkpoints: Sequence[Path] = (),
) -> Report:
    """
    Check all public files of a log.

    ``keys`` and ``witnesses`` are the keys that the reader trusts, had from elsewhere. Without them those in the folder
    are used, which tells that the files fit together, not whose they are.

    :raises MalformedError: if the folder holds no log
    """
    log = read_log(folder)
    report = Report()
    if not keys:
        keys = log.keys
        report.remarks.append("没有另外给出日志的公钥，用的是公开目录里写的公钥；请与见证人或者公告核对。")
    for each in keys:
        report.remarks.append(f"日志公钥：{each.name}，编号 {each.id.hex()}")
    held = _held_by_witnesses(log, keys, witness_checkpoints, report)
    if not log.shards:
        report.problems.append(Problem("empty", "公开目录里没有任何年份的日志"))
    before: Checked | None = None
    for number, shard in enumerate(log.shards):
        checked = check_shard(shard, keys, held.get(shard.origin, ()))
        report.problems += checked.problems
        report.entries += checked.entries
        report.problems += _chain_problems(number, shard, before, checked)
        report.remarks += _said(shard, checked, [*log.witnesses, *witnesses], report)
        before = checked
    return report


def _held_by_witnesses(
    log: Log, keys: Sequence[Key], paths: Sequence[Path], report: Report
) -> dict[str, list[tuple[str, SignedCheckpoint]]]:
    """The checkpoints that witnesses hold, by the year that they are of."""
    held: dict[str, list[tuple[str, SignedCheckpoint]]] = {}
    origins = {each.origin for each in log.shards}
    for path in paths:
        try:
            found = read_checkpoint_file(path)
            if not found.signed_by(keys):
                report.problems.append(Problem("witness", f"见证人的检查点 {path.name} 没有日志的签名，不能作为依据"))
            elif found.origin not in origins:
                report.problems.append(
                    Problem(
                        "rolled_back", f"见证人的检查点 {path.name} 属于“{found.origin}”，公开目录里没有这一年的日志"
                    )
                )
            else:
                held.setdefault(found.origin, []).append((f"见证人的检查点 {path.name}", found))
        except MalformedError as error:
            report.problems.append(Problem("witness", f"见证人的检查点 {path.name}：{error}"))
    return held


def _chain_problems(number: int, shard: Shard, before: Checked | None, checked: Checked) -> list[Problem]:
    """The first entry of a year names the last checkpoint of the year before."""
    if number == 0 or checked.first_entry is None or before is None or before.checkpoint is None:
        return []
    named = opening_checkpoint(checked.first_entry)
    if named is None:
        return [Problem("chain", "第0号没有写明上一年日志的最后检查点", shard.name, 0, 0)]
    if named != before.checkpoint.text:
        return [Problem("chain", "第0号写明的上一年检查点，与上一年日志的最后检查点不一致", shard.name, 0, 0)]
    return []


def _said(shard: Shard, checked: Checked, witnesses: Sequence[Key], report: Report) -> list[str]:
    remarks = [f"{shard.name}年日志：{checked.entries}条，{shard.hash.upper()}，核对检查点{checked.held}个"]
    try:
        latest = latest_checkpoint(shard)
        for witness in dict.fromkeys(witnesses):
            seconds = latest.cosigned_by(witness)
            if seconds is not None:
                moment = datetime.fromtimestamp(seconds, UTC) + CHINA
                remarks.append(f"{shard.name}年日志：见证人 {witness.name} 于 {moment:%Y-%m-%d %H:%M:%S} 共同签名")
    except MalformedError as error:
        report.problems.append(Problem("witness", str(error), shard.name))
    return remarks
