"""Addresses of the records room. All of them are for everybody, signed in or not."""

from django.urls import path

from mingjing.contexts.records.web import views

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/files/<path:name>", views.public_file, name="log_file"),
    path("log/<slug:shard>/<int:place>/", views.entry, name="log_entry"),
    path("log/<slug:shard>/<int:place>/proof/", views.proof_file, name="log_proof"),
]
