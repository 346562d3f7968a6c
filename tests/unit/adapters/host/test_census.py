"""Whose processes live: real ones, killed in the ways that matter."""

import os
from pathlib import Path

import pytest

from tests.unit.adapters.host.programs import daemon
from watchkeeper.adapters.host.census import Census, Table, census, pid_in
from watchkeeper.adapters.host.processes import Process, processes
from watchkeeper.domain.estate import Service


def look(service: Service, *neighbours: Service) -> Census:
    return census(service, (service, *neighbours), Table(processes=processes(), units=False))


def named(name: str, *, process: str = "", pid_file: str = "", unit: str = "") -> Service:
    return Service(name=name, server="here", process=process, pid_file=pid_file, unit=unit)


def is_dead(found: Census) -> bool:
    """Nothing of it lives; init may still have to reap its leftovers."""
    return found.alive == 0 and found.main_alive is False


def test_a_daemon_is_its_main_process_and_its_workers(tmp_path: Path) -> None:
    with daemon(tmp_path, "wk-alive", workers=3) as running:
        shop = named("shop", process="wk-alive", pid_file=str(running.pid_file))
        assert look(shop) == Census(alive=4, zombies=0, main_alive=True)


def test_workers_of_a_killed_main_process_are_found_and_the_zombie_is_dead(tmp_path: Path) -> None:
    with daemon(tmp_path, "wk-orphans") as running:
        shop = named("shop", process="wk-orphans", pid_file=str(running.pid_file))
        running.kill_main()
        assert look(shop) == Census(alive=2, zombies=1, main_alive=False)
        running.reap()
        assert look(shop) == Census(alive=2, zombies=0, main_alive=False)
        running.kill_all()
        assert is_dead(look(shop))


def test_services_of_one_name_are_told_apart_by_their_pid_files(tmp_path: Path) -> None:
    with daemon(tmp_path, "wk-twin") as one, daemon(tmp_path, "wk-twin", workers=1) as other:
        first = named("first", process="wk-twin", pid_file=str(one.pid_file))
        second = named("second", process="wk-twin", pid_file=str(other.pid_file))
        other.kill_all()
        assert look(first, second).alive == 3
        assert is_dead(look(second, first))


def test_a_stopped_service_that_took_its_pid_file_along_is_dead(tmp_path: Path) -> None:
    with daemon(tmp_path, "wk-gone"):
        stopped = named("stopped", process="wk-gone", pid_file=str(tmp_path / "none.pid"))
        assert look(stopped) == Census(alive=0, zombies=0, main_alive=False)


def test_without_a_pid_file_the_name_counts_but_not_a_neighbours_own(tmp_path: Path) -> None:
    with daemon(tmp_path, "wk-name") as owned, daemon(tmp_path, "wk-name", workers=0):
        neighbour = named("neighbour", process="wk-name", pid_file=str(owned.pid_file))
        assert look(named("plain", process="wk-name"), neighbour) == Census(
            alive=1, zombies=0, main_alive=None
        )


def test_two_services_that_go_by_one_name_alone_cannot_be_told_apart(tmp_path: Path) -> None:
    one, other = named("one", process="wk-rivals"), named("other", process="wk-rivals")
    with daemon(tmp_path, "wk-rivals"):
        assert look(one, other).alive is None
    assert look(one, other).alive == 0  # nobody lives: both are surely dead


def test_a_number_that_was_given_to_somebody_else_is_not_the_service(tmp_path: Path) -> None:
    stale = tmp_path / "stale.pid"
    stale.write_text(f"{os.getpid()}\n")
    shop = named("shop", process="wk-shop", pid_file=str(stale))
    assert look(shop) == Census(alive=0, zombies=0, main_alive=False)


def test_nothing_configured_nothing_claimed() -> None:
    assert look(named("mystery")) == Census(alive=None, zombies=0, main_alive=None)


def test_with_systemd_the_unit_tells() -> None:
    def process(pid: int, unit: str, *, alive: bool = True) -> Process:
        return Process(
            pid=pid, parent=1, group=pid, session=pid, name="nginx", alive=alive, unit=unit
        )

    table = Table(
        processes=(
            process(10, "shop.service"),
            process(11, "shop.service", alive=False),
            process(12, "docs.service"),
        ),
        units=True,
    )
    shop = named("shop", unit="shop", process="nginx")
    mail = named("mail", unit="mail.service", process="nginx")
    assert census(shop, (shop, mail), table) == Census(alive=1, zombies=1, main_alive=None)
    assert census(mail, (shop, mail), table).alive == 0


@pytest.mark.parametrize(
    ("content", "pid"),
    [
        ("4242\n", 4242),
        ("4242", 4242),
        ("4242\n/var/lib/postgresql/15/main\n1795473887\n", 4242),
        ("  77  ", 77),
        ("", None),
        ("nginx", None),
        ("-5", None),
        ("1", None),
        ("0", None),
        ("12x", None),
    ],
)
def test_the_number_in_a_pid_file(tmp_path: Path, content: str, pid: int | None) -> None:
    path = tmp_path / "x.pid"
    path.write_text(content)
    assert pid_in(str(path)) == pid
    assert pid_in(str(tmp_path / "none")) is None
    assert pid_in(str(tmp_path)) is None
