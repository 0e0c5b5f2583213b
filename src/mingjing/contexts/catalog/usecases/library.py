"""The law library: instruments entered, full texts imported, standing changed, affected contents handled, guiding cases."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, access, require
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog.models import Affected, Cited, GuidingCase, Instrument, Item, Provision
from mingjing.contexts.catalog.queries import FAMILIES, plain_title
from mingjing.contexts.catalog.usecases import indexing
from mingjing.contexts.catalog.usecases.editions import NoReasonError, TakenError
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.catalog.editions import Status
from mingjing.kernel.errors import DomainError
from mingjing.law import instruments as known_instruments
from mingjing.law.instruments import Level
from mingjing.law.texts import Text, read_text

SUFFIXES: Final = (".txt", ".md", ".docx")
_LARGEST_BYTES: Final = 20 * 2**20


class UnreadableFileError(DomainError):
    """A file cannot be read as a text of law."""

    code = "catalog.unreadable_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file."""

    file: str
    title: str = ""
    articles: int = 0
    outcome: str = "refused"
    problems: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Say it in Chinese."""
        return {"new": "新录入", "renewed": "已更新", "same": "内容未变", "refused": "没有导入"}[self.outcome]


@dataclass(slots=True)
class ImportReport:
    """What became of a folder."""

    files: list[FileReport] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """Count the files with an outcome."""
        return sum(one.outcome == outcome for one in self.files)


@transaction.atomic
def enter_instrument(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    title: str,
    level: str,
    issuer: str = "",
    number: str = "",
    short: str = "",
    place: str = "",
    in_force_from: date | None = None,
    adopted_on: date | None = None,
) -> Instrument:
    """
    Enter an instrument without its text, so that it can be cited.

    :raises TakenError: if the code is taken
    """
    require(actor, "catalog.law.edit")
    if Instrument.objects.filter(code=code).exists():
        raise TakenError(f"编号“{code}”已经有了。")
    row = Instrument.objects.create(
        code=code,
        title=title.strip().strip("《》"),
        short=short.strip(),
        level=Level(level),
        issuer=issuer,
        number=number,
        place=place,
        in_force_from=in_force_from,
        adopted_on=adopted_on,
        standing=_standing(in_force_from, at),
    )
    _log(actor, at, "enter_instrument", row, {"title": row.title, "number": number})
    indexing.index_instrument(row)
    return row


@transaction.atomic
def enter_known(*, actor: Actor, at: datetime) -> int:
    """Enter the instruments that the platform's own law data name; those that are there stay. Returns how many are new."""
    require(actor, "catalog.law.edit")
    there = set(Instrument.objects.values_list("code", flat=True))
    made = 0
    for one in known_instruments.instruments().values():
        if one.id in there or one.level is Level.PRACTICE:
            continue
        Instrument.objects.create(
            code=one.id,
            title=one.title,
            short=one.short if one.short != one.title else "",
            number=one.number or "",
            issuer=one.issuer,
            level=one.level,
            place=one.place or "",
            in_force_from=one.in_force[0],
            in_force_until=one.in_force[1],
            standing=_standing(one.in_force[0], at),
        )
        made += 1
    if made:
        append(actor=actor.code, at=at, act="catalog.enter_known", subject="law:data", fields={"count": made})
    return made


def import_folder(*, actor: Actor, at: datetime, folder: Path) -> ImportReport:
    """
    Import every text of law in a folder; each file succeeds or fails by itself, and the report names every problem.

    Reading the same files again changes nothing.

    :raises UnreadableFileError: if there is no such folder, or no text in it
    """
    require(actor, "catalog.law.edit")
    if not folder.is_dir():
        raise UnreadableFileError(f"没有“{folder}”这个文件夹。")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith((".", "~")))
    if not any(path.suffix.lower() in SUFFIXES for path in files):
        raise UnreadableFileError(f"“{folder}”里没有可以读取的文件（{'、'.join(SUFFIXES)}）。")
    report = ImportReport()
    for path in files:
        report.files.append(_import_file(actor, at, path))
    return report


def _import_file(actor: Actor, at: datetime, path: Path) -> FileReport:
    if path.suffix.lower() not in SUFFIXES:
        return FileReport(
            file=path.name, problems=(f"不能读取{path.suffix or '没有扩展名的'}文件，请另存为DOCX或者TXT。",)
        )
    try:
        return import_text(actor=actor, at=at, name=path.name, data=path.read_bytes())
    except DomainError as error:
        return FileReport(file=path.name, problems=(error.message,))
    except OSError as error:
        return FileReport(file=path.name, problems=(f"读不出这个文件：{error.strerror}。",))


