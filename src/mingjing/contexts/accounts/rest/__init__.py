"""
What every room's ``api.py`` is made of: routers that name a permission, pages, versions, problems, kept answers.

    router = RoomRouter(tags=["执法人员"])

    @router.get("/officers", permission="registry.officer.view", response=Page[OfficerOut], summary="执法人员")
    def list_officers(request: Asked, filters: Query[OfficerFilters], page: Query[PageIn]) -> Page[OfficerOut]:
        rows = filters.filter(visible(Officer.objects.all(), request.actor, "registry.officer.view"))
        return page_of(rows, page, OfficerOut.of, order="code")

    @router.patch("/officers/{code}", permission="registry.officer.edit", response=OfficerOut, versioned=True)
    def change_officer(request: Asked, response: HttpResponse, code: str, body: OfficerIn) -> OfficerOut:
        row = usecases.change_officer(actor=request.actor, at=timezone.now(), code=code, version=if_match(request), ...)
        return set_version(response, OfficerOut.of(row), row.version)

A room's router is found by itself when the module is ``mingjing.contexts.<room>.api`` and the name is ``router``. What
the domain refuses is raised and becomes a ``problem+json``; a POST with an ``Idempotency-Key`` is done once.
"""

from mingjing.contexts.accounts.rest.pages import Page as Page
from mingjing.contexts.accounts.rest.pages import PageIn as PageIn
from mingjing.contexts.accounts.rest.pages import page_of as page_of
from mingjing.contexts.accounts.rest.routers import Asked as Asked
from mingjing.contexts.accounts.rest.routers import RoomRouter as RoomRouter
from mingjing.contexts.accounts.rest.versions import if_match as if_match
from mingjing.contexts.accounts.rest.versions import set_version as set_version
