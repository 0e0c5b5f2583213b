"""A closed case is chosen as a typical one: its words go, with the names that must stay hidden, to who judges and publishes examples."""

from datetime import datetime

from django.db import transaction

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases.base import SEE, CaseError, access_case, log
from mingjing.contexts.registry.models import Example
from mingjing.contexts.registry.usecases.examples import OfCase, draft_example
from mingjing.domain.documents.values import chinese_date
from mingjing.domain.procedures.library import procedure_of
from mingjing.domain.registry.examples import ExampleKind
from mingjing.kernel.money import in_yuan


def words_of(row: Case) -> str:
    """Say what the case was and how it was decided, for who writes on; what makes it typical is for them to say."""
    decided = [f"处理结果：{procedure_of(row.procedure_code).label}"]
    if row.decided_on is not None:
        decided.append(f"{chinese_date(row.decided_on)}作出决定")
    if row.fine_fen:
        decided.append(f"罚款{in_yuan(row.fine_fen)}")
    if row.tier:
        decided.append(f"裁量阶次“{row.tier}”")
    return "\n".join([f"基本案情：{row.facts.strip() or row.title}", f"{'，'.join(decided)}。", "典型意义："])


def names_of(row: Case) -> list[str]:
    """Name whom the case concerns: the party with who stands for it, further persons, and their agents and witnesses."""
    found = [row.party.name, row.party.legal_person]
    for one in row.concerned.select_related("party"):
        found += [one.name, one.party.legal_person if one.party else ""]
    return list(dict.fromkeys(name for name in found if name))


@transaction.atomic
def choose_typical(*, actor: Actor, at: datetime, case: str, title: str, text: str, names: str = "") -> Example:
    """
    Choose a closed case as a typical one; it is drafted as an example, and published once somebody else approved it.

    Whom the case concerns stays hidden, whatever ``names`` says (LC-15).

    :raises CaseError: if the case is not closed, or was chosen before
    :raises ForbiddenError: if the actor may not hand examples in for the unit
    """
    row = access_case(actor, case, SEE, lock=True)
    if row.status != "closed":
        raise CaseError("办结以后才能选为典型案例。")
    if Example.objects.filter(case_code=row.code).exclude(status="withdrawn").exists():
        raise CaseError("这件案件已经选为典型案例。")
    if not title.strip() or not text.strip():
        raise CaseError("请写明标题和内容。")
    hidden = dict.fromkeys([*names_of(row), *(one.strip() for one in names.splitlines() if one.strip())])
    made = draft_example(
        actor=actor,
        at=at,
        unit=row.unit.code,
        kind=ExampleKind.CASE,
        title=title.strip(),
        text=text.strip(),
        names="\n".join(hidden),
        of=OfCase(case=row.code, item=row.item.code, item_name=row.item.name),
    )
    log(actor, at, "choose_typical", row, example=made.code)
    return made