@transaction.atomic
def import_text(*, actor: Actor, at: datetime, name: str, data: bytes, code: str = "") -> FileReport:
    """
    Import one full text; the instrument is found by title and date, or ``code``, else entered.

    :raises UnreadableFileError: if it is no text
    :raises NoProvisionsError: if it holds no article
    """
    require(actor, "catalog.law.edit")
    lines = list(lines_of(name, data))
    text = read_text(lines, name=Path(name).stem)
    digest = hashlib.sha256("\n".join(line.strip() for line in lines).encode()).hexdigest()
    row = _instrument_of(text, code, at)
    fresh = row.pk is None
    if row.text_digest == digest:
        return FileReport(
            file=name, title=row.title, articles=len(text.articles), outcome="same", problems=text.problems
        )
    row.has_text, row.excerpt, row.text_digest, row.source = True, text.excerpt, digest, name
    row.version += 0 if fresh else 1
    row.save()
    row.provisions.all().delete()
    Provision.objects.bulk_create(
        [
            Provision(
                instrument=row,
                position=position,
                key=article.key,
                label=article.label,
                headings=" ".join(article.headings)[:256],
                text=article.text,
            )
            for position, article in enumerate(text.articles, start=1)
        ],
        batch_size=200,
    )
    _log(actor, at, "import_text", row, {"digest": digest, "articles": len(text.articles), "file": name})
    indexing.index_instrument(row)
    outcome = "new" if fresh else "renewed"
    return FileReport(file=name, title=row.title, articles=len(text.articles), outcome=outcome, problems=text.problems)


@transaction.atomic
def change_standing(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    version: int,
    standing: str,
    on: date | None = None,
    notes: str = "",
) -> tuple[Instrument, int]:
    """
    Say that an instrument was amended or repealed, or came into force; every published content that cites it is listed.

    Returns the instrument and how many contents were listed.

    Source: YZ-05.
    """
    row = access(Instrument.objects.all(), actor, "catalog.law.edit", see="catalog.law.view", lock=True, code=code)
    require_fresh(row, version)
    decided = Instrument.Standing(standing)
    row.standing = decided
    row.notes = notes or row.notes
    if decided in (Instrument.Standing.REPEALED, Instrument.Standing.AMENDED):
        row.in_force_until = on or timezone.localdate(at)
    else:
        row.in_force_until = None
    row.version += 1
    row.save()
    listed = 0
    if decided in (Instrument.Standing.REPEALED, Instrument.Standing.AMENDED):
        listed = _list_affected(row, at)
    _log(actor, at, "change_standing", row, {"standing": str(decided), "affected": listed}, notes)
    return row, listed


@transaction.atomic
def handle_affected(*, actor: Actor, at: datetime, pk: int, version: int, handling: str) -> Affected:
    """
    Say what was done about an affected content; it leaves the list.

    :raises NoReasonError: if it is not said
    """
    row = access(
        Affected.objects.select_related("instrument"),
        actor,
        "catalog.affected.edit",
        see="catalog.item.view",
        lock=True,
        pk=pk,
    )
    require_fresh(row, version)
    if row.handled_at is not None:
        raise TakenError("这一项已经处理。")
    if not handling.strip():
        raise NoReasonError("请写明怎样处理：已修订、无须调整（说明理由）、已废止。")
    row.handled_at, row.handled_by, row.handling = at, actor.code, handling.strip()
    row.version += 1
    row.save()
    append(
        actor=actor.code,
        at=at,
        act="catalog.handle_affected",
        subject=f"{row.family}:{row.code}",
        fields={"instrument": row.instrument.code},
        reason=row.handling,
    )
    return row


@transaction.atomic
def enter_guiding_case(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    title: str,
    unit: str,
    gist: str,
    item: str = "",
    facts: str = "",
    basis: str = "",
    issued_on: date | None = None,
    list_entry: str = "",
    source: str = "",
) -> GuidingCase:
    """
    Enter a guiding case, linked to an item and to an entry of a list.

    :raises TakenError: if the code is taken
    """
    require(actor, "catalog.law.edit")
    owner = access(Unit.objects.all(), actor, "catalog.item.view", code=unit)
    if GuidingCase.objects.filter(code=code).exists():
        raise TakenError(f"编号“{code}”已经有了。")
    subject = access(Item.objects.all(), actor, "catalog.item.view", code=item) if item else None
    row = GuidingCase.objects.create(
        code=code,
        title=title,
        item=subject,
        unit=owner,
        gist=gist,
        facts=facts,
        basis=basis,
        issued_on=issued_on,
        list_entry=list_entry,
        source=source,
    )
    append(
        actor=actor.code,
        at=at,
        act="catalog.enter_guiding_case",
        subject=f"guiding_case:{code}",
        fields={"title": title, "item": item},
    )
    return row


