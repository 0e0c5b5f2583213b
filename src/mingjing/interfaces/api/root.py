"""Finds every room's ``api.router`` and mounts it; what is refused answers as a problem."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from mingjing.contexts.accounts.rest import problems

_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "不能办理的答复（RFC 9457）",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "about:blank，或者 urn:mingjing:problem:加上稳定的代码"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "哪里不对，怎么办"},
        "instance": {"type": "string"},
        "citation": {
            "type": "object",
            "description": "法律依据",
            "properties": {"reference": {"type": "string"}, "label": {"type": "string"}},
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"in": {"type": "string"}, "field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}

_ABOUT = (
    "明镜的接口。用户在“我的账号—接口令牌”里建立令牌，放在 `Authorization: Bearer mj_…` 头里；令牌只带所选的权限。"
    "列表用 `limit` 和 `after` 分页；修改带 `If-Match`；`POST` 可带 `Idempotency-Key`；"
    "不能办理时答复 `application/problem+json`。说明和例子见 docs/api.md。"
)


class PlatformApi(NinjaAPI):
    """The API, with the form of its problems in its description."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation by its room and function: ``accounts_found_unit``."""
        return f"{operation.view_func.__module__.split('.')[2]}_{operation.view_func.__name__}"

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Describe the API."""
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = _PROBLEM
        return schema


def _build() -> PlatformApi:
    api = PlatformApi(
        title="明镜 Mingjing",
        version="1",
        description=_ABOUT,
        urls_namespace="api",
        docs_url=None,
        openapi_url="/openapi.json",
    )
    problems.install(api)
    for room in settings.ROOMS:
        name = f"mingjing.contexts.{room}.api"
        if find_spec(name) is not None:
            api.add_router("", import_module(name).router)
    return api


api = _build()
