"""What the cases room tells the rooms beneath it: menu, documents and recordings, search."""

from collections.abc import Iterator

from django.db.models import QuerySet

from mingjing.contexts.accounts import access
from mingjing.contexts.cases import background, discretion, subjects, todos
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases.base import document_of
from mingjing.contexts.cases.usecases.offsite_sheet import REGISTER
from mingjing.contexts.catalog.queries import provide_like_cases
from mingjing.contexts.registry.models import Party
from mingjing.contexts.registry.queries import closed_to
from mingjing.contexts.registry.usecases.parties import renamed
from mingjing.contexts.registry.usecases.sheets.registers import register as import_register
from mingjing.contexts.ui import navigation
from mingjing.contexts.ui.navigation import Entry
from mingjing.contexts.work import figures, search
from mingjing.contexts.work.todos import register as register_todos


def register() -> None:
    """Register everything, when the platform starts."""
    navigation.register(
        Entry(
            label="案件",
            url_name="cases_list",
            permission="cases.case.view",
            group="执法活动",
            order=50,
            icon="folder",
            bar=True,
        ),
        Entry(
            label="当场处罚",
            url_name="cases_on_the_spot",
            permission="cases.case.open",
            group="执法活动",
            order=51,
            icon="bolt",
            first=True,
        ),
        Entry(
            label="登记案件",
            url_name="cases_new",
            permission="cases.case.open",
            group="执法活动",
            order=52,
            icon="plus",
        ),
    )
    navigation.register(
        Entry(
            label="非现场记录",
            url_name="cases_offsite",
            permission="cases.offsite.view",
            group="执法活动",
            order=53,
            icon="device-cctv",
        ),
        Entry(
            label="移送和通报",
            url_name="cases_referred",
            permission="cases.notice.view",
            group="执法活动",
            order=53,
            icon="outbound",
            bar=True,
        ),
    )
    import_register(REGISTER)
    access.close(("cases.case.open", "cases.step.handle"), closed_to)
    navigation.count("cases_list", todos.waiting_count)  # type: ignore[arg-type]
    provide_like_cases(discretion.provide)
    register_todos(todos.todos)
    figures.register(todos.figures)
    subjects.register()
    background.register()
    search.register("cases.case", "案件", "cases.case.view", lambda: _documents(Case.objects.all()))
    renamed.connect(_found_anew, dispatch_uid="cases.found_anew")


def _documents(rows: QuerySet[Case]) -> Iterator[search.Document]:
    for one in rows.select_related("unit", "party", "item").iterator(chunk_size=500):
        yield document_of(one)


def _found_anew(*, party: Party, **_: object) -> None:
    """The cases of a party are found by its new name, and no longer by the old one."""
    search.index_many("cases.case", _documents(Case.objects.filter(party=party)))
