"""Addresses of the work room."""

from django.urls import path

from mingjing.contexts.work.web import views

urlpatterns = [
    path("", views.HomePage.as_view(), name="home"),
    path("search/", views.SearchPage.as_view(), name="search"),
    path("notifications/", views.NotificationsPage.as_view(), name="notifications"),
    path("notifications/<int:pk>/", views.NotificationView.as_view(), name="notification"),
    path("views/", views.ViewsPage.as_view(), name="views"),
    path("views/save/", views.SaveViewView.as_view(), name="save_view"),
    path("views/<int:pk>/remove/", views.RemoveViewView.as_view(), name="remove_view"),
    path("jobs/", views.JobsPage.as_view(), name="jobs"),
    path("jobs/<uuid:pk>/", views.JobPage.as_view(), name="job"),
    path("jobs/<uuid:pk>/cancel/", views.CancelJobView.as_view(), name="cancel_job"),
    path("jobs/<uuid:pk>/result/", views.JobResultView.as_view(), name="job_result"),
]
