"""Watchkeeper itself fails: somebody notices, it stops acting, and it keeps paging."""

import os
import signal
import socket
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import yaml

from tests.acceptance.rig.metrics import Alertmanager
from tests.acceptance.rig.program import free_port
from tests.acceptance.rig.receiver import Receiver
from tests.acceptance.rig.waiting import throughout, until
from tests.acceptance.rig.watchkeeper import Json, Watchkeeper
from tests.acceptance.rig.webhook import WebhookListener

SMALL = 8 * 1024 * 1024
BEAT_SECONDS = 1


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.stop()


@pytest.fixture
def alone(folder: Path, receiver: Receiver) -> Iterator[Watchkeeper]:
    """A watch over this host, which tells the receiver; its data directory is a small one."""
    with mounted(folder / "small"):
        watchkeeper = Watchkeeper(folder, data_dir=folder / "small" / "data")
        configure(watchkeeper, {"heartbeat": {"url": receiver.url, "every_seconds": BEAT_SECONDS}})
        watchkeeper.start()
        try:
            until(lambda: receiver.beats, within=20, what="the first beat")
            yield watchkeeper
        finally:
            watchkeeper.stop()


def configure(watchkeeper: Watchkeeper, more: Json) -> None:
    told = more["heartbeat"]["url"]
    settings = {
        "http": {"listen": watchkeeper.listen},
        "monitoring": {"cycle_seconds": 1},
        "notifications": {"url": f"{told}/pages"},
    }
    watchkeeper.configuration.write_text(yaml.safe_dump(settings | more))


