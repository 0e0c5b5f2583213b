"""Pages on which anybody can look an entry up, follow its proof, and take the files to check everything elsewhere."""

import re
from base64 import b64encode
from datetime import datetime
from typing import Any, Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mingjing.contexts.records import queries
from mingjing.contexts.records.keys import hasher
from mingjing.contexts.records.queries import LoggedAct, NotInLogError, Proof
from mingjing.contexts.records.suite import public_folder
from mingjing.domain.records.layout import proof_file as written_proof
from mingjing.domain.records.proofs import climbs
from mingjing.kernel.canonical import canonical

NUMBER: Final = re.compile(r"\s*(\d{4})\s*(?:年第?|[-－—/])\s*(\d{1,12})\s*号?\s*")
PUBLIC_NAME: Final = re.compile(r"log\.json|[A-Za-z0-9_-]+/(checkpoint|checkpoints/\d+|tile/[0-9a-z/.]+)")
SHOWN_CHECKPOINTS: Final = 20
HASHES: Final = {"sm3": "SM3", "sha256": "SHA-256"}
ACT_WORDS: Final = {"log.open_shard": "开启年度日志", "log.erase": "依法抹去内容"}


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show how the log stands, and find entries by number or by the code of an object."""
    asked = request.GET.get("q", "").strip()
    if number := NUMBER.fullmatch(asked):
        return redirect("log_entry", shard=number[1], place=int(number[2]))
    found = queries.public_history(asked) if asked else []
    return render(
        request,
        "records/log.html",
        {
            "title": "执法存证日志",
            "asked": asked,
            "found": [_act(each) for each in found],
            "status": queries.status(),
            "shards": [_shard(each.name, each.size, each.hash, each.origin) for each in queries.shards()],
            "checkpoints": [_checkpoint(each) for each in queries.checkpoints(most=SHOWN_CHECKPOINTS)],
        },
    )


@require_safe
def entry(request: HttpRequest, shard: str, place: int) -> HttpResponse:
    """Show one entry with its proof, step by step."""
    try:
        acted = queries.public_entry(shard, place)
    except NotInLogError as error:
        raise Http404(error.message) from error
    try:
        proof, waiting = _proof(queries.prove(shard, place)), ""
    except NotInLogError as error:
        proof, waiting = None, error.message
    return render(
        request,
        "records/entry.html",
        {
            "title": f"{shard}年第{place}号存证",
            "crumbs": [{"label": "执法存证日志", "href": "/log/"}, {"label": f"{shard}年第{place}号", "href": ""}],
            "act": _act(acted),
            "proof": proof,
            "waiting": waiting,
        },
    )


@require_safe
def proof_file(request: HttpRequest, shard: str, place: int) -> HttpResponse:  # noqa: ARG001
    """Give the proof as a file (C2SP tlog-proof) that can be checked without this platform."""
    try:
        proof = queries.prove(shard, place)
    except NotInLogError as error:
        raise Http404(error.message) from error
    packed = canonical({"entry": b64encode(proof.data).decode(), "openings": {}})
    text = written_proof(index=place, proof=proof.hashes, checkpoint=proof.checkpoint, extra=packed)
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{shard}-{place}.tlog-proof"'},
    )


@require_safe
def public_file(request: HttpRequest, name: str) -> HttpResponse | FileResponse:  # noqa: ARG001
    """Give one of the public files."""
    folder = public_folder().resolve()
    path = (folder / name).resolve()
    if not PUBLIC_NAME.fullmatch(name) or folder not in path.parents or not path.is_file():
        raise Http404("没有这个公开文件。")
    kind = "text/plain; charset=utf-8" if "/tile/" not in name else "application/octet-stream"
    return FileResponse(path.open("rb"), content_type="application/json" if name == "log.json" else kind)


log.public = entry.public = proof_file.public = public_file.public = True  # type: ignore[attr-defined]


def _act(acted: LoggedAct) -> dict[str, Any]:
    return {
        "number": acted.number,
        "shard": acted.shard,
        "place": acted.place,
        "at": _moment(acted.at),
        "act": ACT_WORDS.get(acted.act, ""),
        "code": acted.act,
        "who": "不公开" if acted.actor.endswith("#") else acted.actor,
        "subject": "不公开" if acted.subject.endswith("#") else acted.subject,
        "public": acted.public.items(),
        "hidden": acted.erased,
    }


def _shard(name: str, size: int, hash_name: str, origin: str) -> dict[str, Any]:
    return {"name": name, "size": size, "hash": HASHES[hash_name], "origin": origin}


def _checkpoint(row: Any) -> dict[str, Any]:
    return {
        "shard": row.shard.name,
        "size": row.size,
        "root": b64encode(bytes(row.root)).decode(),
        "signed_at": _moment(row.signed_at),
        "witnesses": [f"{each.witness.name}（{_moment(each.witnessed_at)}）" for each in row.cosignatures.all()],
        "file": f"{row.shard.name}/checkpoints/{row.size:012}",
    }


def _proof(proof: Proof) -> dict[str, Any]:
    steps = climbs(
        hasher(proof.hash), leaf_hash=proof.leaf_hash, index=proof.place, size=proof.size, proof=proof.hashes
    )
    return {
        "hash": HASHES[proof.hash],
        "data": proof.data.decode(),
        "leaf": proof.leaf_hash.hex(),
        "steps": [
            {"side": "左" if each.sibling_is_left else "右", "sibling": each.sibling.hex(), "node": each.node.hex()}
            for each in steps
        ],
        "root": proof.root.hex(),
        "root_base64": b64encode(proof.root).decode(),
        "size": proof.size,
        "origin": proof.origin,
        "holds": (steps[-1].node if steps else proof.leaf_hash) == proof.root,
        "checkpoint": proof.checkpoint,
    }


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
