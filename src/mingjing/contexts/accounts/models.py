"""Units, users, and the roles that users hold."""

import hashlib
from collections.abc import Mapping
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from mingjing.contexts.accounts.permissions import Reach


class UnitKind(models.TextChoices):
    """What a unit is, as people call it; what it may lawfully do is registry's."""

    GOVERNMENT = "government", "人民政府"
    AGENCY = "agency", "部门"
    SQUAD = "squad", "综合执法队伍"
    TOWN = "town", "镇街"
    STATION = "station", "派驻机构"
    BRIGADE = "brigade", "行政执法监督大队"
    SQUADRON = "squadron", "行政执法监督中队"
    OFFICE = "office", "司法所监督办公室"
    OTHER = "other", "其他单位"


def branches_around(path: str) -> list[str]:
    """Return the path of a unit and those of the units above it, its own first."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:length]) + "/" for length in range(len(parts), 0, -1)]


class Unit(models.Model):
    """
    A unit of the organisation: a government, an agency, a squad, a town, an office; whoever has people or tasks.

    What an agency may lawfully do is no business of this table: that is registry's. ``path`` holds the codes of the
    unit's ancestors and its own, each followed by a slash, so that a branch is a prefix.
    """

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=128)
    short_name = models.CharField("简称", max_length=64, blank=True)
    kind = models.CharField("类别", max_length=32, choices=UnitKind)
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
        constraints: ClassVar = [
            # SQLite compares prefixes of paths without regard to case
            models.UniqueConstraint(Lower("code"), name="unit_code_differs_not_by_case_alone"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitChange(models.Model):
    """One step of a unit's history: founded, renamed, moved under another, abolished, and by which document."""

    class Kind(models.TextChoices):
        FOUNDED = "founded", "设立"
        CHANGED = "changed", "变更"
        MOVED = "moved", "调整隶属"
        CLOSED = "closed", "撤销"

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField("变动", max_length=16, choices=Kind)
    on = models.DateField("日期")
    before = models.JSONField("变动前", default=dict)
    after = models.JSONField("变动后", default=dict)
    document = models.CharField("文件依据", max_length=128, blank=True)
    reason = models.CharField("事由", max_length=256, blank=True)
    by = models.CharField("经办人", max_length=64)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.UNIT: "unit__path", Reach.PLACE: "unit__place"}

    class Meta:
        verbose_name = "单位沿革"
        verbose_name_plural = "单位沿革"
        ordering: ClassVar = ["on", "id"]


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
    must_change_password = models.BooleanField("须修改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    provider_subject = models.CharField("统一身份认证标识", max_length=255, null=True, blank=True, unique=True)
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
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="username_differs_not_by_case_alone"),
        ]

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
    source = models.ForeignKey(
        "self", verbose_name="所委托的授权", on_delete=models.PROTECT, null=True, blank=True, related_name="delegated"
    )
    granted_by = models.CharField("授予人", max_length=64)
    reason = models.CharField("事由", max_length=256, blank=True)
    ended_by = models.CharField("收回人", max_length=64, blank=True)
    end_reason = models.CharField("收回事由", max_length=256, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

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
                # one that is withdrawn on its first day held for no day at all
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="grant_ends_not_before_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(delegated_by__isnull=True) | Q(valid_to__isnull=False), name="delegation_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(delegated_by__isnull=True) | ~Q(delegated_by=F("user")), name="nobody_delegates_to_oneself"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "valid_from"], name="grants_of_a_user")]


class Token(models.Model):
    """
    What a program shows to act for a user, narrowed to some permissions and to a time.

    Kept is only the digest of it, which nobody can turn back; ``mark`` are its first characters, by which people tell
    their tokens apart.
    """

    user = models.ForeignKey(User, verbose_name="用户", on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=64)
    mark = models.CharField("开头", max_length=16)
    digest = models.CharField("摘要", max_length=64, unique=True)
    permissions = models.JSONField("权限", default=list)
    created_at = models.DateTimeField("建立时间")
    expires_at = models.DateTimeField("到期时间")
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)
    used_at = models.DateTimeField("最近使用", null=True, blank=True)
    used_from = models.CharField("最近使用地址", max_length=64, blank=True)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.OWN: "user_id"}

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_it_is_made")
        ]


class KeptAnswer(models.Model):
    """The answer that a request with an ``Idempotency-Key`` got: whoever asks the same again gets it again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "已办请求"
        verbose_name_plural = "已办请求"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_for_a_key_of_a_user")]


class PasswordUsed(models.Model):
    """The digest of a password that a user had, so that it does not come again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=128)
    until = models.DateTimeField()

    class Meta:
        verbose_name = "用过的密码"
        verbose_name_plural = "用过的密码"


class BrowserSession(models.Model):
    """A browser in which somebody is signed in; ends with the row of ``django_session`` that ``key`` names."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="browser_sessions")
    key = models.CharField(max_length=40, unique=True)
    address = models.CharField("地址", max_length=64)
    device = models.CharField("设备", max_length=200)
    started_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最近使用")

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.OWN: "user_id"}

    class Meta:
        verbose_name = "登录会话"
        verbose_name_plural = "登录会话"

    @property
    def handle(self) -> str:
        """What stands for the session in addresses and the log: the key itself would let in whoever reads it."""
        return handle_of(self.key)


def handle_of(key: str) -> str:
    """Return what stands for the session with this key."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


class SignInEvent(models.Model):
    """
    One line of the sign-in log: who came in or was turned away, when, from where, with what.

    Only added to: triggers refuse changes. A name that nobody has is kept as a keyed digest, for people type passwords
    into the wrong field; equal digests are equal names.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", "登录成功"
        WRONG = "wrong", "登录名或者密码不正确"
        SECOND_WRONG = "second_wrong", "动态口令不正确"
        LOCKED = "locked", "锁定期间被拒绝"
        LOCKOUT = "lockout", "失败过多，锁定"
        CONFIRMED = "confirmed", "再次验证通过"
        CONFIRM_WRONG = "confirm_wrong", "再次验证不正确"
        RECOVERY = "recovery", "使用恢复码"
        REFUSED = "refused", "统一身份认证未对应账号"
        SIGNED_OUT = "signed_out", "退出"
        ENDED = "ended", "会话被结束"

    at = models.DateTimeField("时间", db_index=True)
    kind = models.CharField("结果", max_length=16, choices=Kind)
    name_digest = models.CharField("登录名摘要", max_length=32)
    user = models.ForeignKey(
        User, verbose_name="用户", on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    way = models.CharField("方式", max_length=16)
    address = models.CharField("地址", max_length=64)
    device = models.CharField("设备", max_length=200)

    scope_fields: ClassVar[Mapping[Reach, str]] = {Reach.OWN: "user_id", Reach.UNIT: "user__unit__path"}

    class Meta:
        verbose_name = "登录日志"
        verbose_name_plural = "登录日志"
        indexes: ClassVar = [
            models.Index(fields=["name_digest", "at"], name="sign_ins_of_a_name"),
            models.Index(fields=["address", "at"], name="sign_ins_of_an_address"),
        ]


class SecondFactor(models.Model):
    """The shared secret of somebody's authenticator, sealed with the platform's key; counts once ``confirmed_at``."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    sealed = models.CharField(max_length=255)
    confirmed_at = models.DateTimeField("启用时间", null=True, blank=True)
    latest_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "动态口令"
        verbose_name_plural = "动态口令"


class RecoveryCode(models.Model):
    """A code for the day on which the telephone is lost; good once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "恢复码"
        verbose_name_plural = "恢复码"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_is_one")]
