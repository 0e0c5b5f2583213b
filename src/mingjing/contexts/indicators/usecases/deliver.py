"""Facts are handed in: the original is kept, read into the standard, and bad rows are handed back."""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators.models import Delivery, DeliveryState
from mingjing.contexts.indicators.usecases.base import IndicatorsError, log, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.facts.mapping import built_in
from mingjing.facts.packages import Limits, unpack
from mingjing.facts.read import Progress as Reading
from mingjing.facts.read import read_facts
from mingjing.facts.schema import TABLES
from mingjing.kernel.errors import DomainError

BAD_ROWS: Final = "bad_rows.xlsx"
_MOST_BYTES: Final = 2 * 1024**3
_CHUNK: Final = 1024 * 1024

type Tell = Callable[[int, int, str], None]


def deliver(
    *,
    actor: Actor,
    at: datetime,
    unit: str,
    path: Path,
    name: str,
    data_until: date,
    data_from: date | None = None,
    mapping: str = "",
) -> Delivery:
    """
    Take facts in for a unit: a file, a zip, or a folder (kept as a zip). They are read by :func:`take_in`.

    ``data_until`` is the last day of which the facts tell; what lies after it is not evaluated by them.

    :raises MissingError: if the actor may not deliver for the unit
    :raises IndicatorsError: if a day lies in the future, the file is too large or empty, or there is no such mapping
    """
    owner = access(Unit.objects.all(), actor, "indicators.delivery.submit", code=unit)
    if data_until > localdate(at):
        raise IndicatorsError("数据截至日不能在今天以后。")
    if data_from is not None and data_from > data_until:
        raise IndicatorsError("数据起始日不能在截至日以后。")
    if mapping and mapping not in {one.id for one in built_in()}:
        raise IndicatorsError(f"没有“{mapping}”这个字段对照。")
    with tempfile.TemporaryDirectory(prefix="mingjing-delivery-") as folder:
        original = _packed(path, Path(folder)) if path.is_dir() else path
        size = original.stat().st_size
        if not 0 < size <= _MOST_BYTES:
            raise IndicatorsError("数据包是空的，或者超过 2 GB。")
        digest = _digest(original)
        with transaction.atomic():
            row = Delivery.objects.create(
                place=_county(owner.place),
                unit=owner,
                name=(name if not path.is_dir() else f"{Path(name).name}.zip")[-200:],
                size=size,
                sha256=digest,
                mapping=mapping,
                data_from=data_from,
                data_until=data_until,
                received_at=at,
                received_by=actor.code,
                received_by_name=actor.name,
            )
            with original.open("rb") as file:
                row.file = default_storage.save(f"facts/deliveries/{row.pk}/original{_suffix(row.name)}", File(file))
            row.save()
            log(
                actor, at, "deliver", f"delivery:{row.pk}", unit=owner.code, sha256=digest, until=data_until.isoformat()
            )
    return row


def take_in(*, actor: Actor, at: datetime, delivery: int, tell: Tell = lambda *_: None) -> Delivery:
    """
    Read a delivery into the standard; bad rows go into a workbook to be handed back, the others count.

    Outside a transaction: it may take minutes. What cannot be read at all is said on the delivery.

    :raises IndicatorsError: if it was read before
    """
    row = access(Delivery.objects.select_related("unit"), actor, "indicators.delivery.submit", pk=delivery)
    if row.state != DeliveryState.READING:
        raise IndicatorsError("这个数据包已经读过。")

    def told(progress: Reading) -> None:
        tell(progress.sources_done, progress.sources or 1, f"{progress.stage} {progress.file}")

    with tempfile.TemporaryDirectory(prefix="mingjing-delivery-") as folder:
        original, out = Path(folder) / _plain(row.name), Path(folder) / "facts"
        with default_storage.open(row.file, "rb") as source, original.open("wb") as target:
            shutil.copyfileobj(source, target, _CHUNK)
        try:
            tables = _standard(original, Path(folder)) or original
            report = read_facts(tables, out, mapping=row.mapping or None, progress=told)
        except DomainError as error:
            return _failed(actor, at, row, error.message)
        prefix = f"facts/deliveries/{row.pk}/standard"
        for file in sorted(out.iterdir()):
            if file.is_file():
                with file.open("rb") as content:
                    kept = default_storage.save(f"{prefix}/{file.name}", File(content))
                if file.name == BAD_ROWS:
                    row.bad_rows = kept
    with transaction.atomic():
        row.folder, row.state = prefix, DeliveryState.TAKEN
        row.tables = {name: table.rows_kept for name, table in report.tables.items()}
        row.problems, row.words = report.problem_total, report.summary()[:4000]
        save(row)
        log(
            actor,
            at,
            "take_in",
            f"delivery:{row.pk}",
            rows=sum(row.tables.values()),
            problems=row.problems,
        )
    return row


