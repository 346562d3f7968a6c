"""The status page: what is wrong now and what waits for a person. One page, no script."""

import base64
import hashlib
from html import escape

from watchkeeper.domain.events.authority import AUTHORITY
from watchkeeper.governance.authority import Authority
from watchkeeper.interfaces.http.doors import Doors
from watchkeeper.interfaces.views.alerts import active_alerts
from watchkeeper.interfaces.views.approvals import approval_list
from watchkeeper.interfaces.views.incidents import View, incident_list
from watchkeeper.interfaces.views.plain import at

MOST_ROWS = 50

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884}"
    ".killed{background:#b00020;color:#fff;padding:.6rem 1rem}"
    "caption{text-align:left;font-weight:600;padding:.8rem 0 .2rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def status_page(doors: Doors) -> str:
    """The page as HTML. Everything on it is escaped: names come from outside."""
    estate = doors.estate().estate
    incidents = [i for i in await incident_list(doors.journal, MOST_ROWS) if i["phase"] != "closed"]
    now = at(doors.clock.now())
    body = [
        f"<h1>Watchkeeper {escape(doors.version)}</h1>",
        await _kill_banner(doors),
        f"<p>Servers: {len(estate.servers)}, services: {len(estate.services)}, "
        f"cycles: {doors.gauges.cycles}, now: {now}.</p>",
        _table("Waiting for a person", _APPROVAL, await approval_list(doors.journal)),
        _table("Open incidents", _INCIDENT, incidents),
        _table("Active alerts", _ALERT, (await active_alerts(doors.journal))[:MOST_ROWS]),
        "<p>Answers and orders are given on the command line: "
        "<code>watchkeeper approve ID</code>, <code>watchkeeper kill engage</code>.</p>",
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="refresh" content="10"><title>Watchkeeper</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


_APPROVAL = ("id", "runbook", "step", "target", "expires_at")
_INCIDENT = ("id", "severity", "phase", "title", "opened_at")
_ALERT = ("fingerprint", "severity", "server", "series", "started_at")


async def _kill_banner(doors: Doors) -> str:
    held = await doors.journal.held(AUTHORITY)
    authority: Authority = held.state if held else Authority()
    if authority.killed_at is None:
        return ""
    since = f"{escape(at(authority.killed_at))} by {escape(authority.killed_by)}"
    return f'<p class="killed">The kill switch is engaged since {since}.</p>'


def _table(caption: str, columns: tuple[str, ...], rows: list[View]) -> str:
    if not rows:
        return f"<p>{escape(caption)}: none.</p>"
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in columns)
    lines = "".join(
        "<tr>" + "".join(f"<td>{_cell(row[name])}</td>" for name in columns) + "</tr>"
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><tr>{head}</tr>{lines}</table>"


def _cell(value: object) -> str:
    if isinstance(value, list):
        return escape(", ".join(str(each) for each in value))
    return escape("" if value is None else str(value))
