"""Addresses of the registry room."""

from django.urls import URLPattern, path

from mingjing.contexts.registry.web import (
    agencies,
    care,
    devices,
    examples,
    governance,
    imports,
    officers,
    parties,
    public,
    rounds,
    social,
)
from mingjing.contexts.ui.web.pages import Page


def _thing(
    name: str, base: str, pages: type[Page] | None, one: type[Page], act: type[Page], new: type[Page] | None = None
) -> list[URLPattern]:
    found = []
    if pages is not None:
        found.append(path(f"{base}/", pages.as_view(), name=f"registry_{name}_list"))
    if new is not None:
        found.append(path(f"{base}/new/", new.as_view(), name=f"registry_{name}_new"))
    return [
        *found,
        path(f"{base}/<str:code>/", one.as_view(), name=f"registry_{name}"),
        path(f"{base}/<str:code>/do/<slug:act>/", act.as_view(), name=f"registry_{name}_act"),
    ]


urlpatterns = [
    *_thing(
        "agency", "agencies", agencies.AgenciesPage, agencies.AgencyPage, agencies.AgencyActPage, agencies.AgencyNewPage
    ),
    path("powers/<str:code>/do/<slug:act>/", agencies.PowerActPage.as_view(), name="registry_power_act"),
    *_thing(
        "officer",
        "officers",
        officers.OfficersPage,
        officers.OfficerPage,
        officers.OfficerActPage,
        officers.OfficerNewPage,
    ),
    path("credential-requests/", officers.RequestsPage.as_view(), name="registry_request_list"),
    path(
        "credential-requests/<str:code>/do/<slug:act>/", officers.RequestActPage.as_view(), name="registry_request_act"
    ),
    path("credentials/mine/", public.MyCardPage.as_view(), name="registry_card_mine"),
    path("credentials/<str:number>/card/", public.CardPage.as_view(), name="registry_card_print"),
    *_thing("device", "devices", devices.DevicesPage, devices.DevicePage, devices.DeviceActPage, devices.DeviceNewPage),
    *_thing("party", "parties", parties.PartiesPage, parties.PartyPage, parties.PartyActPage, parties.PartyNewPage),
    *_thing(
        "supervisor",
        "supervisors",
        social.SupervisorsPage,
        social.SupervisorPage,
        social.SupervisorActPage,
        social.SupervisorNewPage,
    ),
    path("reviews-of-registers/<str:code>/rows/", rounds.RoundRowsPage.as_view(), name="registry_round_rows"),
    path("reviews-of-registers/<str:code>/report/", rounds.RoundReportPage.as_view(), name="registry_round_report"),
    *_thing(
        "round", "reviews-of-registers", rounds.RoundsPage, rounds.RoundPage, rounds.RoundActPage, rounds.RoundNewPage
    ),
    path("care/", care.CarePage.as_view(), name="registry_care"),
    path("care/cases/<int:pk>/", care.CareTextPage.as_view(), name="registry_care_text"),
    path("situations/new/", care.SituationNewPage.as_view(), name="registry_situation_new"),
    *_thing(
        "accountability",
        "accountabilities",
        care.AccountabilitiesPage,
        care.AccountabilityPage,
        care.AccountabilityActPage,
        care.AccountabilityNewPage,
    ),
    path("legal-services/", governance.ServicesPage.as_view(), name="registry_services"),
    path("legal-services/new/", governance.ServiceNewPage.as_view(), name="registry_service_new"),
    *_thing(
        "body", "bodies", governance.BodiesPage, governance.BodyPage, governance.BodyActPage, governance.BodyNewPage
    ),
    path("registers/<slug:register>/import/", imports.ImportPage.as_view(), name="registry_import"),
    path("registers/<slug:register>/template/", imports.ImportTemplatePage.as_view(), name="registry_import_template"),
    path("registers/<slug:register>/export/", imports.ImportExportPage.as_view(), name="registry_import_export"),
    path("imports/<int:pk>/", imports.ImportRunPage.as_view(), name="registry_import_run"),
    path("imports/<int:pk>/bad-rows/", imports.ImportBadPage.as_view(), name="registry_import_bad"),
    path("imports/<int:pk>/initial-passwords/", imports.ImportSlipsPage.as_view(), name="registry_import_slips"),
    path("differences/", imports.DifferencesPage.as_view(), name="registry_difference_list"),
    path("differences/new/", imports.DifferenceNewPage.as_view(), name="registry_difference_new"),
    path("differences/<int:pk>/", imports.DifferencePage.as_view(), name="registry_difference"),
    path("verify/<str:token>/", public.VerifyPage.as_view(), name="registry_verify"),
    path("public/officers/", public.PublicOfficersPage.as_view(), name="registry_public_officers"),
    *_thing(
        "example",
        "examples",
        examples.ExamplesPage,
        examples.ExamplePage,
        examples.ExampleActPage,
        examples.ExampleNewPage,
    ),
    path("public/examples/", examples.PublicExamplesPage.as_view(), name="registry_public_examples"),
    path("public/agencies/", public.PublicAgenciesPage.as_view(), name="registry_public_agencies"),
]
