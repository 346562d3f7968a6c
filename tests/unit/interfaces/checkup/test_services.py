"""Services of this host that are not as the estate says are named, each with its cure."""

import os
from pathlib import Path

import pytest

from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.interfaces.checkup.finding import Colour, Finding
from watchkeeper.interfaces.checkup.services import services


def found(*all_of_them: Service) -> list[Finding]:
    return list(services(Estate(servers=(Server(name="here"),), services=all_of_them)))


def test_without_services_there_is_nothing_to_say() -> None:
    assert found() == []


def test_a_service_that_is_as_described_is_green(tmp_path: Path) -> None:
    pid_file, log = tmp_path / "own.pid", tmp_path / "own.log"
    pid_file.write_text(str(os.getpid()))
    log.touch()
    [finding] = found(
        Service(
            name="own", server="here", process=_name(), pid_file=str(pid_file), logs=(str(log),)
        )
    )
    assert finding.colour is Colour.GREEN


def _name() -> str:
    return Path("/proc/self/comm").read_text().strip()


@pytest.mark.parametrize(
    ("service", "told"),
    [
        (Service(name="shop", server="here", probe="tcp://127.0.0.1:1"), "does not answer"),
        (
            Service(name="shop", server="here", process="shopd", pid_file="/run/no-such.pid"),
            "/run/no-such.pid names no living process",
        ),
        (Service(name="shop", server="here", process="wk-nobody"), "none of its processes lives"),
        (Service(name="shop", server="here", logs=("/var/log/no/such.log",)), "is not there"),
    ],
)
def test_what_does_not_fit_is_named_with_its_cure(service: Service, told: str) -> None:
    [finding] = found(service)
    assert finding.colour is Colour.YELLOW
    assert told in finding.found and finding.found.startswith("shop: ")
    assert finding.cure
