"""What the room tells the shell: menu, to-dos, search, jobs."""

from functools import partial

from django.urls import reverse

from mingjing.contexts.ui import navigation
from mingjing.contexts.ui.navigation import Entry


def register() -> None:
    """Register everything."""
    from mingjing.contexts.accounts.web import imports
    from mingjing.contexts.registry import background, searching
    from mingjing.contexts.registry.todos import provide
    from mingjing.contexts.work import todos

    group = "主体和人员"
    navigation.register(
        Entry(
            label="执法主体",
            url_name="registry_agency_list",
            permission="registry.agency.view",
            group=group,
            order=10,
            icon="building-bank",
        ),
        Entry(
            label="执法人员",
            url_name="registry_officer_list",
            permission="registry.officer.view",
            group=group,
            order=11,
            icon="id-badge-2",
        ),
        Entry(
            label="证件办理",
            url_name="registry_request_list",
            permission="registry.credential.ask",
            group=group,
            order=12,
            icon="id",
        ),
        Entry(
            label="证件审批",
            url_name="registry_request_list",
            permission="registry.credential.decide",
            group=group,
            order=12,
            icon="rubber-stamp",
        ),
        Entry(
            label="亮证",
            url_name="registry_card_mine",
            permission="registry.party.reveal",
            group=group,
            order=13,
            icon="qrcode",
            bar=True,
        ),
        Entry(
            label="执法装备",
            url_name="registry_device_list",
            permission="registry.device.view",
            group=group,
            order=14,
            icon="device-cctv",
        ),
        Entry(
            label="当事人",
            url_name="registry_party_list",
            permission="registry.party.view",
            group=group,
            order=15,
            icon="building-store",
        ),
        Entry(
            label="社会监督人员",
            url_name="registry_supervisor_list",
            permission="registry.supervisor.view",
            group=group,
            order=16,
            icon="user-check",
        ),
        Entry(
            label="清理",
            url_name="registry_round_list",
            permission="registry.round.view",
            group=group,
            order=17,
            icon="clipboard-check",
        ),
        Entry(
            label="差异比对",
            url_name="registry_difference_list",
            permission="registry.difference.view",
            group=group,
            order=18,
            icon="file-diff",
        ),
        Entry(
            label="保险和关怀",
            url_name="registry_care",
            permission="registry.care.view",
            group=group,
            order=19,
            icon="heart-handshake",
        ),
        Entry(
            label="追责和容错",
            url_name="registry_accountability_list",
            permission="registry.accountability.view",
            group=group,
            order=20,
            icon="scale",
        ),
        Entry(
            label="议事协调机构",
            url_name="registry_body_list",
            permission="registry.body.view",
            group=group,
            order=21,
            icon="users-group",
        ),
        Entry(
            label="先进和典型",
            url_name="registry_example_list",
            permission="registry.example.view",
            group=group,
            order=22,
            icon="award",
        ),
    )
    todos.register(provide)
    searching.register()
    background.register()
    for name in ("units", "users"):
        imports.register(name, partial(reverse, "registry_import", args=[name]))
