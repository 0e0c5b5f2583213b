"""
The log's tables. What is signed lies in :class:`Leaf`, what people read, and may lawfully be erased, in :class:`Entry`.

Triggers (migration 0002) refuse to change or delete leaves, their places, checkpoints and cosignatures, and queue every
new entry for the sequencer. Only this room touches these tables; others call ``usecases.append`` and ``queries``.
"""

from typing import ClassVar

from django.db import models

LONGEST_CODE = 160


class Entry(models.Model):
    """
    One act as people read it: who did what to which object, when, why, and what was set.

    Written in the transaction of the act, with its :class:`Leaf`; its place in the log (:class:`Sequenced`) follows. Ids
    may have gaps, places never. Values may be erased where the law asks for it, by ``usecases.erase`` alone.
    """

    recorded_at = models.DateTimeField("记录时间")
    actor = models.CharField("行为人", max_length=LONGEST_CODE)
    act = models.CharField("行为", max_length=LONGEST_CODE)
    subject = models.CharField("对象", max_length=LONGEST_CODE)
    reason = models.TextField("理由", blank=True)
    fields = models.JSONField("内容", default=dict)
    salts = models.JSONField("盐", default=dict)
    """By name of what the leaf commits to, in base64. Without its salt, a value cannot be shown to be the one logged."""

    class Meta:
        verbose_name = "日志条目"
        verbose_name_plural = "日志条目"
        indexes: ClassVar = [models.Index(fields=["subject", "id"], name="entry_by_subject")]


class Leaf(models.Model):
    """An entry as it is hashed and published: canonical bytes that hold no personal data. Never changed, never deleted."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="leaf")
    data = models.BinaryField("规范字节")
    hash = models.BinaryField("叶摘要", max_length=32)

    class Meta:
        verbose_name = "存证"
        verbose_name_plural = "存证"


class Pending(models.Model):
    """An entry that has no place in the log yet. A trigger adds it with the entry; the sequencer takes it away."""

    entry_id = models.BigIntegerField(primary_key=True)
    damaged = models.BooleanField("与摘要不符", default=False)

    class Meta:
        verbose_name = "待编号条目"
        verbose_name_plural = "待编号条目"


class Sequencer(models.Model):
    """The one row that whoever gives out places must hold locked."""

    next_number = models.BigIntegerField("下一个编号", default=0)


class Shard(models.Model):
    """One year of the log: a tree of its own, whose first entry names the last checkpoint of the year before."""

    name = models.CharField("年份", max_length=16, unique=True)
    origin = models.CharField("日志名称", max_length=200, unique=True)
    hash = models.CharField("哈希算法", max_length=16)
    first_number = models.BigIntegerField("首个编号")
    size = models.BigIntegerField("条数", default=0)

    class Meta:
        verbose_name = "年度日志"
        verbose_name_plural = "年度日志"
        ordering: ClassVar = ["first_number"]

    def __str__(self) -> str:
        return self.name


class Sequenced(models.Model):
    """The place of an entry: its number in the whole log, and in its year."""

    number = models.BigIntegerField("总编号", primary_key=True)
    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, db_index=False)
    place = models.BigIntegerField("年内编号")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="sequenced")

    class Meta:
        verbose_name = "条目编号"
        verbose_name_plural = "条目编号"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shard", "place"], name="one_entry_at_each_place_of_a_shard")
        ]


class Tile(models.Model):
    """Up to 256 hashes of one level of a shard's tree, side by side. Can be made again from the entries."""

    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, db_index=False)
    level = models.SmallIntegerField("层")
    place = models.BigIntegerField("序号")
    hashes = models.BinaryField("摘要")

    class Meta:
        verbose_name = "存证树片"
        verbose_name_plural = "存证树片"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shard", "level", "place"], name="one_tile_at_each_place_of_a_level")
        ]


class SigningKey(models.Model):
    """A public key with which the log signed; kept, so that old checkpoints can be checked after a change of keys."""

    key = models.CharField("公钥", max_length=400, unique=True)
    used_since = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = "日志公钥"
        verbose_name_plural = "日志公钥"


class Checkpoint(models.Model):
    """A signed state of a shard."""

    shard = models.ForeignKey(Shard, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.BigIntegerField("条数")
    root = models.BinaryField("根", max_length=32)
    note = models.TextField("签名文本")
    signed_at = models.DateTimeField("签名时间")

    class Meta:
        verbose_name = "检查点"
        verbose_name_plural = "检查点"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shard", "size"], name="one_checkpoint_for_each_size_of_a_shard")
        ]


class Witness(models.Model):
    """An outside body that cosigns checkpoints: its address and its public key."""

    name = models.CharField("名称", max_length=128)
    address = models.URLField("地址", max_length=400)
    key = models.CharField("公钥", max_length=400, unique=True)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "见证人"
        verbose_name_plural = "见证人"

    def __str__(self) -> str:
        return self.name


class Cosignature(models.Model):
    """A witness's signature line on a checkpoint, and the moment that it names."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    line = models.TextField("签名行")
    witnessed_at = models.DateTimeField("见证时间")

    class Meta:
        verbose_name = "见证签名"
        verbose_name_plural = "见证签名"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="one_cosignature_of_each_witness")
        ]
