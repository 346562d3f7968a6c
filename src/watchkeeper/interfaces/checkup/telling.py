"""Who is told: whoever takes messages, and whoever notices that the watch is kept no more."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from watchkeeper.bootstrap.receivers import Receivers, receivers
from watchkeeper.bootstrap.settings import Settings, SettingsRefused
from watchkeeper.interfaces.checkup.finding import Finding, green, red, yellow
from watchkeeper.ports.errors import SourceUnavailable

Check = Callable[[], Awaitable[None]]

_CURE = "correct its url, token or ca_file, or start it"


def telling(settings: Settings) -> Iterator[Finding]:
    """Both are connected to, and told nothing."""
    try:
        named = receivers(settings)
    except (SettingsRefused, ValueError) as refused:  # EndpointWrong is one
        yield red("heartbeat", str(refused).partition(";")[0], "correct the configuration")
        return
    faults = asyncio.run(_faults(named))
    if named.heartbeat is None:
        cure = "give it a heartbeat: docs/how-to/watchdog.md"
        yield yellow("heartbeat", "none: nobody notices when the watch itself dies", cure)
    else:
        yield _told("heartbeat", faults["heartbeat"])
    if named.notifier is None:
        cure = "give it notifications: docs/how-to/watchdog.md"
        yield yellow("notifications", "none: its log is the only one who tells", cure)
    else:
        yield _told("notifications", faults["notifications"])


async def _faults(named: Receivers) -> dict[str, str]:
    """What is wrong with each; empty: it can be reached."""
    found = {}
    for name, each in (("heartbeat", named.heartbeat), ("notifications", named.notifier)):
        if each is not None:
            found[name] = await _fault(each.check)
            await each.close()
    return found


async def _fault(check: Check) -> str:
    try:
        await check()
    except SourceUnavailable as unavailable:
        return str(unavailable)
    return ""


def _told(check: str, fault: str) -> Finding:
    return red(check, fault, _CURE) if fault else green(check, "can be reached")
