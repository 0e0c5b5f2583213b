"""Keeps how a user wants pages shown, and brings it to whatever device the user signs in on."""

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from mingjing.contexts.accounts.models import User
from mingjing.contexts.ui import shell
from mingjing.contexts.work.models import Preference


def connect() -> None:
    """Listen to what the look and the sign-in tell."""
    shell.preference_changed.connect(_keep, dispatch_uid="work.preferences.keep")
    user_logged_in.connect(_bring, dispatch_uid="work.preferences.bring")


def _keep(request: HttpRequest, name: str, value: bool, **_: object) -> None:
    actor = getattr(request, "actor", None)
    if actor:
        Preference.objects.update_or_create(user_id=actor.user_id, name=name, defaults={"value": value})


def _bring(request: HttpRequest | None, user: User, **_: object) -> None:
    if request is None or not hasattr(request, "session"):
        return
    for name, value in Preference.objects.filter(user=user).values_list("name", "value"):
        if name in shell.PREFERENCES:
            shell.prefer(request, name, value)
