"""The one list of checks."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from watchkeeper.bootstrap.estate_in_force import reconciled_estate
from watchkeeper.bootstrap.settings import Settings, SettingsRefused, load_settings
from watchkeeper.interfaces.checkup import configuration, data, machine, reach
from watchkeeper.interfaces.checkup.finding import Finding, green
from watchkeeper.interfaces.checkup.forecast import forecast
from watchkeeper.interfaces.checkup.logins import logins
from watchkeeper.interfaces.checkup.privilege import writes
from watchkeeper.interfaces.checkup.services import services
from watchkeeper.interfaces.checkup.telling import telling


def examined(config: Path | None, folder: Path, *, write_probe: bool = True) -> Iterator[Finding]:
    """Everything, in the order in which it should be mended."""
    yield from machine.python()
    yield from data.permissions(folder)
    yield from data.journal(folder)
    yield from data.kill_switch(folder)
    yield from machine.disk(folder)
    yield from forecast(folder)
    yield from machine.clock()
    yield from machine.init_system()
    try:
        settings = load_settings(config)
    except SettingsRefused as refused:
        yield configuration.wrong(refused)
        return
    yield from _configured(settings, folder)
    if write_probe:
        yield from writes(settings)


def _configured(settings: Settings, folder: Path) -> Iterator[Finding]:
    yield from configuration.file(settings)
    yield from configuration.environment(settings, configuration.variables())
    yield from configuration.secrets(settings)
    yield from _hands(settings)
    try:
        found = asyncio.run(reconciled_estate(settings))
    except ValueError as refused:  # FileRefused is one
        yield configuration.wrong(refused)
        return
    yield from configuration.estate(found.estate)
    yield from configuration.drift(found.drift)
    yield from services(found.estate)
    yield from logins(settings, found.estate)
    yield from reach.sources(settings, found.estate)
    yield from telling(settings)
    yield from reach.watch(settings, folder)


def _hands(settings: Settings) -> Iterator[Finding]:
    if settings.watch_only:
        yield green("ansible", "not needed: watch_only is set")
    else:
        yield from machine.ansible()
