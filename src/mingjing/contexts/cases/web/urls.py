"""Addresses of the cases room."""

from django.urls import path

from mingjing.contexts.cases.web import opening, page, step, tables

urlpatterns = [
    path("cases/", tables.CasesPage.as_view(), name="cases_list"),
    path("cases/new/", opening.NewCasePage.as_view(), name="cases_new"),
    path("cases/<str:code>/", page.CasePage.as_view(), name="cases_case"),
    path("cases/<str:code>/edit/", page.EditPage.as_view(), name="cases_edit"),
    path("cases/<str:code>/handlers/", page.HandlersPage.as_view(), name="cases_handlers"),
    path("cases/<str:code>/start/<slug:step>/", step.StartPage.as_view(), name="cases_start"),
    path("cases/<str:code>/steps/<str:draft>/", step.StepPage.as_view(), name="cases_step"),
    path("cases/<str:code>/taken/<str:event>/", step.EventPage.as_view(), name="cases_event"),
]
