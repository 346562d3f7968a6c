"""Journals on which this or that version has started."""

from datetime import UTC, datetime
from pathlib import Path

from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.opening import writing
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.domain.events.installation import INSTALLATION, InstallationStarted

ENGINE = Actor(kind=ActorKind.SYSTEM, name="engine")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


async def begun(folder: Path, *versions: str) -> None:
    """A journal on which these versions have started, one after the other."""
    async with writing(folder, ManualClock(NOON)) as journal:
        for version in versions:
            started = InstallationStarted(
                version=version,
                configuration_digest="",
                estate_digest="",
                servers=1,
                services=0,
            )
            await journal.append(ENGINE, (Draft(stream=INSTALLATION, body=started),))