@transaction.atomic
def withdraw(*, actor: Actor, at: datetime, delivery: int, version: int, reason: str) -> Delivery:
    """
    Take a delivery out of the facts in force; the next computing goes without it.

    :raises IndicatorsError: without a reason, or if it does not count
    """
    row = access(
        Delivery.objects.all(),
        actor,
        "indicators.delivery.submit",
        see="indicators.delivery.view",
        lock=True,
        pk=delivery,
    )
    require_fresh(row, version)
    if row.state == DeliveryState.WITHDRAWN:
        raise IndicatorsError("这个数据包已经撤回。")
    if not reason.strip():
        raise IndicatorsError("撤回数据包要写明理由。")
    row.state = DeliveryState.WITHDRAWN
    save(row)
    log(actor, at, "withdraw_delivery", f"delivery:{row.pk}", reason.strip())
    return row


def cached(folder: str) -> Path:
    """Where the files of a snapshot are kept on this machine."""
    return Path(settings.HOME) / "cache" / folder.replace("/", "-")


def fetch(prefix: str, into: Path) -> Path:
    """Bring the standard tables of a stored folder onto this machine; return where they lie."""
    into.mkdir(parents=True, exist_ok=True)
    _, names = default_storage.listdir(prefix)
    for name in names:
        if name.endswith((".parquet", ".json")) and not (into / name).exists():
            beside = into / f".{name}"
            with default_storage.open(f"{prefix}/{name}", "rb") as source, beside.open("wb") as target:
                shutil.copyfileobj(source, target, _CHUNK)
            beside.replace(into / name)
    return into


def _failed(actor: Actor, at: datetime, row: Delivery, words: str) -> Delivery:
    with transaction.atomic():
        row.state, row.words = DeliveryState.FAILED, words
        save(row)
        log(actor, at, "take_in", f"delivery:{row.pk}", failed=True)
    return row


def _county(place: str) -> str:
    """The county of a town's place: facts are taken together by county."""
    return place[:6] if len(place) > 6 else place


def _packed(folder: Path, into: Path) -> Path:
    """Pack a folder's tables as one zip, without what stands beside them."""
    packed = into / "delivery.zip"
    stems = {*TABLES, *(table.label for table in TABLES.values())}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and (file.suffix != ".parquet" or file.stem in stems) and file.suffix != ".json":
                archive.write(file, file.relative_to(folder).as_posix())
    return packed


def _standard(original: Path, work: Path) -> Path | None:
    """Unpack a zip of standard tables as they are: which columns their sender gave stands in the files themselves."""
    if not zipfile.is_zipfile(original) or original.suffix.lower() != ".zip":
        return None
    members = unpack(original.name, original, work / "members", Limits())
    tables = {Path(member).stem: file for member, file in members if member.lower().endswith(".parquet")}
    if not members or len(tables) != len(members) or not set(tables) <= set(TABLES):
        return None
    folder = work / "standard"
    folder.mkdir()
    for name, file in tables.items():
        file.rename(folder / f"{name}.parquet")
    return folder


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix[1:].isalnum() and len(suffix) <= 9 else ""


def _plain(name: str) -> str:
    """The name by which the reader knows what a file is; of a path only the last part."""
    return Path(name).name or "delivery"
