"""Why an order cannot be given: each refusal is named, and its docstring is the message."""


class OrderRefused(Exception):
    """The order cannot be given."""

    def __init__(self, about: str = "") -> None:
        said = " ".join((type(self).__doc__ or "").split())
        super().__init__(f"{about}: {said}" if about else said)


class UnknownRunbook(OrderRefused):
    """No runbook of the library has this name; `watchkeeper runbooks list` shows them."""


class UnknownService(OrderRefused):
    """No service of the estate has this name; `watchkeeper servers list` shows them."""


class NotTheOwner(OrderRefused):
    """Only its owner by the estate, or an administrator, says whether a service may be down."""


class UnclassifiedNeverActs(OrderRefused):
    """A server without a class is never acted on alone; give it a class in estate.yaml first."""


class UnknownAction(OrderRefused):
    """There is no such action; `watchkeeper approvals list` shows what waits for a person."""


class NothingToApprove(OrderRefused):
    """The action is not waiting for a person: answered, expired, taken back, or never asked."""


class ApprovalLapsed(OrderRefused):
    """The time to answer is over; the action expires by itself."""


class DigestChanged(OrderRefused):
    """What would run is not what was shown; look at it again: `watchkeeper approvals show ID`."""


class StateChanged(OrderRefused):
    """What was shown of its target has changed since; look at it again before you answer."""


class StandsStill(OrderRefused):
    """The kill switch covers this action: its clock stands still until the switch is released."""


class RoleMissing(OrderRefused):
    """Your account does not have the role for this; an administrator gives it under `people`."""


class AnswersForItself(OrderRefused):
    """You let this action come about (its grant, its change, your vote given away): ask another."""


class AnsweredAlready(OrderRefused):
    """You have said yes already; it needs the yes of somebody else."""


class AloneNeedsReason(OrderRefused):
    """There is nobody else who could do this, so it takes a reason: --reason."""


class AloneMustWait(OrderRefused):
    """There is nobody else who could do this, so it waits 60 seconds; then say it again."""


class NotYours(OrderRefused):
    """You may hand on only what you may answer yourself."""


class UnknownPerson(OrderRefused):
    """Neither a person nor a group of the settings; `people` names them."""


class ParameterRefused(OrderRefused):
    """The runbook does not allow this value."""


class NotEngaged(OrderRefused):
    """The kill switch is not engaged: there is nothing to release."""


class EngagedAgain(OrderRefused):
    """Somebody engaged the kill switch again meanwhile; it stays engaged."""


class MustBeAnother(OrderRefused):
    """Whoever engaged the kill switch does not release it: another administrator has to."""


class ScopeUnknown(OrderRefused):
    """A scope is all, pillar:incidents, pillar:patching, class:NAME or runbook:NAME."""


class BreakerStands(OrderRefused):
    """The breaker stands like that already."""


class ReasonTooLong(OrderRefused):
    """A reason has at most 2000 characters."""


class KeepsMoving(OrderRefused):
    """Somebody else keeps writing about the same thing; look again and repeat the order."""
