"""The address of the style guide."""

from django.urls import path

from mingjing.contexts.ui.styleguide.views import StyleguidePage

urlpatterns = [path("styleguide/", StyleguidePage.as_view(), name="styleguide")]
