"""Addresses of the cases room."""

from django.urls import path

from mingjing.contexts.cases.web import (
    analysis,
    archive,
    discretion,
    exchange,
    handing,
    opening,
    page,
    parts,
    step,
    tables,
)

urlpatterns = [
    path("cases/", tables.CasesPage.as_view(), name="cases_list"),
    path("cases/analysis/", analysis.AnalysisPage.as_view(), name="cases_analysis"),
    path("cases/new/", opening.NewCasePage.as_view(), name="cases_new"),
    path("cases/on-the-spot/", opening.OnTheSpotPage.as_view(), name="cases_on_the_spot"),
    path("cases/import/", exchange.ImportPage.as_view(), name="cases_import"),
    path("cases/packages/", exchange.PackagesPage.as_view(), name="cases_packages"),
    path("cases/<str:code>/", page.CasePage.as_view(), name="case"),
    path("cases/<str:code>/systems/", page.SystemsPage.as_view(), name="cases_systems"),
    path("cases/<str:code>/flow/", page.FlowPage.as_view(), name="cases_flow"),
    path("cases/<str:code>/edit/", page.EditPage.as_view(), name="cases_edit"),
    path("cases/<str:code>/typical/", page.TypicalPage.as_view(), name="cases_typical"),
    path("cases/<str:code>/handlers/", page.HandlersPage.as_view(), name="cases_handlers"),
    path("cases/<str:code>/discretion/", discretion.DiscretionPage.as_view(), name="cases_discretion"),
    path("cases/<str:code>/evidence/new/", parts.EvidenceNewPage.as_view(), name="cases_evidence_new"),
    path("cases/<str:code>/evidence/<int:pk>/", parts.EvidenceEditPage.as_view(), name="cases_evidence_edit"),
    path(
        "cases/<str:code>/evidence/<int:pk>/exclude/",
        parts.EvidenceExcludePage.as_view(),
        name="cases_evidence_exclude",
    ),
    path("cases/<str:code>/evidence/<int:pk>/move/", parts.EvidenceMovePage.as_view(), name="cases_evidence_move"),
    path("cases/<str:code>/links/new/", parts.LinkNewPage.as_view(), name="cases_link"),
    path("cases/<str:code>/links/<int:pk>/remove/", parts.UnlinkPage.as_view(), name="cases_unlink"),
    path("cases/<str:code>/concerned/new/", parts.ConcernedNewPage.as_view(), name="cases_concerned_new"),
    path(
        "cases/<str:code>/concerned/<int:pk>/remove/",
        parts.ConcernedRemovePage.as_view(),
        name="cases_concerned_remove",
    ),
    path("cases/<str:code>/referrals/<str:referral>/", parts.ReferralPage.as_view(), name="cases_referral"),
    path("cases/<str:code>/start/<slug:step>/", step.StartPage.as_view(), name="cases_start"),
    path("cases/<str:code>/steps/<str:draft>/", step.StepPage.as_view(), name="cases_step"),
    path("cases/<str:code>/dossier/", archive.DossierPage.as_view(), name="cases_dossier"),
    path("cases/<str:code>/dossier/file/", archive.DossierFile.as_view(), name="cases_dossier_file"),
    path("cases/<str:code>/exchange/", exchange.PackPage.as_view(), name="cases_exchange"),
    path("cases/<str:code>/hand-over/", handing.HandOverPage.as_view(), name="cases_hand_over"),
    path("cases/<str:code>/taken/<str:event>/", step.EventPage.as_view(), name="cases_event"),
]
