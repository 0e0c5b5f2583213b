"""Ask outside witnesses to cosign a checkpoint, over HTTP (C2SP tlog-witness)."""

import http.client
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from django.db import transaction

from mingjing.contexts.records.keys import verifier
from mingjing.contexts.records.models import Checkpoint, Cosignature, Witness
from mingjing.contexts.records.tiles import tree_of
from mingjing.domain.records.checkpoints import CheckpointError, cosigned_at, read_checkpoint
from mingjing.domain.records.notes import Note, NoteError, read_note, read_public_key, read_signature
from mingjing.domain.records.witnessing import Request, Verdict
from mingjing.kernel.errors import DomainError

SECONDS: Final = 10.0
LARGEST_ANSWER: Final = 65_536

_log = logging.getLogger(__name__)


class WitnessAddressError(DomainError):
    """An address to which no checkpoint can be sent."""

    code = "records.witness_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRefusal:
    """A witness that did not cosign, and why."""

    witness: str
    message: str


@transaction.atomic
def add_witness(*, name: str, address: str, key: str) -> Witness:
    """
    Enter a witness.

    :raises NoteError: if the key is malformed or not that of a witness
    :raises WitnessAddressError: if the address is not one of HTTP or HTTPS
    """
    read = read_public_key(key)
    if not read.type.cosigns:
        raise NoteError(f"“{read.name}”不是见证人的公钥：它不产生见证签名。")
    if urlsplit(address).scheme not in {"http", "https"}:
        raise WitnessAddressError(f"见证人的地址“{address}”应当以 http:// 或 https:// 开头。")
    return Witness.objects.create(name=name, address=address.rstrip("/"), key=str(read))


def ask_witnesses(checkpoint: Checkpoint) -> list[WitnessRefusal]:
    """Ask all witnesses for their cosignatures; return those that did not give one. None of them stops the log."""
    return [refusal for witness in Witness.objects.filter(is_active=True) for refusal in _asked(checkpoint, witness)]


def _asked(checkpoint: Checkpoint, witness: Witness) -> Iterator[WitnessRefusal]:
    if checkpoint.cosignatures.filter(witness=witness).exists():
        return
    latest = (
        Cosignature.objects.filter(witness=witness, checkpoint__shard=checkpoint.shard)
        .order_by("-checkpoint__size")
        .values_list("checkpoint__size", flat=True)
        .first()
    )
    try:
        status, body = _send(witness, _request(checkpoint, latest or 0))
        if status == Verdict.OTHER_SIZE and body.strip().isdigit():
            # It knows another state than we do: ours may be lost with a backup, or it missed our record of it.
            if int(body) > checkpoint.size:
                yield _refused(
                    witness, f"见证人已经见证过{int(body)}条，本日志只有{checkpoint.size}条：可能恢复了旧备份"
                )
                return
            status, body = _send(witness, _request(checkpoint, int(body)))
        if status != Verdict.COSIGNED:
            yield _refused(witness, f"见证人没有签名（{status}）：{body.strip()[:200]}")
            return
        _keep(checkpoint, witness, body)
    except (URLError, OSError, http.client.HTTPException, NoteError, CheckpointError, ValueError) as error:
        yield _refused(witness, f"没有取得见证签名：{error}")


def _request(checkpoint: Checkpoint, old: int) -> Request:
    note = read_note(checkpoint.note)
    proof = tree_of(checkpoint.shard).consistency_proof(old, checkpoint.size)
    return Request(old=old, proof=tuple(proof), note=note, checkpoint=read_checkpoint(note.text))


def _send(witness: Witness, request: Request) -> tuple[int, str]:
    if urlsplit(witness.address).scheme not in {"http", "https"}:
        raise ValueError("not an address of HTTP")
    asked = HttpRequest(  # noqa: S310 (the scheme is checked)
        f"{witness.address}/add-checkpoint",
        data=request.text.encode(),
        method="POST",
        headers={"Content-Type": "text/plain; charset=utf-8"},
    )
    try:
        with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read(LARGEST_ANSWER).decode()
    except HTTPError as error:
        with error:
            return error.code, error.read(LARGEST_ANSWER).decode(errors="replace")


def _keep(checkpoint: Checkpoint, witness: Witness, body: str) -> None:
    """Keep the signature of the witness, if it is one; others in the answer are passed over."""
    key = read_public_key(witness.key)
    note = read_note(checkpoint.note)
    for line in body.splitlines():
        signature = read_signature(line)
        if (signature.name, signature.key_id) != (key.name, key.key_id):
            continue
        seconds = cosigned_at(Note(text=note.text, signatures=(signature,)), verifier(key))
        assert seconds is not None
        Cosignature.objects.create(
            checkpoint=checkpoint,
            witness=witness,
            line=str(signature),
            witnessed_at=datetime.fromtimestamp(seconds, UTC),
        )
        return
    raise NoteError("答复里没有这个见证人的签名")


def _refused(witness: Witness, message: str) -> WitnessRefusal:
    _log.warning("witness did not cosign", extra={"witness": witness.name, "reason": message})
    return WitnessRefusal(witness=witness.name, message=message)
