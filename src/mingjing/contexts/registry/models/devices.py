"""Recorders and terminals: where each is, who has it, and how they are used."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.registry.models import choices
from mingjing.contexts.registry.models.officers import Officer
from mingjing.domain.registry.devices import DeviceKind, DeviceStatus


class Device(models.Model):
    """A device; only registered ones feed media into cases."""

    number = models.CharField("设备编号", max_length=32, unique=True, validators=[choices.CODE])
    kind = models.CharField("设备类型", max_length=16, choices=choices.of(DeviceKind))
    model = models.CharField("型号", max_length=64)
    serial = models.CharField("出厂序列号", max_length=64, db_index=True)
    unit = models.ForeignKey(Unit, verbose_name="所属单位", on_delete=models.PROTECT, related_name="devices")
    holder = models.ForeignKey(
        Officer, verbose_name="领用人", on_delete=models.PROTECT, null=True, blank=True, related_name="devices"
    )
    status = models.CharField("状态", max_length=16, choices=choices.of(DeviceStatus), default=DeviceStatus.STOCK)
    acquired_on = models.DateField("购置日期")
    due_on = models.DateField("应还日期", null=True, blank=True, db_index=True)
    retired_on = models.DateField("报废日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "holder__user_id",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "unit__place",
    }

    class Meta:
        verbose_name = "执法装备"
        verbose_name_plural = "执法装备"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="issued", holder__isnull=False) | (~Q(status="issued") & Q(holder__isnull=True)),
                name="issued_device_has_a_holder",
            ),
            models.CheckConstraint(
                condition=~Q(status="retired") | Q(retired_on__isnull=False), name="device_end_is_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DeviceLoan(models.Model):
    """From when until when somebody had a device."""

    device = models.ForeignKey(Device, verbose_name="设备", on_delete=models.CASCADE, related_name="loans")
    officer = models.ForeignKey(Officer, verbose_name="领用人", on_delete=models.PROTECT, related_name="loans")
    issued_on = models.DateField("领用日期")
    due_on = models.DateField("应还日期")
    returned_on = models.DateField("归还日期", null=True, blank=True)
    note = models.CharField("说明", max_length=256, blank=True)

    class Meta:
        verbose_name = "领用记录"
        verbose_name_plural = "领用记录"
        ordering: ClassVar = ["-issued_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(returned_on__isnull=True), name="one_open_loan_per_device"
            ),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True) | Q(returned_on__gte=F("issued_on")),
                name="device_returned_after_issue",
            ),
        ]


class DeviceCheck(models.Model):
    """A check of how a device is used (YZ-25), or a fault that was reported."""

    device = models.ForeignKey(Device, verbose_name="设备", on_delete=models.CASCADE, related_name="checks")
    on = models.DateField("日期")
    kind = models.CharField(
        "类别", max_length=16, choices=[("check", "使用检查"), ("fault", "故障"), ("repair", "维修")]
    )
    result = models.CharField("结果", max_length=16, choices=[("good", "正常"), ("problem", "有问题")], default="good")
    text = models.TextField("情况")

    class Meta:
        verbose_name = "装备检查记录"
        verbose_name_plural = "装备检查记录"
        ordering: ClassVar = ["-on", "-id"]
