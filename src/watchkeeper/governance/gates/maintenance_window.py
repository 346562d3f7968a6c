"""Is this a time for changes?"""

from watchkeeper.domain.action import Action
from watchkeeper.domain.almanac import PeriodKind
from watchkeeper.domain.verdict import Verdict, needs_person, permitted
from watchkeeper.governance.context import Context

RULE = "maintenance-window"


def maintenance_window(action: Action, context: Context) -> Verdict:
    """Asks a person during a freeze, and outside the windows of what has windows.

    So it does while a calendar cannot be read: nobody knows then what it forbids.
    """
    almanac, place = context.almanac, (action.server, action.server_class)
    if almanac.unreadable:
        return needs_person(RULE, "a calendar cannot be read", calendars=len(almanac.unreadable))
    now = [p for p in almanac.periods if p.lasts(context.now) and p.scope.covers(*place)]
    for period in now:
        if period.kind is PeriodKind.FREEZE:
            until = period.end.isoformat()
            return needs_person(RULE, "a change freeze is on", freeze=period.title, until=until)
    if not any(scope.covers(*place) for scope in almanac.windowed):
        return permitted(RULE, "no freeze, and no windows for this server")
    for period in now:
        until = period.end.isoformat()
        return permitted(RULE, "within its window", window=period.title, until=until)
    return needs_person(RULE, "outside its maintenance windows", server_class=action.server_class)
