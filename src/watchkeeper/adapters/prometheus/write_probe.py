"""Whether these credentials could write to a Prometheus: asked without writing anything."""

import json
from typing import Any

from watchkeeper.adapters.wire.client import Answer, WireClient
from watchkeeper.adapters.wire.endpoint import Endpoint

REMOTE_WRITE = "/api/v1/write"
DELETE_SERIES = "/api/v1/admin/tsdb/delete_series"
FLAGS = "/api/v1/status/flags"
PROTOBUF = "application/x-protobuf"
NO_SERIES = b"\x00"  # snappy for nothing: a request to write no series at all

_WRITE_TAKEN = (200, 204)
_MATCHES_NOTHING = 400  # the admin API is open; without a selector it deletes nothing

TRIES = (
    f"POST {REMOTE_WRITE} with no series in it",
    f"POST {DELETE_SERIES} with no selector, which deletes nothing",
    f"GET {FLAGS}",
)


async def prometheus_writes(endpoint: Endpoint) -> tuple[str, ...]:
    """What could be written or changed; nothing: it may only be read. Raises SourceUnavailable.

    A reload cannot be tried without a reload: it counts as allowed where it is switched on and
    Prometheus itself answers a POST of ours.
    """
    client = WireClient(endpoint)
    try:
        written = await client.answered("POST", REMOTE_WRITE, NO_SERIES, PROTOBUF)
        deleted = await client.answered("POST", DELETE_SERIES)
        flags = await client.answered("GET", FLAGS)
    finally:
        await client.close()
    found = {
        "samples may be written": written.status in _WRITE_TAKEN,
        "series may be deleted": _refused(deleted) and deleted.status == _MATCHES_NOTHING,
        "it may be reloaded and ended": _refused(deleted) and _lifecycle(flags),
    }
    return tuple(what for what, allowed in found.items() if allowed)


def _refused(answer: Answer) -> bool:
    """Whether Prometheus itself said no, in its own words, and nobody before it."""
    return _said(answer).get("status") == "error" and "errorType" in _said(answer)


def _lifecycle(flags: Answer) -> bool:
    data = _said(flags).get("data")
    return isinstance(data, dict) and data.get("web.enable-lifecycle") == "true"


def _said(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
