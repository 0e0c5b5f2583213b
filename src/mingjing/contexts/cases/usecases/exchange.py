"""
A case handed over whole: facts, documents, the digests of recordings, proofs from the log, under one signed list.

Another system can read it (Parquet, PDF, JSON), and check it without this platform; another Mingjing takes it in.
What few may know of (LC-24, RZ-64) goes into no part of it.
"""

import hashlib
import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases.base import access_case, log, procedure_for
from mingjing.contexts.cases.usecases.export_facts import export_cases
from mingjing.contexts.cases.usecases.import_facts import Imported, import_cases
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.queries import checked_signatures, latest_rendition
from mingjing.contexts.media.models import Recording
from mingjing.contexts.records.keys import hasher, verifier
from mingjing.contexts.records.queries import NotInLogError, history, prove
from mingjing.contexts.records.suite import log_signer
from mingjing.domain.procedures.library import confidential_events
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.layout import proof_file as written_proof
from mingjing.domain.records.notes import NoteError, read_note, read_public_key, require_signed, sign_note
from mingjing.kernel.canonical import canonical
from mingjing.kernel.errors import DomainError

HEADER: Final = "mingjing case package v1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.note"
LARGEST: Final = 2 * 1024**3
"""Bytes that a package may unpack to; beyond it nothing is read."""


