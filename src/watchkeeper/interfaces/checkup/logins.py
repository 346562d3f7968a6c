"""The logins on other servers: whether they work, and allow no more than they must."""

import asyncio
from collections.abc import Iterator

from watchkeeper.bootstrap.login_check import LoginSeen, logins_seen, looking_key_faults
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate
from watchkeeper.interfaces.checkup.finding import Finding, green, red, yellow

CHECK = "ssh"
CURE = "bring the file of `watchkeeper runbooks sudoers` for its class there, and no other"


def logins(settings: Settings, estate: Estate) -> Iterator[Finding]:
    """Every server that is acted on by ssh is logged in on once."""
    seen = asyncio.run(logins_seen(settings, estate))
    wrong = [finding for login in seen for finding in _faults(login)]
    wrong += [
        red(CHECK, fault, "until it is mended, only probes are asked there")
        for fault in looking_key_faults(settings)
    ]
    yield from wrong
    if seen and not wrong:
        yield green(CHECK, f"{len(seen)} servers: logins work, and sudo allows what it must")


def _faults(login: LoginSeen) -> Iterator[Finding]:
    if login.fault:
        told = login.fault.removeprefix("ssh: ")
        yield red(CHECK, told, "until it is mended, nothing is done on that server")
    if login.root:
        yield red(CHECK, f"{login.server}: the login is root's", "give it a user of its own")
    if login.rights is None:
        return
    if login.rights.everything:
        yield red(CHECK, f"{login.server}: sudo allows everything without a password", CURE)
    elif login.rights.extra:
        more = "; ".join(login.rights.extra[:5])
        yield red(CHECK, f"{login.server}: sudo allows more than it must: {more}", CURE)
    if login.rights.missing:
        told = f"{login.server}: sudo does not allow {'; '.join(login.rights.missing[:5])}"
        yield yellow(CHECK, told, CURE)
