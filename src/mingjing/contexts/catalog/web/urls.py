"""Addresses of the catalog room."""

from django.urls import path

from mingjing.contexts.catalog.web import discretion, exchange, flows, holders, laws, public, rounds

urlpatterns = [
    path("catalog/items/", holders.ItemsPage.as_view(), name="catalog_items"),
    path("catalog/items/new/", holders.NewItemPage.as_view(), name="catalog_item_new"),
    path("catalog/items/completeness/", exchange.CompletenessPage.as_view(), name="catalog_completeness"),
    path("catalog/items/compendium.<str:form>", exchange.CompendiumFile.as_view(), name="catalog_compendium"),
    path("catalog/items/<str:code>/", holders.ItemPage.as_view(), name="catalog_item"),
    path("catalog/items/<str:code>/edit/", holders.EditItemPage.as_view(), name="catalog_item_edit"),
    path("catalog/items/<str:item>/benchmark/", holders.BenchmarkFormPage.as_view(), name="catalog_benchmark_new"),
    path("catalog/lists/", holders.ListsPage.as_view(), name="catalog_lists"),
    path("catalog/lists/new/", holders.NewListPage.as_view(), name="catalog_list_new"),
    path("catalog/lists/<str:code>/", holders.ListPage.as_view(), name="catalog_list"),
    path("catalog/lists/<str:code>/edit/", holders.EditListPage.as_view(), name="catalog_list_edit"),
    path("catalog/benchmarks/", holders.BenchmarksPage.as_view(), name="catalog_benchmarks"),
    path("catalog/benchmarks/<str:code>/", holders.BenchmarkPage.as_view(), name="catalog_benchmark"),
    path("catalog/benchmarks/<str:code>/edit/", holders.BenchmarkFormPage.as_view(), name="catalog_benchmark_edit"),
    path("catalog/editions/<str:family>/<str:code>/differences/", holders.DiffPage.as_view(), name="catalog_diff"),
    path("catalog/editions/<str:family>/<str:code>/<str:act>/", holders.ActPage.as_view(), name="catalog_act"),
    path("catalog/calculator/", discretion.CalculatorChoicePage.as_view(), name="catalog_calculators"),
    path("catalog/calculator/<str:item>/", discretion.CalculatorPage.as_view(), name="catalog_calculator"),
    path("catalog/delegations/", rounds.DelegationsPage.as_view(), name="catalog_delegations"),
    path("catalog/delegations/new/", rounds.NewDelegationPage.as_view(), name="catalog_delegation_new"),
    path("catalog/delegations/<int:pk>/", rounds.DelegationPage.as_view(), name="catalog_delegation"),
    path(
        "catalog/delegations/<int:pk>/evaluate/", rounds.DelegationActPage.as_view(), name="catalog_delegation_evaluate"
    ),
    path(
        "catalog/delegations/<int:pk>/take-back/",
        rounds.DelegationActPage.as_view(verb="take_back"),
        name="catalog_delegation_take_back",
    ),
    path("catalog/cleanups/", rounds.CleanupsPage.as_view(), name="catalog_cleanups"),
    path("catalog/cleanups/new/", rounds.NewCleanupPage.as_view(), name="catalog_cleanup_new"),
    path("catalog/cleanups/<str:code>/", rounds.CleanupPage.as_view(), name="catalog_cleanup"),
    path("catalog/imports/new/", exchange.ImportPage.as_view(), name="catalog_import"),
    path("catalog/imports/template.xlsx", exchange.TemplateFile.as_view(), name="catalog_import_template"),
    path("catalog/imports/<int:pk>/", exchange.ImportReportPage.as_view(), name="catalog_import_report"),
    path("catalog/affected/", laws.AffectedPage.as_view(), name="catalog_affected"),
    path("catalog/affected/<int:pk>/", laws.HandlePage.as_view(), name="catalog_affected_handle"),
    path("public/items/", public.PublicItemsPage.as_view(), name="catalog_public_items"),
    path("public/procedures/", flows.PublicFlowsPage.as_view(), name="catalog_public_flows"),
    path("public/procedures/<slug:code>/", flows.PublicFlowPage.as_view(), name="catalog_public_flow"),
    path("laws/", laws.LawsPage.as_view(), name="catalog_laws"),
    path("laws/search/", laws.ProvisionsPage.as_view(), name="catalog_provisions"),
    path("laws/new/", laws.NewLawPage.as_view(), name="catalog_law_new"),
    path("laws/import/", laws.ImportLawPage.as_view(), name="catalog_law_import"),
    path("laws/guiding-cases/", laws.GuidingPage.as_view(), name="catalog_guiding"),
    path("laws/<str:code>/", laws.LawPage.as_view(), name="catalog_law"),
    path("laws/<str:code>/standing/", laws.StandingPage.as_view(), name="catalog_law_standing"),
    path("laws/<str:code>/articles/<str:key>/", laws.ArticlePage.as_view(), name="catalog_article"),
]
