"""
Give entries their places in the log, and take them up into the tree.

Reading the last place and inserting the next would fork under concurrent writers. So acts insert their entries without a
place, and one sequencer at a time, holding the one row of :class:`~mingjing.contexts.records.models.Sequencer` locked,
gives places to whatever has been committed (docs/adr/0007).
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mingjing.contexts.records.keys import hasher
from mingjing.contexts.records.models import Leaf, Pending, Sequenced, Sequencer, Shard
from mingjing.contexts.records.suite import hasher_in_use
from mingjing.contexts.records.tiles import tree_of
from mingjing.contexts.records.usecases.append import append
from mingjing.contexts.records.usecases.sign import last_checkpoint_text
from mingjing.domain.records.entries import EntryRefusedError, read_entry

BATCH: Final = 1000
"""Entries in one transaction: few enough that writers on SQLite never wait long."""
SYSTEM: Final = "system.log"

_log = logging.getLogger(__name__)


def sequence(*, at: datetime) -> int:
    """Give a place to every entry committed so far; return how many there were."""
    done = 0
    while batch := _sequence_batch(at=at):
        done += batch
    return done


@transaction.atomic
def _sequence_batch(*, at: datetime) -> int:
    sequencer = _locked()
    pending = list(
        Pending.objects.filter(damaged=False).order_by("entry_id").values_list("entry_id", flat=True)[:BATCH]
    )
    if not pending:
        return 0
    shard, opening = _shard(sequencer, at=at)
    if opening is not None:
        # The entry that opens a year comes before all others of it.
        pending.insert(0, opening)
    leaves = _sound(Leaf.objects.in_bulk(pending), pending)
    _place(sequencer, shard, leaves)
    Pending.objects.filter(entry_id__in=[each.pk for each in leaves]).delete()
    return len(leaves)


def _locked() -> Sequencer:
    Sequencer.objects.bulk_create([Sequencer(pk=1)], ignore_conflicts=True)
    return Sequencer.objects.select_for_update().get(pk=1)


def _shard(sequencer: Sequencer, *, at: datetime) -> tuple[Shard, int | None]:
    """The shard of the year, and where it is new, the id of the entry that opens it."""
    year = str(timezone.localtime(at).year)
    latest = Shard.objects.last()
    # Never back into an earlier year, whatever the clock says.
    if latest is not None and latest.name >= year:
        return latest, None
    made = Shard.objects.create(
        name=year,
        origin=f"{settings.LOG_NAME}/{year}",
        hash=hasher_in_use().name,
        first_number=sequencer.next_number,
    )
    if latest is None:
        return made, None
    opening = append(
        actor=SYSTEM,
        at=at,
        act="log.open_shard",
        subject=f"log:{year}",
        public={"checkpoint": last_checkpoint_text(latest, at=at)},
    )
    return made, opening


def _sound(rows: Mapping[int, Leaf], order: Sequence[int]) -> list[Leaf]:
    """
    The leaves whose bytes are still those that were hashed. The others are set aside and reported, never signed.

    Recomputed from the stored bytes, because a log that signs what it has not read again can be ruined by one bit.
    """
    sound = [leaf for number in order if (leaf := rows.get(number)) is not None and _is_whole(leaf)]
    if len(sound) < len(order):
        damaged = sorted({*order} - {leaf.pk for leaf in sound})
        Pending.objects.filter(entry_id__in=damaged).update(damaged=True)
        _log.error("log entries do not match their hashes and were set aside", extra={"entries": damaged})
    return sound


def _is_whole(leaf: Leaf) -> bool:
    try:
        named = read_entry(bytes(leaf.data)).hash
    except EntryRefusedError:
        return False
    return hasher(named).leaf(bytes(leaf.data)) == bytes(leaf.hash)


def _place(sequencer: Sequencer, shard: Shard, leaves: Sequence[Leaf]) -> None:
    first, size = sequencer.next_number, shard.size
    Sequenced.objects.bulk_create(
        [
            Sequenced(number=first + offset, shard=shard, place=size + offset, entry_id=leaf.pk)
            for offset, leaf in enumerate(leaves)
        ],
        batch_size=200,
    )
    tree = tree_of(shard)
    # Hashed anew: the log may have changed its hash function since an entry was written.
    tree.append([tree.hasher.leaf(bytes(each.data)) for each in leaves])
    shard.size = tree.size
    shard.save(update_fields=["size"])
    sequencer.next_number = first + len(leaves)
    sequencer.save(update_fields=["next_number"])
