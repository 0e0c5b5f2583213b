"""Rows as the frozen facts that the domain decides on."""

from mingjing.contexts.registry.models import Agency, AgencyPower, Credential, Device, Officer, Supervisor
from mingjing.domain.registry.agencies import AgencyFacts, AgencyKind, AgencyStatus, PowerFacts
from mingjing.domain.registry.credentials import (
    Category,
    CredentialFacts,
    CredentialStatus,
    Employment,
    OfficerFacts,
)
from mingjing.domain.registry.devices import DeviceFacts, DeviceStatus
from mingjing.domain.registry.supervisors import SocialKind, SupervisorFacts


def agency_facts(row: Agency, *, with_principal: bool = True) -> AgencyFacts:
    """Return the facts of a subject, and of the one in whose name it acts."""
    principal = row.principal if with_principal and row.principal_id else None
    return AgencyFacts(
        name=row.name,
        kind=AgencyKind(row.kind),
        status=AgencyStatus(row.status),
        place=row.unit.place,
        legal_basis=row.legal_basis,
        confirmed_on=row.confirmed_on,
        announced_on=row.announced_on,
        suspended_from=row.suspended_from,
        suspended_until=row.suspended_until,
        ended_on=row.ended_on,
        principal=agency_facts(principal, with_principal=False) if principal else None,
    )


def power_facts(row: AgencyPower) -> PowerFacts:
    """Return the facts of a power. One withdrawn later held until then: its last day says so."""
    return PowerFacts(
        item=row.item,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        approved=row.status in ("approved", "withdrawn"),
    )


def credential_facts(row: Credential) -> CredentialFacts:
    """Return the facts of a credential."""
    return CredentialFacts(
        number=row.number,
        status=CredentialStatus(row.status),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        verified_on=row.verified_on,
        suspended_from=row.suspended_from,
        suspended_until=row.suspended_until,
        ended_on=row.ended_on,
    )


def officer_facts(row: Officer, cards: "tuple[Credential, ...] | None" = None) -> OfficerFacts:
    """Return the facts of a person with all credentials; ``cards`` where they are at hand."""
    mine = row.credentials.all() if cards is None else cards
    return OfficerFacts(
        name=row.name,
        category=Category(row.category),
        employment=Employment(row.employment),
        place=row.unit.place,
        exam_passed_on=row.exam_passed_on,
        qualification_withdrawn_on=row.qualification_withdrawn_on,
        joined_on=row.joined_on,
        left_on=row.left_on,
        credentials=tuple(credential_facts(card) for card in mine),
    )


def device_facts(row: Device) -> DeviceFacts:
    """Return the facts of a device."""
    return DeviceFacts(
        number=row.number,
        status=DeviceStatus(row.status),
        acquired_on=row.acquired_on,
        retired_on=row.retired_on,
    )


def supervisor_facts(row: Supervisor) -> SupervisorFacts:
    """Return the facts of somebody in a social role."""
    return SupervisorFacts(
        name=row.name,
        kind=SocialKind(row.kind),
        place=row.unit.place,
        certificate_no=row.certificate_no,
        letter_no=row.letter_no,
        term_from=row.term_from,
        term_until=row.term_until,
        dismissed_on=row.dismissed_on,
    )
