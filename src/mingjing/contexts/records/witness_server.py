"""
A witness: a small server of its own, run by an outside body, with its state in a folder. It needs no database.

``witness.key`` is its private key; ``logs.txt`` holds a line for each log that it watches: origin (or its beginning, for
logs of yearly shards, ending in ``*``), a space, the log's public key. ``state/`` keeps the latest checkpoint of each.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from mingjing.contexts.records.keys import hasher, make_key, read_key, verifier, write_key
from mingjing.contexts.records.publication import write_file
from mingjing.domain.records.checkpoints import read_checkpoint
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.notes import KeyType, NoteVerifier, PublicKey, read_note, read_public_key
from mingjing.domain.records.witnessing import (
    SIZE_TYPE,
    Answer,
    MalformedRequestError,
    Seen,
    Verdict,
    consider,
    read_request,
)

LARGEST_REQUEST: Final = 65_536
SECONDS: Final = 10.0


class WitnessState:
    """What a witness knows: its key, the logs it watches, and the latest checkpoint that it cosigned of each."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now
        self._deciding = threading.Lock()
        self._signer = read_key(folder / "witness.key")

    @property
    def public(self) -> PublicKey:
        """The witness's public key."""
        return self._signer.public

    def answer(self, body: str) -> Answer:
        """Decide on a request, and remember what was cosigned before anybody hears of it."""
        try:
            request = read_request(body)
        except MalformedRequestError as error:
            return Answer(verdict=Verdict.MALFORMED, body=f"{error}\n")
        origin = request.checkpoint.origin
        # One decision at a time: between looking at the latest checkpoint and storing the next, nobody else may look.
        with self._deciding:
            answer = consider(
                request,
                logs=self._logs(origin),
                seen=self.seen(origin),
                signer=self._signer,
                hashers={name: hasher(name) for name in HashName},
                seconds=int(self._now()),
            )
            if answer.seen is not None:
                write_file(self._path(origin), (str(request.note) + answer.body).encode())
        return answer

    def seen(self, origin: str) -> Seen | None:
        """Return what was last cosigned of a log."""
        path = self._path(origin)
        if not path.exists():
            return None
        checkpoint = read_checkpoint(read_note(path.read_text("utf-8")).text)
        return Seen(size=checkpoint.size, root=checkpoint.root)

    def _path(self, origin: str) -> Path:
        return self._folder / "state" / f"{hashlib.sha256(origin.encode()).hexdigest()[:16]}.checkpoint"

    def _logs(self, origin: str) -> Mapping[str, Sequence[NoteVerifier]]:
        found = []
        for line in (self._folder / "logs.txt").read_text("utf-8").splitlines():
            pattern, _, key = line.strip().partition(" ")
            if key and (pattern == origin or (pattern.endswith("*") and origin.startswith(pattern[:-1]))):
                found.append(verifier(read_public_key(key)))
        return {origin: found} if found else {}


def set_up_witness(folder: Path, *, name: str, log_key: str) -> PublicKey:
    """
    Set up a witness in a folder: a key of its own, of the kind of the log's, and the log that it shall watch.

    :raises NoteError: if the key of the log is malformed
    :raises FileExistsError: if there is a witness in the folder already
    """
    log = read_public_key(log_key)
    kind = KeyType.SM2_COSIGNATURE if log.type is KeyType.SM2 else KeyType.ED25519_COSIGNATURE
    signer = make_key(name, kind)
    write_key(folder / "witness.key", signer)
    (folder / "logs.txt").write_text(f"{log.name}/* {log}\n", "utf-8")
    return signer.public


def server(state: WitnessState, *, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server of the witness protocol; the caller runs it."""

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path.rstrip("/").rpartition("/")[2] != "add-checkpoint":
                self._say(404, "没有这个地址。\n")
            elif not length.isdigit() or int(length) > LARGEST_REQUEST:
                self.close_connection = True
                self._say(413, "请求太大，或者没有写明长度。\n")
            else:
                try:
                    body = self.rfile.read(int(length)).decode()
                except UnicodeDecodeError:
                    self._say(Verdict.MALFORMED, "不是UTF-8。\n")
                    return
                answer = state.answer(body)
                self._say(answer.verdict, answer.body, sized=answer.verdict is Verdict.OTHER_SIZE)

        def do_GET(self) -> None:
            self._say(200, f"{state.public}\n")

        def _say(self, status: int, text: str, *, sized: bool = False) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", SIZE_TYPE if sized else "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing; a log of requests is the proxy's business."""

    return ThreadingHTTPServer((host, port), Handler)
