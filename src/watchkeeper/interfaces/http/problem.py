"""What was wrong with a request, as RFC 9457 says it: application/problem+json."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi.responses import JSONResponse

from watchkeeper.interfaces.printable import printable

MOST_TOLD = 50  # faults named in one answer

_LATER = {"Retry-After": "5"}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong in a body. ``pointer`` is a JSON pointer (RFC 6901) to the field."""

    pointer: str
    detail: str


class Refused(Exception):
    """A request is refused as a whole."""

    def __init__(
        self,
        status: int,
        title: str,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def not_now() -> Refused:
    """The journal cannot be used at this moment; whoever asks may ask again."""
    return Refused(503, "the journal cannot be used now; send it again", headers=_LATER)


@dataclass(frozen=True, kw_only=True)
class Partly:
    """What became of a batch: what was taken, what was known already, and what is wrong."""

    accepted: int = 0
    unchanged: int = 0
    faults: Sequence[Fault] = field(default_factory=tuple)


def refusal(refused: Refused) -> JSONResponse:
    """The answer to a request that was refused as a whole."""
    body: dict[str, object] = {"title": refused.title, "status": refused.status}
    if refused.faults:
        body["errors"] = told(refused.faults)
    return problem(refused.status, body, refused.headers)


def batch(partly: Partly) -> JSONResponse:
    """200 when all is well, 207 when a part was kept, 422 when nothing could be."""
    body: dict[str, object] = {"accepted": partly.accepted, "unchanged": partly.unchanged}
    if not partly.faults:
        return JSONResponse(body)
    kept = partly.accepted + partly.unchanged > 0
    status = 207 if kept else 422
    title = "a part of the batch was not taken" if kept else "nothing could be taken"
    errors = told(partly.faults)
    return problem(status, {"title": title, "status": status, **body, "errors": errors})


def told(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """The faults as they stand in an answer; of very many, the first."""
    shown = faults[:MOST_TOLD]
    listed = [{"pointer": printable(f.pointer), "detail": printable(f.detail)} for f in shown]
    if len(faults) > MOST_TOLD:
        listed.append({"pointer": "", "detail": f"and {len(faults) - MOST_TOLD} more"})
    return listed


def problem(
    status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """A body as application/problem+json."""
    return JSONResponse(
        {"type": "about:blank", **body},
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )
