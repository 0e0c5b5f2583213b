"""Addresses of the indicators room."""

from django.urls import path

from mingjing.contexts.indicators.web import definitions, deliveries, figures, indicator, overview, schemes, surveys

urlpatterns = [
    path("indicators/", overview.IndicatorsPage.as_view(), name="indicators"),
    path("indicators/matrix/", overview.MatrixPage.as_view(), name="indicator_matrix"),
    path("indicators/goals/", overview.GoalsPage.as_view(), name="indicator_goals"),
    path("indicators/values/", overview.PeriodsFile.as_view(), name="indicator_values"),
    path("indicators/values/<int:pk>/", indicator.ValuePage.as_view(), name="indicator_value"),
    path("indicators/demonstration/", definitions.DemonstrationPage.as_view(), name="demonstration"),
    path("indicators/definitions/", definitions.DefinitionsPage.as_view(), name="definitions"),
    path("indicators/editions/", definitions.EditionsPage.as_view(), name="editions"),
    path("indicators/editions/<int:pk>/decide/", definitions.DecideAct.as_view(), name="edition_decide"),
    path("indicators/new/", definitions.DefinePage.as_view(), name="indicator_new"),
    path("indicators/figures/", figures.FiguresPage.as_view(), name="figures"),
    path("indicators/figures/<int:pk>/", figures.FigurePage.as_view(), name="figure"),
    path("indicators/proofs/<int:pk>/", figures.ProofFile.as_view(), name="figure_proof"),
    path("indicators/deliveries/", deliveries.DeliveriesPage.as_view(), name="deliveries"),
    path("indicators/deliveries/new/", deliveries.NewDeliveryPage.as_view(), name="delivery_new"),
    path("indicators/deliveries/<int:pk>/", deliveries.DeliveryPage.as_view(), name="delivery"),
    path("indicators/deliveries/<int:pk>/withdraw/", deliveries.WithdrawPage.as_view(), name="delivery_withdraw"),
    path("indicators/deliveries/<int:pk>/<slug:which>.file", deliveries.DeliveryFile.as_view(), name="delivery_file"),
    path("indicators/snapshots/", deliveries.SnapshotsPage.as_view(), name="snapshots"),
    path("indicators/compute/", deliveries.ComputeAct.as_view(), name="indicators_compute"),
    path("indicators/surveys/", surveys.SurveysPage.as_view(), name="surveys"),
    path("indicators/surveys/new/", surveys.NewSurveyPage.as_view(), name="survey_new"),
    path("indicators/surveys/<int:pk>/", surveys.SurveyPage.as_view(), name="survey"),
    path("indicators/surveys/<int:pk>/links.csv", surveys.SurveyLinks.as_view(), name="survey_links"),
    path("survey/<str:token>/", surveys.AnswerPage.as_view(), name="survey_answer"),
    path("indicators/schemes/", schemes.SchemesPage.as_view(), name="schemes"),
    path("indicators/schemes/new/", schemes.SchemeEditPage.as_view(), name="scheme_new"),
    path("indicators/schemes/<str:code>/", schemes.SchemePage.as_view(), name="scheme"),
    path("indicators/schemes/<str:code>/edit/", schemes.SchemeEditPage.as_view(), name="scheme_edit"),
    path("indicators/schemes/<str:code>/scores/", schemes.ScoresFile.as_view(), name="scores_file"),
    path("indicators/schemes/<str:code>/<str:unit>/", schemes.ScorePage.as_view(), name="score"),
    path("indicators/<str:place>/<slug:code>/", indicator.IndicatorPage.as_view(), name="indicator"),
    path("indicators/<str:place>/<slug:code>/edit/", definitions.DefinePage.as_view(), name="indicator_edit"),
    path("indicators/<str:place>/<slug:code>/retire/", definitions.RetirePage.as_view(), name="indicator_retire"),
    path("indicators/<str:place>/<slug:code>/try/", indicator.SimulationPage.as_view(), name="indicator_try"),
    path("indicators/<str:place>/<slug:code>/report/", figures.NewFigurePage.as_view(), name="figure_new"),
]
