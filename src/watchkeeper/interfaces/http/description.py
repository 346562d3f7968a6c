"""``/openapi.json``: what is posted, and how whoever posts it proves itself."""

from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from watchkeeper.interfaces.http.alertmanager import WebhookAlert
from watchkeeper.interfaces.http.events import Event

API_PREFIX = "/api/v1"

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_ANSWERS: dict[str, Any] = {
    "200": {"description": "All of it is known now."},
    "207": {"description": "A part was kept; the rest is named.", "content": _PROBLEM},
    "400": {"description": "Not JSON, or nested too deep.", "content": _PROBLEM},
    "401": {"description": "No valid token or signature.", "content": _PROBLEM},
    "413": {"description": "Longer than 1 MiB.", "content": _PROBLEM},
    "422": {"description": "Nothing could be taken; each fault is named.", "content": _PROBLEM},
    "503": {"description": "The journal cannot take it now; send it again.", "content": _PROBLEM},
}
_SECURITY = {
    "token": {"type": "http", "scheme": "bearer"},
    "signature": {"type": "apiKey", "in": "header", "name": "X-Watchkeeper-Signature"},
}


class Webhook(BaseModel):
    """Alertmanager's webhook. Its other keys are not looked at."""

    version: Literal["4"]
    alerts: list[WebhookAlert]


class FaultSchema(BaseModel):
    """One thing wrong."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    accepted: int | None = None
    unchanged: int | None = None
    errors: list[FaultSchema] = []


def described(app: FastAPI) -> None:
    """Let the application describe itself, once, when it is first asked."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _schema(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _schema(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
    _, definitions = models_json_schema(
        [(Webhook, "validation"), (Event, "validation"), (Problem, "validation")],
        ref_template="#/components/schemas/{model}",
    )
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {}).update(definitions["$defs"])
    components["securitySchemes"] = _SECURITY
    event = {"$ref": "#/components/schemas/Event"}
    events = {"oneOf": [event, {"type": "array", "items": event}]}
    webhook = {"$ref": "#/components/schemas/Webhook"}
    _takes(schema["paths"][f"{API_PREFIX}/webhooks/alertmanager"]["post"], webhook)
    _takes(schema["paths"][f"{API_PREFIX}/events"]["post"], events)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method == "get" and path.startswith(API_PREFIX):
                operation["security"] = [{"token": []}]
    return schema


def _takes(operation: dict[str, Any], body: dict[str, Any]) -> None:
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    operation["responses"] = _ANSWERS
    operation["security"] = [{"token": []}, {"signature": []}]
