"""
Checkpoints (C2SP tlog-checkpoint): how large the log is and what its root is, signed by the log.

Witnesses cosign them (C2SP tlog-cosignature v1): as of that second, this is the largest log that they saw, and it
continues what they saw before.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from mingjing.domain.records.hashing import HASH_SIZE, HashName
from mingjing.domain.records.notes import (
    Note,
    NoteSigner,
    NoteVerifier,
    Signature,
    read_note,
    require_signed,
    sign_note,
    signature_of,
)
from mingjing.kernel.errors import DomainError

NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")
HASH_LINE: Final = "hash "
COSIGNATURE_HEADER: Final = "cosignature/v1"
TIMESTAMP_SIZE: Final = 8


class CheckpointError(DomainError):
    """A text that is not a checkpoint, or not of the log it should be of."""

    code: ClassVar[str] = "records.checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a log at some size. ``origin`` names the log (the shard) for all time."""

    origin: str
    size: int
    root: bytes
    hash: HashName
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed. C2SP logs use SHA-256; another hash is named in an extension line."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        if self.hash is not HashName.SHA256:
            lines.append(HASH_LINE + self.hash)
        return "\n".join([*lines, *self.extensions]) + "\n"


def read_checkpoint(text: str) -> Checkpoint:
    """
    Read the text of a checkpoint (without signatures).

    :raises CheckpointError: if it is malformed
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or "" in lines:
        raise CheckpointError("检查点至少有三行，每一行都不空，最后一行要结束。")
    origin, size, root, *extensions = lines
    if not NUMBER.fullmatch(size):
        raise CheckpointError(f"检查点的条数“{size[:40]}”不是规范的数字。")
    try:
        decoded = base64.b64decode(root, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != HASH_SIZE or base64.b64encode(decoded).decode() != root:
        raise CheckpointError("检查点的根不是32个字节的base64。")
    name = HashName.SHA256
    if extensions and extensions[0].startswith(HASH_LINE):
        named = extensions.pop(0).removeprefix(HASH_LINE)
        if named not in {each.value for each in HashName if each is not HashName.SHA256}:
            raise CheckpointError(f"检查点的哈希算法“{named[:40]}”不认识。")
        name = HashName(named)
    return Checkpoint(origin=origin, size=int(size), root=decoded, hash=name, extensions=tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[NoteSigner]) -> Note:
    """Sign a checkpoint with the keys of the log."""
    return sign_note(checkpoint.text, signers)


def open_checkpoint(text: str, *, origin: str, verifiers: Sequence[NoteVerifier]) -> tuple[Checkpoint, Note]:
    """
    Read a signed checkpoint and check that the log signed it.

    :raises NoteError: if it is not signed by the log
    :raises CheckpointError: if it is malformed or of another log
    """
    note = read_note(text)
    require_signed(note, verifiers)
    checkpoint = read_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise CheckpointError(f"这是“{checkpoint.origin}”的检查点，不是“{origin}”的。", origin=checkpoint.origin)
    return checkpoint, note


def cosign(note: Note, *, signer: NoteSigner, seconds: int) -> Signature:
    """
    Cosign a checkpoint as a witness, as of this POSIX second. Only for a checkpoint that the witness has examined.

    :raises CheckpointError: if the note is not a checkpoint
    """
    if not signer.public.type.cosigns:
        raise ValueError("the key of a witness has a cosignature type")
    read_checkpoint(note.text)
    signature = signer.sign(cosigned_message(note.text, seconds))
    return Signature(
        name=signer.public.name,
        key_id=signer.public.key_id,
        signature=seconds.to_bytes(TIMESTAMP_SIZE) + signature,
    )


def cosigned_message(text: str, seconds: int) -> bytes:
    """The bytes that a witness signs."""
    return f"{COSIGNATURE_HEADER}\ntime {seconds}\n{text}".encode()


def cosigned_at(note: Note, verifier: NoteVerifier) -> int | None:
    """
    Return the second as of which this witness cosigned the checkpoint; ``None`` if it did not.

    :raises CheckpointError: if there is a cosignature that is false
    """
    found = signature_of(note, verifier.public)
    if found is None:
        return None
    seconds = int.from_bytes(found.signature[:TIMESTAMP_SIZE])
    if not verifier.verifies(cosigned_message(note.text, seconds), found.signature[TIMESTAMP_SIZE:]):
        raise CheckpointError(f"见证人“{verifier.public.name}”的签名不对。")
    return seconds