class PackageError(DomainError):
    """A package that is none, or that does not hold what its list says."""

    code = "cases.package"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A package that was checked: whose key signed it, which cases it holds, how many files were compared."""

    signed_by: str
    cases: tuple[str, ...]
    files: int


@transaction.atomic
def pack_case(*, actor: Actor, at: datetime, case: str, reason: str) -> bytes:
    """
    Pack a case for another system; return the ZIP.

    :raises MissingError: if there is no such case that the actor may see
    :raises ForbiddenError: if the actor may not export it
    :raises PackageError: if no reason is given
    """
    row = access_case(actor, case, "cases.case.export")
    if not reason.strip():
        raise PackageError("请写明交换的用途和接收单位。")
    files = dict(_files(row))
    sm3 = hasher(HashName.SM3)
    listed: dict[str, Any] = {
        "format": HEADER,
        "case": row.code,
        "case_no": row.case_no,
        "packed_at": at.isoformat(),
        "files": {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "sm3": sm3.digest(data).hex()}
            for name, data in sorted(files.items())
        },
    }
    manifest = canonical(listed)
    signer = log_signer(at=at)
    text = f"{HEADER}\n{hashlib.sha256(manifest).hexdigest()}\n{sm3.digest(manifest).hex()}\n"
    note = str(sign_note(text, [signer]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(MANIFEST, manifest)
        package.writestr(SIGNATURE, note)
        package.writestr("key.txt", f"{signer.public}\n")
        for name, data in files.items():
            package.writestr(name, data)
    data = out.getvalue()
    log(actor, at, "pack_case", row, reason, sha256=hashlib.sha256(data).hexdigest(), files=len(files))
    return data


def _files(row: Case) -> Iterator[tuple[str, bytes]]:
    with TemporaryDirectory() as folder:
        export_cases(Path(folder), only=row.code)
        for file in sorted(Path(folder).glob("*.parquet")):
            yield f"facts/{file.name}", file.read_bytes()
    documents = []
    for one in Document.objects.filter(subject_kind="case", subject_code=row.code).exclude(state=DocumentState.DRAFT):
        made = latest_rendition(one)
        if made is None or one.kind_data.confidential:
            continue
        name = f"documents/{one.code}.pdf"
        with default_storage.open(made.file) as kept:
            yield name, kept.read()
        documents.append(_document(one, name))
    yield "documents.json", canonical(documents)
    yield "recordings.json", canonical(list(_recordings(row)))
    for number, text in _proofs(row):
        yield f"proofs/{number}.tlog-proof", text.encode()


def _document(one: Document, name: str) -> dict[str, Any]:
    return {
        "file": name,
        "kind": one.kind,
        "name": one.kind_data.name,
        "number": one.number,
        "dated_on": one.dated_on.isoformat() if one.dated_on else None,
        "state": one.state,
        "event": one.step,
        "check": one.check_code,
        "signatures": [{"who": each.who, "name": each.name, "holds": each.holds} for each in checked_signatures(one)],
    }


def _recordings(row: Case) -> Iterator[dict[str, Any]]:
    found = Recording.objects.filter(subject_kind="case", subject_code=row.code)
    for one in found.exclude(step_kind__in=confidential_events()).order_by("started_at", "pk"):
        yield {
            "code": one.code,
            "kind": one.kind,
            "event": one.step_code,
            "shows": one.shows,
            "started_at": one.started_at.isoformat(),
            "device": one.device_no,
            "size": one.size,
            "sha256": one.sha256,
            "sm3": one.sm3,
        }


def _proofs(row: Case) -> Iterator[tuple[str, str]]:
    """The entries about the case that are signed into the log already and may be told."""
    hidden = _hidden(row)
    for acted in history(f"case:{row.code}"):
        if acted.shard is None or acted.place is None or not hidden.isdisjoint(map(str, acted.fields.values())):
            continue
        try:
            proof = prove(acted.shard, acted.place)
        except NotInLogError:
            continue
        packed = canonical({"entry": b64encode(proof.data).decode(), "openings": {}})
        text = written_proof(index=acted.place, proof=proof.hashes, checkpoint=proof.checkpoint, extra=packed)
        yield acted.number, text


def _hidden(row: Case) -> set[str]:
    """What an entry names that is about what few may know of."""
    steps = [one.code for one in procedure_for(row).steps if one.confidential]
    drafts = row.drafts.filter(step__in=steps).values_list("code", flat=True)
    events = row.events.filter(type__in=confidential_events()).values_list("code", flat=True)
    sent = row.referrals.filter(to="discipline").values_list("code", flat=True)
    return {*steps, *drafts, *events, *sent}


def check_package(data: bytes) -> Checked:
    """
    Check that a package is signed by the key that it names, and holds exactly what its list says.

    Whether that key is the one of the sender is for the reader to compare with what the sender published.

    :raises PackageError: if anything differs; the message names the file
    """
    files = _unpacked(data)
    manifest, note, key = (files.pop(name, b"") for name in (MANIFEST, SIGNATURE, "key.txt"))
    try:
        listed = json.loads(manifest)
        public = read_public_key(key.decode())
        signed = read_note(note.decode())
        require_signed(signed, [verifier(public)])
    except (ValueError, NoteError, UnicodeDecodeError) as error:
        raise PackageError(f"交换包没有可以核对的签名：{error}") from error
    sm3 = hasher(HashName.SM3)
    wanted = f"{HEADER}\n{hashlib.sha256(manifest).hexdigest()}\n{sm3.digest(manifest).hex()}\n"
    if signed.text != wanted:
        raise PackageError("目录与签名不符，交换包被改动过。")
    _compare(listed["files"], files)
    return Checked(signed_by=public.name, cases=(str(listed["case"]),), files=len(files))


def _compare(listed: Mapping[str, Mapping[str, Any]], files: Mapping[str, bytes]) -> None:
    missing, foreign = sorted(set(listed) - set(files)), sorted(set(files) - set(listed))
    if missing or foreign:
        said = [f"缺少{'、'.join(missing)}"] if missing else []
        said += [f"多出{'、'.join(foreign)}"] if foreign else []
        raise PackageError(f"交换包与目录不符：{'；'.join(said)}。")
    for name, data in files.items():
        if hashlib.sha256(data).hexdigest() != listed[name]["sha256"]:
            raise PackageError(f"“{name}”与目录的摘要不符，交换包被改动过。")


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(one.file_size for one in package.infolist()) > LARGEST:
                raise PackageError("交换包展开后太大，没有读取。")
            return {one.filename: package.read(one) for one in package.infolist() if not one.is_dir()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise PackageError("这不是案件交换包，或者文件已经损坏。") from error


def take_package(*, actor: Actor, at: datetime, data: bytes) -> tuple[Checked, Imported]:
    """
    Check a package and take its case in.

    :raises PackageError: if it is not what its list says
    :raises ForbiddenError: if the actor may import nowhere
    """
    checked = check_package(data)
    files = _unpacked(data)
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            if name.startswith("facts/") and "/" not in name.removeprefix("facts/"):
                (Path(folder) / name.removeprefix("facts/")).write_bytes(content)
        made = import_cases(actor=actor, at=at, folder=Path(folder))
    return checked, made
