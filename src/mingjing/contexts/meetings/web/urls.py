"""Addresses of the meetings room."""

from django.urls import path, re_path

from mingjing.contexts.meetings.web import views

urlpatterns = [
    path("meetings/", views.MeetingsPage.as_view(), name="meetings"),
    path("meetings/new/", views.CallPage.as_view(), name="meeting_new"),
    path("meetings/papers/<int:pk>/", views.PaperFile.as_view(), name="meeting_paper"),
    path("meetings/<slug:code>/", views.MeetingPage.as_view(), name="meeting"),
    path("meetings/<slug:code>/answer/", views.AnswerPage.as_view(), name="meeting_answer"),
    path("meetings/<slug:code>/paper/", views.PaperPage.as_view(), name="meeting_paper_new"),
    path("meetings/<slug:code>/attendance/", views.AttendancePage.as_view(), name="meeting_attendance"),
    path("meetings/<slug:code>/minutes/", views.MinutesPage.as_view(), name="meeting_minutes"),
    path("meetings/<slug:code>/sign/", views.SignAct.as_view(), name="meeting_sign"),
    path("meetings/<slug:code>/cancel/", views.CancelPage.as_view(), name="meeting_cancel"),
    re_path(
        r"^meetings/(?P<code>[\w-]+)/minutes\.(?P<suffix>docx|pdf)$", views.MinutesFile.as_view(), name="meeting_file"
    ),
]
