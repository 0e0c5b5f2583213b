"""All addresses: each room under its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("mingjing.contexts.ui.web.urls")),
    path("", include("mingjing.contexts.ui.styleguide.urls")),
    path("", include("mingjing.contexts.accounts.web.urls")),
    path("", include("mingjing.contexts.records.web.urls")),
    path("", include("mingjing.contexts.work.web.urls")),
    path("", include("mingjing.contexts.registry.web.urls")),
    path("", include("mingjing.contexts.indicators.web.urls")),
    path("", include("mingjing.contexts.plans.web.urls")),
    path("", include("mingjing.contexts.reporting.web.urls")),
    path("", include("mingjing.contexts.meetings.web.urls")),
    path("", include("mingjing.contexts.catalog.web.urls")),
    path("", include("mingjing.contexts.cases.web.urls")),
    path("", include("mingjing.contexts.media.web.urls")),
    path("", include("mingjing.contexts.documents.web.urls")),
    path("", include("mingjing.interfaces.api.urls")),
]

handler400 = "mingjing.contexts.ui.web.errors.bad_request"
handler403 = "mingjing.contexts.ui.web.errors.forbidden"
handler404 = "mingjing.contexts.ui.web.errors.not_found"
handler500 = "mingjing.contexts.ui.web.errors.broken"
