"""Units, users, and the roles that users hold."""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from mingjing.contexts.accounts.permissions import Reach


class Unit(models.Model):
    """
    A unit of the organisation: a government, an agency, a squad, a town, an office; whoever has people or tasks.

    What an agency may lawfully do is no business of this table: that is registry's. ``path`` holds the codes of the
    unit's ancestors and its own, each followed by a slash, so that a branch is a prefix.
    """

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=128)
    short_name = models.CharField("简称", max_length=64, blank=True)
    kind = models.CharField("类别", max_length=32)
    place = models.CharField("行政区划代码", max_length=12, db_index=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField("路径", max_length=512, unique=True)
    valid_from = models.DateField("设立日期", null=True, blank=True)
    valid_to = models.DateField("撤销日期（不含）", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "path", Reach.PLACE: "place"}

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users; there is no super-user: even the administrators hold roles."""

    def create_user(self, *, username: str, name: str, password: str | None = None, **fields: object) -> "User":
        """Make a user; without a password nobody can sign in as it."""
        user = self.model(username=username, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who signs in. ``code`` is stable and stands in the log; name and sign-in name may change."""

    code = models.CharField("用户代码", max_length=64, unique=True)
    username = models.CharField("登录名", max_length=64, unique=True)
    name = models.CharField("姓名", max_length=64)
    email = models.EmailField("邮箱", blank=True)
    mobile = models.CharField("手机", max_length=20, blank=True)
    unit = models.ForeignKey(Unit, verbose_name="所属单位", on_delete=models.PROTECT, null=True, blank=True)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    objects = UserManager()
    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "pk",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "unit__place",
    }

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Give a code where there is none."""
        if not self.code:
            self.code = self.username
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Grant(models.Model):
    """
    A role that a user holds in a unit, from a day on and until a day.

    A delegation while absent (``delegated_by``) is a grant too: it ends with its time and is told apart in the log.
    """

    user = models.ForeignKey(User, verbose_name="用户", on_delete=models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=64)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="grants")
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期（不含）", null=True, blank=True)
    delegated_by = models.ForeignKey(
        User, verbose_name="委托人", on_delete=models.PROTECT, null=True, blank=True, related_name="delegations"
    )
    granted_by = models.CharField("授予人", max_length=64)
    reason = models.CharField("事由", max_length=256, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = {
        Reach.OWN: "user_id",
        Reach.UNIT: "unit__path",
        Reach.PLACE: "unit__place",
    }

    class Meta:
        verbose_name = "授权"
        verbose_name_plural = "授权"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="grant_ends_after_it_begins"
            )
        ]
