"""Codes with their labels, as Django wants them: from the domain, never written twice."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.core.validators import RegexValidator

from mingjing.facts.schema import AGENCY_LEVELS, DOMAINS, PARTY_KINDS, RISK_LEVELS

type Choices = list[tuple[str, str]]


def of(labels: Mapping[Any, str] | type[StrEnum]) -> Choices:
    """Return codes and labels."""
    if isinstance(labels, type):
        return [(each.value, str(each.label)) for each in labels]  # type: ignore[attr-defined]
    return [(str(code), label) for code, label in labels.items()]


LEVELS: Choices = of(AGENCY_LEVELS)
FIELDS: Choices = of(DOMAINS)
PARTIES: Choices = of(PARTY_KINDS)
RISKS: Choices = of(RISK_LEVELS)

CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", "编码只能用字母、数字、点、横线和下划线，以字母或者数字开头。")
"""Codes stand in addresses."""