def lines_of(name: str, data: bytes) -> Iterator[str]:
    """
    Yield the lines of a text or a DOCX file.

    :raises UnreadableFileError: if it is neither, or too large
    """
    if len(data) > _LARGEST_BYTES:
        raise UnreadableFileError(f"文件超过{_LARGEST_BYTES // 2**20}MB，请只导入法律文本。")
    if name.lower().endswith(".docx"):
        yield from _docx_lines(data)
        return
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        yield from text.splitlines()
        return
    raise UnreadableFileError("文件不是UTF-8或者GB18030编码的文本，请另存为TXT或者DOCX。")


def _docx_lines(data: bytes) -> Iterator[str]:
    from io import BytesIO
    from zipfile import BadZipFile

    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(BytesIO(data))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFileError("这不是完好的DOCX文件，请用文字处理软件打开后另存。") from error
    for paragraph in document.paragraphs:
        yield from paragraph.text.splitlines() or [""]


def _instrument_of(text: Text, code: str, at: datetime) -> Instrument:
    """Find the instrument that a text belongs to: by code, else by title and date; else a new one."""
    if code and (found := Instrument.objects.select_for_update().filter(code=code).first()):
        return found
    starts = text.in_force_from
    if text.adopted_on and (starts is None or starts < text.adopted_on):
        starts = text.adopted_on  # the text as last amended
    same = [one for one in Instrument.objects.select_for_update() if plain_title(one.title) == plain_title(text.title)]
    for one in same:
        if one.text_digest and starts not in (one.in_force_from, None):
            continue
        if not one.text_digest and one.in_force_from and text.in_force_from and text.in_force_from != one.in_force_from:
            continue
        return one
    stem = plain_title(text.title)[:40]
    year = f"-{starts.year}" if starts else ""
    number = Instrument.objects.filter(code__startswith=f"{stem}{year}").count()
    later = [one for one in same if one.in_force_from and starts and one.in_force_from > starts]
    return Instrument(
        code=f"{stem}{year}" + (f"-{number + 1}" if number else ""),
        title=text.title[:256],
        number=text.number[:128],
        issuer=text.issuer[:128],
        level=text.level or Level.NORMATIVE_DOCUMENT,
        adopted_on=text.adopted_on,
        in_force_from=starts,
        in_force_until=min(one.in_force_from for one in later if one.in_force_from) if later else None,
        standing=Instrument.Standing.AMENDED if later else _standing(starts, at),
    )


def _standing(starts: date | None, at: datetime) -> str:
    not_yet = starts is not None and starts > timezone.localdate(at)
    return Instrument.Standing.NOT_YET if not_yet else Instrument.Standing.IN_FORCE


def _list_affected(row: Instrument, at: datetime) -> int:
    """Put every published content that cites the instrument on the list, once until it is handled."""
    names = {plain_title(row.title), plain_title(row.short or row.title)}
    waiting = set(Affected.objects.filter(instrument=row, handled_at=None).values_list("family", "code"))
    made: dict[tuple[str, str], Affected] = {}
    for family in FAMILIES.values():
        cited = {one.edition: one for one in Cited.objects.filter(family=family.code, title__in=names)}
        rows = family.edition.objects.filter(pk__in=cited, status=Status.PUBLISHED)
        for edition in rows.select_related("holder__unit"):
            key = (family.code, edition.holder.code)
            if key not in waiting:
                made[key] = Affected(
                    instrument=row,
                    standing=row.standing,
                    unit=edition.holder.unit,
                    family=family.code,
                    code=edition.holder.code,
                    name=edition.holder.name,
                    edition=edition.number,
                    written=cited[edition.pk].written,
                    found_at=at,
                )
    Affected.objects.bulk_create(made.values())
    return len(made)


def _log(
    actor: Actor,
    at: datetime,
    act: str,
    row: Instrument,
    fields: dict[str, str | int],
    reason: str = "",
) -> None:
    append(
        actor=actor.code,
        at=at,
        act=f"catalog.{act}",
        subject=f"instrument:{row.code}",
        fields=dict(fields),
        reason=reason,
    )