@contextmanager
def mounted(place: Path) -> Iterator[None]:
    """A file system of eight megabytes."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "none", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@contextmanager
def filled(place: Path, *, leaving: int) -> Iterator[None]:
    """The file system that full until the block ends."""
    found = os.statvfs(place)
    with (place / "fill").open("wb") as fill:
        os.posix_fallocate(fill.fileno(), 0, found.f_bavail * found.f_frsize - leaving)
    try:
        yield
    finally:
        (place / "fill").unlink()


def metric(watchkeeper: Watchkeeper, name: str) -> float:
    token = (watchkeeper.data_dir / "api-token").read_text().strip()
    asked = urllib.request.Request(
        f"http://{watchkeeper.listen}/metrics", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"watchkeeper_{name} "))


def entries(watchkeeper: Watchkeeper) -> list[str]:
    """The kinds of all entries, from the file itself."""
    with closing(
        sqlite3.connect(f"file:{watchkeeper.data_dir}/journal.db?mode=ro", uri=True)
    ) as db:
        return [kind for (kind,) in db.execute("SELECT kind FROM entries ORDER BY position")]


def test_a_stopped_process_gives_no_sign_of_life(alone: Watchkeeper, receiver: Receiver) -> None:
    assert metric(alone, "heartbeat_up") == 1
    os.kill(alone.program.pid, signal.SIGSTOP)
    try:
        until(lambda: receiver.silent_for() > 4 * BEAT_SECONDS, within=8, what="silence")
    finally:
        os.kill(alone.program.pid, signal.SIGCONT)
    until(lambda: receiver.silent_for() < BEAT_SECONDS, within=10, what="signs of life again")


@pytest.mark.long
def test_a_locked_database_silences_the_heartbeat_and_pages(
    alone: Watchkeeper, receiver: Receiver
) -> None:
    with closing(sqlite3.connect(alone.data_dir / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        until(lambda: metric(alone, "fit_to_act") == 0, within=60, what="it stops acting")
        until(lambda: receiver.kinds(), within=30, what="a page without the journal")
        assert receiver.notices[0]["kind"] == "unfit"
        assert "journal_failing" in receiver.notices[0]["text"]
        until(lambda: receiver.silent_for() > 5 * BEAT_SECONDS, within=90, what="silence")
        other.execute("ROLLBACK")
    until(lambda: metric(alone, "fit_to_act") == 1, within=60, what="fit again")
    until(lambda: receiver.silent_for() < 2 * BEAT_SECONDS, within=30, what="beats again")
    until(lambda: "installation.fit" in entries(alone), within=30, what="it is in the journal")
    assert entries(alone).count("installation.unfit") == 1
    holds, report = alone.verify()
    assert holds, report


def test_a_filling_disk_stops_acting_and_keeps_paging(
    alone: Watchkeeper, receiver: Receiver
) -> None:
    place = alone.data_dir.parent
    with filled(place, leaving=SMALL // 20):
        until(lambda: metric(alone, "fit_to_act") == 0, within=20, what="it stops acting")
        until(lambda: "unfit" in receiver.kinds(), within=10, what="a page")
        throughout(
            lambda: receiver.silent_for() < 5 * BEAT_SECONDS, seconds=3, what="the watch is kept"
        )
        red = {f["check"] for f in alone.speak("doctor").body["findings"] if f["colour"] == "red"}
        assert {"disk forecast", "watch"} <= red
    until(lambda: "fit" in receiver.kinds(), within=20, what="told that it acts again")
    assert entries(alone).count("installation.unfit") == 1
    assert entries(alone).count("installation.fit") == 1


@pytest.mark.long
def test_a_full_disk_silences_the_heartbeat_and_still_pages(
    alone: Watchkeeper, receiver: Receiver
) -> None:
    with filled(alone.data_dir.parent, leaving=0):
        until(lambda: "unfit" in receiver.kinds(), within=30, what="a page")
        until(lambda: receiver.silent_for() > 5 * BEAT_SECONDS, within=100, what="silence")
    until(lambda: receiver.silent_for() < 2 * BEAT_SECONDS, within=40, what="beats again")
    until(lambda: "fit" in receiver.kinds(), within=30, what="told that it acts again")
    holds, report = alone.verify()
    assert holds, report


def test_a_page_that_nobody_takes_is_tried_until_somebody_does(
    alone: Watchkeeper, receiver: Receiver
) -> None:
    receiver.refuses = True
    alone.do("kill", "engage", "--reason", "a drill")
    until(lambda: "notice.delayed" in entries(alone), within=10, what="the delay is journalled")
    alone.kill()
    receiver.refuses = False
    alone.start()
    until(lambda: "kill_engaged" in receiver.kinds(), within=20, what="the page comes after all")
    until(lambda: "notice.sent" in entries(alone), within=10, what="it is journalled")
    assert entries(alone).count("notice.sent") == 1


@pytest.mark.live("alertmanager")
def test_a_real_alertmanager_pages_when_the_watch_dies(folder: Path, receiver: Receiver) -> None:
    pager = WebhookListener()
    pager.start()
    alertmanager = Alertmanager(
        folder / "alertmanager",
        address=f"127.0.0.1:{free_port()}",
        webhook=pager.url,
        token="unused",
    )
    watchkeeper = Watchkeeper(folder)
    try:
        alertmanager.program.start()
        beat = {"kind": "alertmanager", "url": f"http://{alertmanager.address}", "every_seconds": 2}
        configure(watchkeeper, {"heartbeat": beat, "notifications": {"url": receiver.url}})
        watchkeeper.start()
        until(lambda: statuses(pager) == ["firing"], within=20, what="the Watchdog fires")
        throughout(lambda: statuses(pager)[-1] == "firing", seconds=8, what="it goes on firing")
        os.kill(watchkeeper.program.pid, signal.SIGSTOP)
        until(lambda: statuses(pager)[-1] == "resolved", within=20, what="its end pages")
    finally:
        os.kill(watchkeeper.program.pid, signal.SIGCONT)
        watchkeeper.stop()
        alertmanager.program.stop()
        pager.stop()


def statuses(pager: WebhookListener) -> list[str]:
    return [
        alert["status"]
        for _, body in pager.received
        for alert in body["alerts"]
        if alert["labels"]["alertname"] == "Watchdog"
    ]


def test_systemd_is_told_as_long_as_the_watch_is_kept(folder: Path, receiver: Receiver) -> None:
    watchkeeper = Watchkeeper(folder)
    configure(watchkeeper, {"heartbeat": {"url": receiver.url}})
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(str(folder / "notify"))
        systemd.settimeout(10)
        watchkeeper.program.environment |= {
            "NOTIFY_SOCKET": str(folder / "notify"),
            "WATCHDOG_USEC": "4000000",
        }
        try:
            watchkeeper.start()
            assert [systemd.recv(64) for _ in range(3)] == [b"READY=1", *[b"WATCHDOG=1"] * 2]
            os.kill(watchkeeper.program.pid, signal.SIGSTOP)
            systemd.settimeout(4)
            with pytest.raises(TimeoutError):
                for _ in range(10):  # at most what was under way
                    systemd.recv(64)
        finally:
            os.kill(watchkeeper.program.pid, signal.SIGCONT)
            watchkeeper.stop()
