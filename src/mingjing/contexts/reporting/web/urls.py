"""Addresses of the reporting room."""

from django.urls import path, re_path

from mingjing.contexts.reporting.web import collecting, views

urlpatterns = [
    path("reports/", views.ReportsPage.as_view(), name="reports"),
    path("reports/new/", views.DraftPage.as_view(), name="report_draft"),
    path("reports/figures/<int:pk>/", views.FigurePage.as_view(), name="report_figure"),
    path("reports/deliveries/<int:pk>/", views.DeliverPage.as_view(), name="report_deliver"),
    path("reports/deliveries/<int:pk>/receipt/", views.ReceiptFile.as_view(), name="receipt"),
    path("reports/collections/", collecting.CollectionsPage.as_view(), name="collections"),
    path("reports/collections/new/", collecting.CollectionNewPage.as_view(), name="collection_new"),
    path("reports/collections/<slug:code>/", collecting.CollectionPage.as_view(), name="collection"),
    path("reports/collections/<slug:code>/send/", collecting.SubmissionPage.as_view(), name="submission_new"),
    path("reports/submissions/<int:pk>/judge/", collecting.SubmissionJudgeAct.as_view(), name="submission_judge"),
    path("reports/submissions/files/<int:pk>/", collecting.SubmissionFileView.as_view(), name="submission_file"),
    path("reports/<slug:code>/", views.ReportPage.as_view(), name="report"),
    path("reports/<slug:code>/edit/", views.ReportEditPage.as_view(), name="report_edit"),
    path("reports/<slug:code>/refresh/", views.RefreshAct.as_view(), name="report_refresh"),
    path("reports/<slug:code>/sign/", views.SignPage.as_view(), name="report_sign"),
    path("reports/<slug:code>/deliveries/new/", views.DeliveryNewPage.as_view(), name="report_delivery_new"),
    path("reports/<slug:code>/facts.zip", views.FactsFile.as_view(), name="report_facts"),
    re_path(r"^reports/(?P<code>[\w-]+)/report\.(?P<suffix>docx|pdf)$", views.ReportFile.as_view(), name="report_file"),
]
