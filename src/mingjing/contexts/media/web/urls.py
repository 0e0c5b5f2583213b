"""The addresses of the room."""

from django.urls import path

from mingjing.contexts.media.web import files, tus, views

urlpatterns = [
    path("media/", views.RecordingsPage.as_view(), name="media_list"),
    path("media/new/", views.NewPage.as_view(), name="media_new"),
    path("media/capture/", views.CapturePage.as_view(), name="media_capture"),
    path("media/uploads/", tus.MyUploadsPage.as_view(), name="media_uploads"),
    path("media/expiring/", views.ExpiringPage.as_view(), name="media_expiring"),
    path("media/accesses/", views.AccessesPage.as_view(), name="media_accesses"),
    path("media/statistics/", views.StatisticsPage.as_view(), name="media_statistics"),
    path("media/tus/", tus.UploadsView.as_view(), name="media_tus"),
    path("media/tus/<uuid:pk>/", tus.UploadView.as_view(), name="media_upload"),
    path("media/subjects/<slug:kind>/<str:code>/", views.SubjectPage.as_view(), name="media_subject"),
    path("media/parties/<str:code>/", views.PartyPage.as_view(), name="media_party"),
    path("media/<slug:code>/", views.RecordingPage.as_view(), name="media_recording"),
    path("media/<slug:code>/original/", files.OriginalView.as_view(), name="media_original"),
    path("media/<slug:code>/preview/", files.PreviewView.as_view(), name="media_preview"),
    path("media/<slug:code>/thumb/", files.ThumbView.as_view(), name="media_thumb"),
    path("media/<slug:code>/marks.vtt", files.MarksView.as_view(), name="media_marks"),
    path("media/<slug:code>/marks/<int:mark>/withdraw/", views.MarkWithdrawPage.as_view(), name="media_mark_withdraw"),
    path("media/<slug:code>/<slug:act>/", views.ActPage.as_view(), name="media_act"),
]
