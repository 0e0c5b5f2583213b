"""What the catalog room tells the rooms beneath it: menu entries, to-dos, what may be found."""

from mingjing.contexts.catalog import background, likecases, queries, todos
from mingjing.contexts.catalog.usecases import indexing
from mingjing.contexts.ui import navigation
from mingjing.contexts.ui.navigation import Entry
from mingjing.contexts.work.todos import register as register_todos

_GROUP = "事项和依据"


def register() -> None:
    """Register everything, when the platform starts."""
    queries.provide_like_cases(likecases.from_facts)
    indexing.register()
    background.register()
    register_todos(todos.todos)
    navigation.register(
        Entry(
            label="执法事项",
            url_name="catalog_items",
            permission="catalog.item.view",
            group=_GROUP,
            order=30,
            icon="clipboard-list",
        ),
        Entry(
            label="清单",
            url_name="catalog_lists",
            permission="catalog.list.view",
            group=_GROUP,
            order=31,
            icon="list-details",
        ),
        Entry(
            label="裁量基准",
            url_name="catalog_benchmarks",
            permission="catalog.benchmark.view",
            group=_GROUP,
            order=32,
            icon="scale",
        ),
        Entry(
            label="裁量计算",
            url_name="catalog_calculators",
            permission="catalog.calculator.use",
            group=_GROUP,
            order=33,
            icon="calculator",
        ),
        Entry(
            label="赋权委托",
            url_name="catalog_delegations",
            permission="catalog.delegation.view",
            group=_GROUP,
            order=34,
            icon="hierarchy-2",
        ),
        Entry(
            label="事项清理",
            url_name="catalog_cleanups",
            permission="catalog.cleanup.view",
            group=_GROUP,
            order=35,
            icon="eraser",
        ),
        Entry(
            label="法律法规库",
            url_name="catalog_laws",
            permission="catalog.law.view",
            group=_GROUP,
            order=36,
            icon="books",
        ),
        Entry(
            label="待调整内容",
            url_name="catalog_affected",
            permission="catalog.affected.edit",
            group=_GROUP,
            order=37,
            icon="bell",
        ),
    )
