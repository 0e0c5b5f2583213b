"""A place that is loaded past the use cases is as sound as one that grew through them."""

from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from mingjing.contexts.cases.models import Case, Event, Handler, Participant
from mingjing.contexts.cases.usecases.export_facts import export_cases
from mingjing.contexts.records import queries
from mingjing.contexts.records.keys import hasher
from mingjing.contexts.records.models import Pending, Sequenced
from mingjing.contexts.work import search
from mingjing.domain.records.proofs import require_inclusion
from tools import bench_cases

CASES = 440


def _indexes() -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        return {
            table: set(connection.introspection.get_constraints(cursor, table))
            for table in ("cases_case", "cases_event", "cases_participant", "cases_handler")
        }


@pytest.mark.django_db
def test_loaded_cases_are_whole(tmp_path: Path) -> None:
    before = _indexes()
    bench_cases.fill(CASES, lambda _: None)
    steps = sum(bench_cases.taken(one, CASES) for one in range(CASES))
    assert (Case.objects.count(), Handler.objects.count()) == (CASES, 2 * CASES)
    assert (Event.objects.count(), Participant.objects.count()) == (steps, 2 * steps)
    assert not Participant.objects.exclude(officer__unit=F("event__case__unit")).exists()
    connection.check_constraints()
    assert _indexes() == before
    counts = export_cases(tmp_path)
    assert (counts["cases"], counts["events"], counts["participants"]) == (CASES, steps, 2 * steps)
    case = Case.objects.select_related("party").get(code=bench_cases.case_code(7))
    assert case.code in (search.keys_of("cases.case", case.title, Case.objects.all()) or ())


@pytest.mark.django_db
def test_their_log_is_one_that_can_be_proved() -> None:
    bench_cases.load_log(CASES)
    assert not Pending.objects.exists()
    shard = Sequenced.objects.select_related("shard").latest("number").shard
    assert shard.size == CASES
    for place in (0, 1, 255, 256, CASES - 1):
        proof = queries.prove(shard.name, place)
        leaf = hasher(proof.hash).leaf(proof.data)
        assert leaf == proof.leaf_hash
        require_inclusion(
            hasher(proof.hash), leaf_hash=leaf, index=place, size=proof.size, proof=proof.hashes, root=proof.root
        )
        assert f"case:{bench_cases.case_code(place)}" in proof.data.decode()
