"""What may be asked over the socket."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from watchkeeper.domain.events.authority import AutonomyLevel
from watchkeeper.governance.breaker import BreakerState
from watchkeeper.orchestration.orders.consenting import Downtime
from watchkeeper.orchestration.orders.desk import LONGEST_REASON

Id = Annotated[str, Field(min_length=1, max_length=128)]
Reason = Annotated[str, Field(max_length=LONGEST_REASON)]
Values = Annotated[
    tuple[Annotated[str, Field(max_length=1024)], ...], Field(min_length=1, max_length=100)
]


class RequestRefused(ValueError):
    """A request that cannot be understood; the message names the field, or the verbs there are."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Order(_Request):
    """``dry_run``: look everything up and check it, and change nothing."""

    dry_run: bool = False


class Grant(_Order):
    """Give a runbook a level of autonomy on a server class."""

    verb: Literal["grant"] = "grant"
    runbook: Id
    server_class: Id
    level: AutonomyLevel
    reason: Reason = ""


class Consent(_Order):
    """Let a service be down while it is mended, or no longer."""

    verb: Literal["consent"] = "consent"
    service: Id
    downtime: Downtime = Downtime.CONSENTED
    reason: Reason = ""


class Approve(_Order):
    """Say yes to exactly the digest that was shown."""

    verb: Literal["approve"] = "approve"
    action: Id
    digest: Id
    reason: Reason = ""
    plan: bool = False


class Deny(_Order):
    """Say no."""

    verb: Literal["deny"] = "deny"
    action: Id
    reason: Reason = ""


class Modify(_Order):
    """Change values within the runbook's schema."""

    verb: Literal["modify"] = "modify"
    action: Id
    values: Annotated[dict[Id, Values], Field(min_length=1, max_length=32)]
    reason: Reason = ""


class Delegate(_Order):
    """Hand one's answer to a person or a group."""

    verb: Literal["delegate"] = "delegate"
    action: Id
    to: Id
    reason: Reason = ""


class EngageKill(_Order):
    """Stop a scope."""

    verb: Literal["kill-engage"] = "kill-engage"
    scope: Id = "all"
    reason: Reason = ""


class ReleaseKill(_Order):
    """Let it act again."""

    verb: Literal["kill-release"] = "kill-release"
    scope: Id = "all"
    reason: Reason = ""


class TurnBreaker(_Order):
    """Open a circuit breaker, or close it before its time; the empty class is the global one."""

    verb: Literal["breaker"] = "breaker"
    server_class: Annotated[str, Field(max_length=128)] = ""
    state: Literal[BreakerState.OPEN, BreakerState.CLOSED]
    reason: Reason = ""


class Hold(_Order):
    """A person works on a server: nothing is done to it alone."""

    verb: Literal["hold"] = "hold"
    server: Id
    seconds: Annotated[int, Field(gt=0, le=365 * 86_400)]
    reason: Reason = ""


class LiftHold(_Order):
    """The work is done."""

    verb: Literal["hold-lift"] = "hold-lift"
    server: Id


class Reload(_Order):
    """Read the estate and the runbooks again."""

    verb: Literal["reload"] = "reload"


class Status(_Request):
    """How the watch is."""

    dry_run: Literal[False] = False
    verb: Literal["status"] = "status"


Answering = Approve | Deny | Modify | Delegate
Order = Grant | Consent | Answering | EngageKill | ReleaseKill | TurnBreaker
Request = Order | Hold | LiftHold | Reload | Status

VERBS = (
    "approve",
    "breaker",
    "consent",
    "delegate",
    "deny",
    "grant",
    "hold",
    "hold-lift",
    "kill-engage",
    "kill-release",
    "modify",
    "reload",
    "status",
)

_ADAPTER: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="verb")])


def request_of(said: object) -> Request:
    """The request that a message is. Raises RequestRefused."""
    if not isinstance(said, dict) or said.get("verb") not in VERBS:
        raise RequestRefused(f"unknown verb; there are: {', '.join(VERBS)}")
    try:
        return _ADAPTER.validate_python(said)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part)[:64] for part in fault["loc"][1:])
        raise RequestRefused(f"{field}: {fault['msg']}") from None
