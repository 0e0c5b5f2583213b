"""
Checking one entry by its proof file, without the rest of the log.

The file is a C2SP tlog-proof; its extra data is JSON with the entry and, as far as they may be shown, the openings of its
fields: ``{"entry": base64, "openings": {field: {"salt": base64, "value": ...}}}``.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mingjing_verify.hashes import digest_named, field_hash, leaf_hash
from mingjing_verify.notes import Key, MalformedError, SignedCheckpoint, read_signed_checkpoint
from mingjing_verify.report import Problem
from mingjing_verify.tree import root_from_inclusion

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass
class ProofReport:
    """What a proof file shows."""

    index: int
    checkpoint: SignedCheckpoint
    entry: dict[str, Any]
    shown: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def check_proof(text: str, keys: Sequence[Key]) -> ProofReport:
    """
    Check a proof file against the keys of the log.

    :raises MalformedError: if it is not such a file
    """
    index, proof, extra, checkpoint = _parts(text)
    try:
        packed = json.loads(extra)
        data = base64.b64decode(packed["entry"], validate=True)
        entry = json.loads(data)
        openings = dict(packed.get("openings", {}))
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedError("证明文件里没有存证的内容") from error
    report = ProofReport(index, checkpoint, entry)
    digest = digest_named(checkpoint.hash)
    if digest is None:
        raise MalformedError(f"哈希算法“{checkpoint.hash}”不认识")
    try:
        if not checkpoint.signed_by(keys):
            report.problems.append(Problem("signature", "检查点没有日志的签名"))
    except MalformedError as error:
        report.problems.append(Problem("signature", str(error)))
    if root_from_inclusion(digest, leaf_hash(digest, data), index, checkpoint.size, proof) != checkpoint.root:
        report.problems.append(Problem("inclusion", f"第{index}号的内容与检查点不符", "", index, index))
    for name, opening in openings.items():
        _check_opening(report, name, opening)
    return report


def _check_opening(report: ProofReport, name: str, opening: dict[str, Any]) -> None:
    digest = digest_named(str(report.entry.get("hash")))
    try:
        commitment = base64.b64decode(report.entry["fields"][name], validate=True)
        salt = base64.b64decode(opening["salt"], validate=True)
        value = json.dumps(
            opening["value"], ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        ).encode()
    except (ValueError, KeyError, TypeError, binascii.Error):
        report.problems.append(Problem("opening", f"字段“{name}”不在这一条存证里，或者写得不对"))
        return
    if digest is None or field_hash(digest, salt, name, value) != commitment:
        report.problems.append(Problem("opening", f"字段“{name}”的内容与存证时不一致"))
        return
    report.shown[name] = opening["value"]


def _parts(text: str) -> tuple[int, list[bytes], bytes, SignedCheckpoint]:
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != HEADER:
        raise MalformedError("不是证明文件")
    try:
        extra = base64.b64decode(lines.pop(0).removeprefix("extra "), validate=True)
        index = lines.pop(0)
        if not index.startswith("index "):
            raise MalformedError("证明文件没有写明序号")
        proof = [base64.b64decode(each, validate=True) for each in lines]
        return int(index.removeprefix("index ")), proof, extra, read_signed_checkpoint(checkpoint.encode())
    except (ValueError, IndexError) as error:
        raise MalformedError("证明文件写得不对") from error
