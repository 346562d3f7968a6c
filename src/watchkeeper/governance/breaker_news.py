"""Which breakers the next word about a warrant opens."""

from datetime import datetime

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Actor, ActorKind, Body, Entry
from watchkeeper.domain.events.authority import AUTHORITY, BreakerOpened
from watchkeeper.governance.authority import Authority, evolve
from watchkeeper.governance.breaker import GLOBAL, breaker_of

_ENGINE = Actor(kind=ActorKind.SYSTEM, name="engine")


def opened_by(
    body: Body, action: Action, authority: Authority, now: datetime
) -> tuple[BreakerOpened, ...]:
    """The breakers that were closed or half open and are open once this is said."""
    entry = Entry(
        position=0,
        stream=AUTHORITY,
        revision=authority.revision,
        at=now,
        actor=_ENGINE,
        cause=None,
        body=body,
    )
    after = evolve(authority, entry)
    news: list[BreakerOpened] = []
    for server_class in (action.server_class, GLOBAL):
        then = breaker_of(authority.breakers, server_class)
        that = breaker_of(after.breakers, server_class)
        if that.state(now) != then.state(now) and that.opened_at == now:
            news.append(BreakerOpened(server_class=server_class, reason=that.reason))
    return tuple(news)
