"""Has this very thing been tried often enough?"""

from itertools import takewhile

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, permitted, refused
from watchkeeper.governance.authority import Drawn
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import FUTILE_AFTER, FUTILITY_REST

RULE = "cool-down"


def cool_down(action: Action, context: Context) -> Verdict:
    """Refuses a fix that failed, or made nothing better, on this target three times in a row.

    It rests for an hour after the last try; then one more try may follow.
    """
    failures = _in_a_row(action, context)
    last_at = failures[0].settled_at if failures else None
    resting = last_at is not None and context.now - last_at < FUTILITY_REST
    if len(failures) >= FUTILE_AFTER and resting:
        return refused(
            RULE, f"futile {len(failures)} times in a row on this target", tries=len(failures)
        )
    return permitted(RULE, f"{len(failures)} futile tries in a row on this target")


def _in_a_row(action: Action, context: Context) -> list[Drawn]:
    """The newest tries of this very thing that were futile, back to the last that helped."""
    same = (action.runbook, action.step, action.target)
    tries = [
        (drawn.settled_at, drawn)
        for drawn in context.authority.drawn
        if (drawn.runbook, drawn.step, drawn.target) == same and drawn.settled_at and drawn.ran
    ]
    newest_first = [drawn for _, drawn in sorted(tries, key=lambda one: one[0], reverse=True)]
    return list(takewhile(lambda drawn: drawn.futile, newest_first))
