"""Addresses of the plans room."""

from django.urls import path

from mingjing.contexts.plans.web import views

urlpatterns = [
    path("plans/", views.PlansPage.as_view(), name="plans"),
    path("plans/new/", views.ImportPage.as_view(), name="plan_new"),
    path("plans/tasks/", views.TasksPage.as_view(), name="tasks"),
    path("plans/tasks/<int:pk>/", views.TaskPage.as_view(), name="task"),
    path("plans/tasks/<int:pk>/edit/", views.TaskEditPage.as_view(), name="task_edit"),
    path("plans/tasks/<int:pk>/report/", views.ReportPage.as_view(), name="report_new"),
    path("plans/tasks/<int:pk>/settle/", views.SettleAct.as_view(), name="task_settle"),
    path("plans/tasks/<int:pk>/end/", views.EndTaskPage.as_view(), name="task_end"),
    path("plans/reports/<int:pk>/judge/", views.JudgeAct.as_view(), name="report_judge"),
    path("plans/evidence/<int:pk>/", views.EvidenceFile.as_view(), name="evidence"),
    path("plans/<slug:code>/", views.PlanPage.as_view(), name="plan"),
    path("plans/<slug:code>/matrix/", views.MatrixPage.as_view(), name="plan_matrix"),
    path("plans/<slug:code>/calendar/", views.CalendarPage.as_view(), name="plan_calendar"),
    path("plans/<slug:code>/confirm/", views.ConfirmAct.as_view(), name="plan_confirm"),
    path("plans/<slug:code>/close/", views.ClosePage.as_view(), name="plan_close"),
    path("plans/<slug:code>/ledger.xlsx", views.LedgerFile.as_view(), name="plan_ledger"),
    path("plans/<slug:code>/source/", views.SourceFile.as_view(), name="plan_source"),
]
