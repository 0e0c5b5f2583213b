"""What the acts of this room share: the one way to a case, who may act on it, the entry in the log."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access
from mingjing.contexts.cases.frozen import handlers_of, officers_named
from mingjing.contexts.cases.models import Case, Draft, Help, helped
from mingjing.contexts.cases.queries import Sight
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.records.usecases import append
from mingjing.contexts.records.usecases.refusals import note_refusal
from mingjing.contexts.registry.models import Officer
from mingjing.contexts.ui.errors import StaleError
from mingjing.contexts.work import search
from mingjing.domain.procedures.library import procedure_of
from mingjing.domain.procedures.model import Duty, Procedure
from mingjing.domain.registry.obstacles import Answer
from mingjing.kernel.errors import DomainError


class CaseError(DomainError):
    """What cannot be done with a case, with what to do."""

    code = "cases.refused"


class NotQualifiedError(CaseError):
    """Somebody is named who may not enforce; ``facts["officer"]`` is who, and the log keeps the refusal (LC-08)."""

    code = "cases.not_qualified"


def not_qualified(words: str, answer: Answer, officer: str) -> NotQualifiedError:
    """Return the refusal of somebody, with what stands in the way first."""
    return NotQualifiedError(f"{words}：{answer.reason}", citation=answer.obstacles[0].citation, officer=officer)


class UnrecordedError(CaseError):
    """What must be filmed was not: list, item or plan of the place ask for it (SS-30, YZ-22, YZ-23)."""

    code = "cases.unrecorded"


class NoOfficerError(DomainError):
    """The account belongs to nobody in the register, so that nobody could be named as having acted."""

    code = "cases.no_officer"


SEE: Final = "cases.case.view"
_WITH_REGISTERS: Final = Case.objects.select_related("unit", "agency__unit", "agency__principal__unit", "item", "party")
_CASE: Final = Statement(lambda code: _WITH_REGISTERS.filter(code=code).order_by(), str)
PERMISSIONS: Mapping[Duty, str] = {duty: f"cases.step.{duty.value}" for duty in Duty}


def access_case(actor: Actor, code: str, permission: str = SEE, *, lock: bool = False) -> Case:
    """
    Return a case over which the actor has the permission.

    :raises MissingError: if there is none that the actor may see
    :raises ForbiddenError: if the actor may see it, and not do this
    """
    if not lock and permission == SEE:
        found = next(iter(_CASE(code)), None)
        if found is None or not reaches(actor, found, SEE):
            raise MissingError("没有找到这条记录，或者您无权查看。")
        # who only reads asks for them several times
        found.current_handlers = handlers_of(found)
        return found
    return access(_WITH_REGISTERS, actor, permission, see=SEE, lock=lock, code=code)


def reaches(actor: Actor, row: Case, permission: str) -> bool:
    """Say whether a permission of the actor reaches a case, by its unit or because the actor helps with it."""
    return actor.scope(permission).reaches(path=row.unit.path, place=row.unit.place) or row.pk in helped(
        actor, permission
    )


CONFIDE: Final = "cases.case.confide"
"""To know what few may: who leads and who keeps the seal; who handles the case knows of its steps (LC-24, RZ-64)."""


def sight_of(actor: Actor, row: Case, at: datetime) -> Sight:
    """Return a case that the actor may see as it is told to him."""
    trusted = reaches(actor, row, CONFIDE)
    return Sight(row=row, at=at, confided=trusted or is_handler(actor, row), entrusted=trusted)


def access_for_duty(actor: Actor, code: str, duty: Duty, *, lock: bool = True) -> Case:
    """
    Return a case on which the actor may act in this capacity, locked. To handle it, one must be its handler.

    :raises MissingError: if there is none that the actor may see
    :raises ForbiddenError: if the actor may not act on it so
    """
    row = access_case(actor, code, PERMISSIONS[duty], lock=lock)
    if duty is Duty.HANDLE and not is_handler(actor, row):
        raise ForbiddenError("您不是本案的承办人。需要参与办理的，请由本单位负责人指派。")
    return row


def is_handler(actor: Actor, row: Case) -> bool:
    """Say whether the actor is one of those who handle the case now."""
    return any(one.officer.user_id == actor.user_id for one in handlers_of(row))


def officer_of(actor: Actor) -> Officer:
    """
    Return the person of the register behind an account.

    :raises NoOfficerError: if there is none
    """
    row = Officer.objects.filter(user_id=actor.user_id).first()
    if row is None:
        raise NoOfficerError("您的账号没有对应的人员登记，不能在案件上署名。请由综合岗在“执法人员”中登记并关联账号。")
    return row


def officers_by_code(codes: list[str]) -> dict[str, Officer]:
    """
    Return the people with these codes.

    :raises CaseError: if there is one missing
    """
    found = {one.code: one for one in officers_named(codes)}
    missing = sorted(set(codes) - set(found))
    if missing:
        raise CaseError(f"没有编码为{'、'.join(missing)}的人员，请从名单中选择。")
    return found


def procedure_for(row: Case) -> Procedure:
    """Return the procedure in which a case runs."""
    return procedure_of(row.procedure_code)


def require_fresh(row: Case | Draft | Help, version: int) -> None:
    """
    Require that nobody changed the row since the page was opened.

    :raises StaleError: if somebody did
    """
    if row.version != version:
        raise StaleError


def take_number(row: Case) -> int:
    """Give out the next number for a step of a case that is locked."""
    number = row.next_number
    row.next_number = number + 1
    return number


def save(row: Any) -> None:
    """Save a row as a new version."""
    row.version += 1
    row.save()


def log(actor: Actor, at: datetime, act: str, row: Case, reason: str = "", **fields: Any) -> None:
    """Append the act to the log."""
    plain = {
        name: value if value is None or isinstance(value, str | int | bool) else str(value)
        for name, value in fields.items()
    }
    append(actor=actor.code, at=at, act=f"cases.{act}", subject=f"case:{row.code}", fields=plain, reason=reason)


@contextmanager
def refusals_noted(actor: Actor, at: datetime, act: str, **about: str) -> Iterator[None]:
    """
    Let the log keep that somebody without qualification was named, by an act that is rolled back for it.

    Source: LC-08; TS-09; RZ-74; RZ-83.
    """
    try:
        yield
    except NotQualifiedError as error:
        note_refusal(
            actor=actor.code,
            at=at,
            act=f"cases.refuse_{act}",
            subject=f"officer:{error.facts['officer']}",
            fields=about,
            reason=str(error),
        )
        raise


def index(row: Case) -> None:
    """Let the case be found."""
    search.index_many("cases.case", [document_of(row)])


def document_of(row: Case) -> search.Document:
    """Say as what a case is found."""
    return search.Document(
        key=row.code,
        title=row.title,
        text=f"{row.case_no} {row.code} {row.party.name} {row.item.name}",
        href=f"/cases/{row.code}/",
        unit_path=row.unit.path,
        place=row.unit.place,
    )
