"""Addresses of the ui room."""

from django.urls import path

from mingjing.contexts.ui.web.views import KeysPage, MenuPage, PreferencesView

urlpatterns = [
    path("preferences/", PreferencesView.as_view(), name="preferences"),
    path("menu/", MenuPage.as_view(), name="menu"),
    path("keys/", KeysPage.as_view(), name="keys"),
]
