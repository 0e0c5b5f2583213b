"""All addresses: each room under its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("mingjing.contexts.ui.web.urls")),
    path("", include("mingjing.contexts.accounts.web.urls")),
    path("", include("mingjing.interfaces.api.urls")),
]
