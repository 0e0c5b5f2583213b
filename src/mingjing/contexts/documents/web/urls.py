"""Addresses of the documents room."""

from django.urls import path

from mingjing.contexts.documents.web import pages, public

urlpatterns = [
    path("documents/", pages.DocumentsPage.as_view(), name="documents"),
    path("documents/proofs/<int:pk>/", pages.ProofFile.as_view(), name="document_proof"),
    path("documents/<slug:code>/", pages.DocumentPage.as_view(), name="document"),
    path("documents/<slug:code>/pages/<int:page>.png", pages.PageImage.as_view(), name="document_image"),
    path("documents/<slug:code>/file.<str:form>", pages.DocumentFile.as_view(), name="document_file"),
    path("verify/d/<str:code>/", public.VerifyPage.as_view(), name="document_verify"),
]
