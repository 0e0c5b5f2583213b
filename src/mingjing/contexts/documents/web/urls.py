"""Addresses of the documents room."""

from django.urls import path

from mingjing.contexts.documents.web import acts, pages, public, registers

urlpatterns = [
    path("documents/", pages.DocumentsPage.as_view(), name="documents"),
    path("documents/new/", acts.NewDocumentPage.as_view(), name="document_new"),
    path("documents/proofs/<int:pk>/", pages.ProofFile.as_view(), name="document_proof"),
    path("documents/services/<int:pk>/receive/", acts.ReceivePage.as_view(), name="document_receive"),
    path("documents/templates/", registers.TemplatesPage.as_view(), name="document_templates"),
    path("documents/templates/<int:pk>/", registers.TemplatePage.as_view(), name="document_template"),
    path(
        "documents/templates/<int:pk>/<slug:verb>/", registers.TemplateActPage.as_view(), name="document_template_act"
    ),
    path("documents/kinds/<slug:kind>/", registers.KindPage.as_view(), name="document_kind"),
    path("documents/kinds/<slug:kind>/new/", registers.NewTemplatePage.as_view(), name="document_template_new"),
    path("documents/seals/", registers.SealsPage.as_view(), name="document_seals"),
    path("documents/seals/new/", registers.NewSealPage.as_view(), name="document_seal_new"),
    path("documents/seals/<slug:code>/", registers.SealEntryPage.as_view(), name="document_seal_entry"),
    path("documents/seals/<slug:code>/stop/", registers.StopSealPage.as_view(), name="document_seal_stop"),
    path("documents/numbers/", registers.NumbersPage.as_view(), name="document_numbers"),
    path("documents/numbers/check/", registers.NumberCheckPage.as_view(), name="document_number_check"),
    path("documents/letterheads/", registers.LetterheadsPage.as_view(), name="document_letterheads"),
    path("documents/letterheads/<slug:unit>/", registers.LetterheadPage.as_view(), name="document_letterhead"),
    path("documents/<slug:code>/", pages.DocumentPage.as_view(), name="document"),
    path("documents/<slug:code>/pages/<int:page>.png", pages.PageImage.as_view(), name="document_image"),
    path("documents/<slug:code>/file.<str:form>", pages.DocumentFile.as_view(), name="document_file"),
    path("documents/<slug:code>/edit/", acts.EditPage.as_view(), name="document_edit"),
    path("documents/<slug:code>/issue/", acts.IssuePage.as_view(), name="document_issue"),
    path("documents/<slug:code>/sign/<slug:who>/", acts.SignPage.as_view(), name="document_sign"),
    path("documents/<slug:code>/seal/", acts.SealPage.as_view(), name="document_seal"),
    path("documents/<slug:code>/serve/", acts.ServePage.as_view(), name="document_serve"),
    path("documents/<slug:code>/void/", acts.VoidPage.as_view(), name="document_void"),
    path("documents/<slug:code>/discard/", acts.DiscardPage.as_view(), name="document_discard"),
    path("verify/d/<str:code>/", public.VerifyPage.as_view(), name="document_verify"),
]
