"""
What a witness decides when a log asks it to cosign (C2SP tlog-witness, add-checkpoint).

A witness remembers of each log the largest checkpoint that it cosigned, and cosigns only what continues it. So a log that
goes back to an old backup, or shows two faces, finds no cosignature any more.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final

from mingjing.domain.records.checkpoints import NUMBER, Checkpoint, CheckpointError, cosign, read_checkpoint
from mingjing.domain.records.hashing import Hasher, HashName
from mingjing.domain.records.notes import Note, NoteError, NoteSigner, NoteVerifier, read_note, require_signed
from mingjing.domain.records.proofs import ProofError, require_consistency
from mingjing.kernel.errors import DomainError

MOST_PROOF_LINES: Final = 63
SIZE_TYPE: Final = "text/x.tlog.size"


class Verdict(IntEnum):
    """What the protocol answers; the numbers are those of HTTP."""

    COSIGNED = 200
    MALFORMED = 400
    NOT_SIGNED = 403
    UNKNOWN_LOG = 404
    OTHER_SIZE = 409
    NOT_CONSISTENT = 422


class MalformedRequestError(DomainError):
    """A request that is not of the protocol's form."""

    code: ClassVar[str] = "records.witness_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A log asks to cosign a checkpoint that continues the one of size ``old``."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    @property
    def text(self) -> str:
        """The body of the request."""
        lines = [f"old {self.old}", *(base64.b64encode(each).decode() for each in self.proof)]
        return "\n".join([*lines, "", str(self.note)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The largest checkpoint of a log that a witness cosigned."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The witness's answer; ``seen`` is what it must remember from now on, before it answers."""

    verdict: Verdict
    body: str
    seen: Seen | None = None


def read_request(body: str) -> Request:
    """
    Read the body of an ``add-checkpoint`` request.

    :raises MalformedRequestError: if it is malformed
    """
    head, gap, rest = body.partition("\n\n")
    first, *lines = head.split("\n")
    old = first.removeprefix("old ")
    if not gap or not first.startswith("old ") or not NUMBER.fullmatch(old) or len(lines) > MOST_PROOF_LINES:
        raise MalformedRequestError("请求的格式不对。")
    try:
        proof = tuple(base64.b64decode(each, validate=True) for each in lines)
        note = read_note(rest)
        return Request(old=int(old), proof=proof, note=note, checkpoint=read_checkpoint(note.text))
    except (binascii.Error, ValueError, NoteError, CheckpointError) as error:
        raise MalformedRequestError(f"请求的格式不对：{error}") from error


def consider(
    request: Request,
    *,
    logs: Mapping[str, Sequence[NoteVerifier]],
    seen: Seen | None,
    signer: NoteSigner,
    hashers: Mapping[HashName, Hasher],
    seconds: int,
) -> Answer:
    """
    Decide on a request.

    ``logs`` are the logs that the witness knows, by origin, with their keys; ``seen`` is what it last cosigned of this
    one. The caller must keep others from deciding on the same log until the new state is stored.
    """
    checkpoint = request.checkpoint
    verifiers = logs.get(checkpoint.origin)
    if verifiers is None:
        return Answer(verdict=Verdict.UNKNOWN_LOG, body="不认识这个日志。\n")
    try:
        require_signed(request.note, verifiers)
    except NoteError as error:
        return Answer(verdict=Verdict.NOT_SIGNED, body=f"{error}\n")
    if request.old > checkpoint.size:
        return Answer(verdict=Verdict.MALFORMED, body="旧的条数大于检查点的条数。\n")
    known = seen.size if seen else 0
    if request.old != known or (seen and checkpoint.size == seen.size and checkpoint.root != seen.root):
        return Answer(verdict=Verdict.OTHER_SIZE, body=f"{known}\n")
    try:
        _require_continues(request, seen, hashers[checkpoint.hash])
    except ProofError as error:
        return Answer(verdict=Verdict.NOT_CONSISTENT, body=f"{error}\n")
    line = cosign(request.note, signer=signer, seconds=seconds)
    return Answer(verdict=Verdict.COSIGNED, body=str(line), seen=Seen(size=checkpoint.size, root=checkpoint.root))


def _require_continues(request: Request, seen: Seen | None, hasher: Hasher) -> None:
    checkpoint = request.checkpoint
    if seen is None or seen.size == 0:
        if request.proof:
            raise ProofError("从空日志开始不需要证明。")
        if checkpoint.size == 0 and checkpoint.root != hasher.empty():
            raise ProofError("空日志的根不对。")
        return
    require_consistency(
        hasher,
        old=seen.size,
        new=checkpoint.size,
        old_root=seen.root,
        new_root=checkpoint.root,
        proof=request.proof,
    )
