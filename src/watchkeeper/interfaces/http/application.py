"""The routes."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse

from watchkeeper.interfaces.http import intake, metrics_text, page
from watchkeeper.interfaces.http.description import API_PREFIX, described
from watchkeeper.interfaces.http.doors import Doors
from watchkeeper.interfaces.http.ordering import orders, signed_in
from watchkeeper.interfaces.http.problem import Fault, Refused, not_now, refusal
from watchkeeper.interfaces.http.sign_in import COOKIE, SESSION_LIFE
from watchkeeper.interfaces.views.alerts import active_alerts, alert_list, alert_story
from watchkeeper.interfaces.views.incidents import View, incident_list, incident_story
from watchkeeper.interfaces.views.missing import NotThere
from watchkeeper.ports.errors import JournalClosed

Limit = Annotated[int, Query(ge=1, le=1000)]


def application(doors: Doors) -> FastAPI:
    """The whole HTTP surface over a running watch."""
    app = FastAPI(
        title="Watchkeeper",
        version=doors.version,
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
    )
    _errors(app)
    _health(app, doors)
    _alerts_in(app, doors)
    _reading(app, doors)
    orders(app, doors)
    _status_page(app, doors)
    described(app)
    return app


def _health(app: FastAPI, doors: Doors) -> None:
    @app.get("/healthz", tags=["health"])
    async def healthz() -> PlainTextResponse:
        """The loop turns."""
        return PlainTextResponse("ok\n")

    @app.get("/readyz", tags=["health"])
    async def readyz() -> PlainTextResponse:
        """The first monitoring cycle is through, and the journal can be read."""
        await doors.journal.head()
        if doors.gauges.cycles == 0:
            return PlainTextResponse("the first cycle is not through yet\n", status_code=503)
        return PlainTextResponse("ok\n")

    @app.get("/metrics", tags=["health"])
    async def metrics() -> Response:
        """The watch's own numbers, for Prometheus."""
        text = await metrics_text.metrics_text(doors)
        return Response(text, media_type=metrics_text.CONTENT_TYPE)


def _alerts_in(app: FastAPI, doors: Doors) -> None:
    @app.post(f"{API_PREFIX}/webhooks/alertmanager", tags=["alerts in"])
    async def alertmanager(request: Request) -> JSONResponse:
        """Alertmanager's webhook, version 4. Repeating a request changes nothing."""
        return await intake.alertmanager(doors, request)

    @app.post(f"{API_PREFIX}/events", tags=["alerts in"])
    async def events(request: Request) -> JSONResponse:
        """Deployments, changes and notes: one event, or a list. An id is told once."""
        return await intake.events(doors, request)


def _reading(app: FastAPI, doors: Doors) -> None:
    @app.get(f"{API_PREFIX}/incidents", tags=["reading"])
    async def incidents(request: Request, limit: Limit = 100) -> list[View]:
        """The newest incidents, newest first."""
        signed_in(doors, request)
        return await incident_list(doors.journal, limit)

    @app.get(f"{API_PREFIX}/incidents/{{identifier}}", tags=["reading"])
    async def incident(request: Request, identifier: str) -> View:
        """One incident with its timeline and its post-mortem."""
        signed_in(doors, request)
        return await incident_story(doors.journal, identifier)

    @app.get(f"{API_PREFIX}/alerts", tags=["reading"])
    async def alerts(
        request: Request, state: Literal["active", "all"] = "active", limit: Limit = 100
    ) -> list[View]:
        """Alerts, newest first."""
        signed_in(doors, request)
        if state == "active":
            return (await active_alerts(doors.journal))[:limit]
        return await alert_list(doors.journal, limit)

    @app.get(f"{API_PREFIX}/alerts/{{fingerprint}}", tags=["reading"])
    async def alert(request: Request, fingerprint: str) -> View:
        """One alert with its timeline."""
        signed_in(doors, request)
        return await alert_story(doors.journal, fingerprint)


def _status_page(app: FastAPI, doors: Doors) -> None:
    @app.get("/", include_in_schema=False)
    async def status(request: Request) -> HTMLResponse:
        signed_in(doors, request)
        return HTMLResponse(await page.status_page(doors), headers=page.HEADERS)

    @app.get("/sign-in/{code}", include_in_schema=False)
    async def sign_in(code: str) -> Response:
        session = doors.sign_in.opened(code)
        if session is None:
            raise Refused(
                401, "this link was used or is too old; `watchkeeper up` prints a new one"
            )
        answer = RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})
        answer.set_cookie(
            COOKIE,
            session,
            max_age=int(SESSION_LIFE.total_seconds()),
            httponly=True,
            samesite="strict",
        )
        return answer


def _errors(app: FastAPI) -> None:
    """Whatever goes wrong is told as application/problem+json."""

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        return refusal(error)

    @app.exception_handler(NotThere)
    async def missing(_: Request, error: NotThere) -> JSONResponse:
        return refusal(Refused(404, str(error)[:400]))

    @app.exception_handler(JournalClosed)
    async def closed(_: Request, __: JournalClosed) -> JSONResponse:
        return refusal(not_now())

    @app.exception_handler(404)
    @app.exception_handler(405)
    async def no_route(_: Request, error: HTTPException) -> JSONResponse:
        return refusal(Refused(error.status_code, str(error.detail), headers=error.headers))

    @app.exception_handler(500)
    async def unexpected(_: Request, __: Exception) -> JSONResponse:
        return refusal(Refused(500, "this was not expected; the log of the watch says more"))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = [_query_fault(fault) for fault in error.errors()]
        return refusal(Refused(422, "the request is not as it must be", faults=faults))


def _query_fault(fault: Mapping[str, Any]) -> Fault:
    return Fault(pointer="/" + "/".join(str(p) for p in fault["loc"]), detail=str(fault["msg"]))
