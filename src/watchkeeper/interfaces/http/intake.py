"""What other systems post, from the request to the answer: prove, read, place, write."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from fastapi.responses import JSONResponse

from watchkeeper.interfaces.http.alertmanager import (
    Register,
    Report,
    WebhookAlert,
    heard,
    placed,
    reported,
)
from watchkeeper.interfaces.http.bounded import body_of, json_of
from watchkeeper.interfaces.http.doors import Doors
from watchkeeper.interfaces.http.events import Telling, events_of, telling
from watchkeeper.interfaces.http.problem import Fault, Partly, batch
from watchkeeper.interfaces.http.proof import SIGNATURE_HEADER, Voice, bearer, proven, unproven


async def alertmanager(doors: Doors, request: Request) -> JSONResponse:
    """A webhook of alerts. The good part of a batch is kept."""
    desk = await _proven(doors, request)
    reports, faults = await asyncio.to_thread(_reports, desk)
    written = await doors.clerk.reports(desk.voice.name, reports)
    return batch(Partly(accepted=written.accepted, unchanged=written.unchanged, faults=faults))


async def events(doors: Doors, request: Request) -> JSONResponse:
    """One event or a list of them. The good part is kept."""
    desk = await _proven(doors, request)
    tellings, faults = await asyncio.to_thread(_tellings, desk)
    written = await doors.clerk.tellings(desk.voice.name, tellings)
    return batch(Partly(accepted=written.accepted, unchanged=written.unchanged, faults=faults))


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A body whose sender has proved itself, and what it is held against."""

    voice: Voice
    body: bytes
    register: Register
    now: datetime


async def _proven(doors: Doors, request: Request) -> Posted:
    if not (bearer(request.headers) or request.headers.get(SIGNATURE_HEADER)):
        raise unproven()  # before a byte of the body is read
    body = await body_of(request)
    now = doors.clock.now()
    voice = proven(doors.voices, request.headers, body, now)
    return Posted(voice=voice, body=body, register=doors.registers.of(doors.estate()), now=now)


def _reports(posted: Posted) -> tuple[list[Report], list[Fault]]:
    """The alerts of a body as they would be told, and what is wrong with the others."""
    said = heard(json_of(posted.body))
    reports, faults = [], list(said.faults)
    for index, alert in said.alerts.items():
        report = _report(alert, posted)
        if isinstance(report, Fault):
            faults.append(Fault(pointer=f"/alerts/{index}{report.pointer}", detail=report.detail))
        else:
            reports.append(report)
    return reports, faults


def _report(alert: WebhookAlert, posted: Posted) -> Report | Fault:
    place = placed(alert, posted.voice, posted.register)
    if isinstance(place, str):
        return Fault(pointer="/labels", detail=place)
    report = reported(alert, place, posted.voice, posted.now)
    return Fault(pointer="/startsAt", detail=report) if isinstance(report, str) else report


def _tellings(posted: Posted) -> tuple[list[Telling], list[Fault]]:
    said = json_of(posted.body)
    good, faults = events_of(said)
    tellings = []
    for index, event in good.items():
        told = telling(event, posted.voice, posted.register, posted.now)
        if isinstance(told, Fault):
            at = f"/{index}" if isinstance(said, list) else ""
            faults.append(Fault(pointer=at + told.pointer, detail=told.detail))
        else:
            tellings.append(told)
    return tellings, faults
