"""Addresses of the ui room."""

from django.urls import path

from mingjing.contexts.ui.web.views import IconView, KeysPage, MenuPage, PreferencesView

urlpatterns = [
    path("preferences/", PreferencesView.as_view(), name="preferences"),
    path("favicon.ico", IconView.as_view(), name="favicon"),
    path("menu/", MenuPage.as_view(), name="menu"),
    path("keys/", KeysPage.as_view(), name="keys"),
]
