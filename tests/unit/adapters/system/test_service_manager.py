import socket
from pathlib import Path

from watchkeeper.adapters.system.service_manager import ServiceManager


def heard(address: str, environment: dict[str, str]) -> tuple[ServiceManager, socket.socket]:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(address)
    listening.settimeout(2)
    return ServiceManager(environment), listening


def test_it_says_ready_alive_and_stopping(tmp_path: Path) -> None:
    place = str(tmp_path / "notify")
    environment = {"NOTIFY_SOCKET": place, "WATCHDOG_USEC": "120000000"}
    manager, listening = heard(place, environment)
    with listening:
        manager.ready()
        manager.alive()
        manager.stopping()
        said = [listening.recv(64) for _ in range(3)]
    assert said == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]
    assert manager.watchdog_seconds == 120.0


def test_an_abstract_socket() -> None:
    manager, listening = heard("\0wk-test-notify", {"NOTIFY_SOCKET": "@wk-test-notify"})
    with listening:
        manager.alive()
        assert listening.recv(64) == b"WATCHDOG=1"
    assert manager.watchdog_seconds is None


def test_without_systemd_or_with_a_dead_one_nothing_happens(tmp_path: Path) -> None:
    ServiceManager({}).alive()
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive()
    assert ServiceManager({"WATCHDOG_USEC": "1000000"}).watchdog_seconds is None
    odd = ServiceManager({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "soon"})
    assert odd.watchdog_seconds is None
