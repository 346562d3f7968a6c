"""Orders over HTTP: to stop, and to answer what asks. Whoever signed in is in the journal."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request

from watchkeeper.governance.people import Account, Role
from watchkeeper.interfaces.http.bounded import body_of, json_of
from watchkeeper.interfaces.http.description import API_PREFIX
from watchkeeper.interfaces.http.doors import Doors
from watchkeeper.interfaces.http.problem import Refused
from watchkeeper.interfaces.http.proof import bearer, same, unproven
from watchkeeper.interfaces.http.sign_in import COOKIE
from watchkeeper.interfaces.socket.requests import RequestRefused, request_of
from watchkeeper.interfaces.views.approvals import action_story, approval_list
from watchkeeper.interfaces.views.authority import kill_view
from watchkeeper.orchestration.orders.refusal import OrderRefused, RoleMissing, UnknownAction

View = Mapping[str, object]

_STATUS: Mapping[type[OrderRefused], int] = {RoleMissing: 403, UnknownAction: 404}
_ANSWERS = ("approve", "deny", "modify", "delegate")


def orders(app: FastAPI, doors: Doors) -> None:
    """The kill switch and the approvals."""

    @app.get(f"{API_PREFIX}/kill", tags=["orders"])
    async def kill_state(request: Request) -> View:
        """Where the kill switch stands."""
        signed_in(doors, request)
        return await kill_view(doors.journal, doors.office.page.engaged())

    @app.post(f"{API_PREFIX}/kill", tags=["orders"])
    async def kill(request: Request) -> View:
        """Stop a scope: ``{"scope": "all", "reason": "…"}``, or nothing at all. Anybody may."""
        return await _given(doors, request, {"verb": "kill-engage"})

    @app.post(f"{API_PREFIX}/kill/release", tags=["orders"])
    async def release(request: Request) -> View:
        """Let a scope act again; an administrator who did not engage it."""
        return await _given(doors, request, {"verb": "kill-release"})

    @app.get(f"{API_PREFIX}/approvals", tags=["orders"])
    async def approvals(request: Request) -> list[View]:
        """What waits for a person, oldest first."""
        signed_in(doors, request)
        return list(await approval_list(doors.journal))

    @app.get(f"{API_PREFIX}/approvals/{{action}}", tags=["orders"])
    async def approval(request: Request, action: str) -> View:
        """Exactly what would run, and what every gate says."""
        signed_in(doors, request)
        return await action_story(doors.journal, action, doors.subject())

    @app.post(f"{API_PREFIX}/approvals/{{action}}/{{answer}}", tags=["orders"])
    async def answered(request: Request, action: str, answer: str) -> View:
        """Approve (``digest``), deny, modify (``values``) or delegate (``to``), with a reason."""
        if answer not in _ANSWERS:
            raise Refused(404, f"an answer is one of {', '.join(_ANSWERS)}")
        return await _given(doors, request, {"verb": answer, "action": action})


def signed_in(doors: Doors, request: Request) -> Account:
    """Whose request it is: a person's token, the reader's, or an open session. Raises Refused.

    The reader's token and a session look and stop, and nothing else.
    """
    token = bearer(request.headers)
    account = doors.roster.of_token(token)
    if account is not None:
        return account
    viewer = frozenset({Role.VIEWER})
    if same(doors.reader_token, token):
        return Account(name="api-token", person=doors.owner, roles=viewer)
    if not token and doors.sign_in.knows(request.cookies.get(COOKIE, "")):
        return Account(name="session", person=doors.owner, roles=viewer)
    raise unproven()


async def _given(doors: Doors, request: Request, order: Mapping[str, str]) -> View:
    """The order that path and body make together, carried out. Raises Refused."""
    account = signed_in(doors, request)
    said = await _said(request)
    if said.keys() & order.keys():
        raise Refused(422, f"the path says {' and '.join(order)} already")
    try:
        return await doors.office.carry_out(request_of({**said, **order}), account)
    except RequestRefused as refused:
        raise Refused(422, str(refused)) from None
    except OrderRefused as refused:
        status = _STATUS.get(type(refused), 409)
        raise Refused(status, f"{type(refused).__name__}: {refused}"[:400]) from None


async def _said(request: Request) -> dict[str, Any]:
    """The body; none is an empty one."""
    body = await body_of(request)
    said = json_of(body) if body else {}
    if not isinstance(said, dict):
        raise Refused(400, "the body is not an object")
    return said
