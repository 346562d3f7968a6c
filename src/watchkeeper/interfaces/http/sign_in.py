"""One-time links into the status page: whoever reads the terminal of `up` may look."""

import secrets
from datetime import datetime, timedelta

from watchkeeper.interfaces.http.proof import same
from watchkeeper.ports.clock import Clock

LINK_LIFE = timedelta(minutes=10)
SESSION_LIFE = timedelta(hours=12)
MOST_SESSIONS = 64
COOKIE = "watchkeeper_session"


class SignIn:
    """Links that open once, and the sessions that they opened; gone with the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._links: dict[str, datetime] = {}
        self._sessions: dict[str, datetime] = {}

    def link(self) -> str:
        """A new code, good once and for ten minutes."""
        code = secrets.token_urlsafe(24)
        self._links[code] = self._clock.now() + LINK_LIFE
        return code

    def opened(self, code: str) -> str | None:
        """The session that a link opens; None when it was used, is too old, or never was."""
        found = _find(self._links, code)
        if found is None or self._links.pop(found) < self._clock.now():
            return None
        session = secrets.token_urlsafe(32)
        while len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[session] = self._clock.now() + SESSION_LIFE
        return session

    def knows(self, session: str) -> bool:
        """Whether a session is open."""
        found = _find(self._sessions, session)
        return found is not None and self._sessions[found] > self._clock.now()


def _find(known: dict[str, datetime], given: str) -> str | None:
    """The key that equals what was given, compared in constant time."""
    found = None
    for key in known:
        if same(key.encode(), given.encode("utf-8", "replace")):
            found = key
    return found
