"""Rotating listed log files: nothing is lost, and what is not a plain log is never touched."""

import gzip
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from io import FileIO
from pathlib import Path

import pytest

from watchkeeper.library.playbooks.library import rotate_logs
from watchkeeper.library.playbooks.library.rotate_logs import (
    LogFile,
    Refused,
    refusal,
    rotated,
)

LINES = b"".join(b"line %d of the access log\n" % number for number in range(20_000))


IN_MEMORY = Path("/dev/shm")  # tmpfs: it cannot cut blocks off a file's beginning


@pytest.fixture(params=["on the disk", "in memory"])
def logs(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    with ExitStack() as stack:
        if request.param == "in memory":
            if not os.access(IN_MEMORY, os.W_OK):
                pytest.skip(f"no {IN_MEMORY} here")
            above = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=IN_MEMORY)))
        else:
            above = tmp_path
        folder = above / "logs"
        folder.mkdir()
        yield folder


def cuts_blocks(folder: Path) -> bool:
    with ExitStack() as stack:
        path = log(folder, "trial")
        stack.callback(path.unlink)
        return rotate_logs._block_that_can_be_cut(LogFile(str(path), stack).folder) > 0


def log(folder: Path, name: str = "access.log", content: bytes = LINES) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def rotate(*paths: Path, below: Path, mount: str = "") -> list[str]:
    return rotated([str(path) for path in paths], [str(below)], mount, pretend=False)


def kept(folder: Path, name: str = "access.log") -> bytes:
    copies = sorted(
        folder.glob(f"{name}.watchkeeper-*.gz"),
        key=lambda copy: int(copy.name[len(name) + 13 : -3]),
    )
    return b"".join(gzip.decompress(copy.read_bytes()) for copy in copies)


def test_a_log_is_emptied_and_its_copy_holds_every_line(logs: Path) -> None:
    path = log(logs)
    path.chmod(0o640)
    identity = path.stat().st_ino
    assert rotate(path, below=logs) == [f"{path}.watchkeeper-1.gz"]
    rest = path.read_bytes()
    assert len(rest) <= os.statvfs(logs).f_bsize, "at most an unfinished block stays"
    assert path.stat().st_ino == identity, "its writer goes on writing to the same file"
    assert kept(logs) + rest == LINES
    copy = Path(f"{path}.watchkeeper-1.gz")
    assert copy.stat().st_mode == path.stat().st_mode
    assert copy.stat().st_size < len(LINES) / 5


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_owner_and_group_are_kept(logs: Path) -> None:
    path = log(logs)
    os.chown(path, 33, 4)
    [copy] = rotate(path, below=logs)
    for each in (path, Path(copy)):
        assert (each.stat().st_uid, each.stat().st_gid) == (33, 4)


def test_earlier_copies_are_never_overwritten(logs: Path) -> None:
    path = log(logs)
    rotate(path, below=logs)
    with path.open("ab") as file:
        file.write(LINES)
    rotate(path, below=logs)
    assert kept(logs) + path.read_bytes() == LINES * 2
    assert len(list(logs.glob("*.gz"))) == 2


def test_less_than_a_block_stays_where_blocks_are_cut(logs: Path) -> None:
    path = log(logs, content=b"one\n")
    made = rotate(path, below=logs)
    assert bool(made) is not cuts_blocks(logs)
    assert kept(logs) + path.read_bytes() == b"one\n"


def test_what_is_empty_absent_or_named_twice(logs: Path) -> None:
    empty, absent, twice = log(logs, "empty.log", b""), logs / "absent.log", log(logs)
    nowhere = logs / "no-such-directory" / "a.log"
    assert len(rotate(empty, absent, nowhere, twice, twice, below=logs)) == 1


@pytest.mark.parametrize("logs", ["on the disk"], indirect=True)
def test_lines_written_meanwhile_are_kept(logs: Path) -> None:
    if not cuts_blocks(logs):
        pytest.skip("this file system can only empty a file, which may lose a line")
    path = log(logs)
    over = threading.Event()
    written = bytearray(LINES)

    def write() -> None:
        with path.open("ab", buffering=0) as file:
            for number in range(400):
                line = b"meanwhile %d %s\n" % (number, b"." * 100)
                file.write(line)
                written.extend(line)
                over.wait(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        rotate(path, below=logs)
    writer.join()
    rotate(path, below=logs)
    assert len(list(logs.glob("*.gz"))) > 3
    assert kept(logs) + path.read_bytes() == bytes(written)


@pytest.mark.parametrize(
    "name",
    [
        "auth.log",
        "auth.log.1",
        "audit/audit.log",
        "sudo.log",
        "sudo-io/00/00/01/log",
        "secure",
        "secure-20261101",
        "faillog",
        "wtmp",
        "btmp.1",
        "lastlog",
        "journal/1f/system.journal",
        "watchkeeper/watch.log",
        "app/AUTH.log",
        "pam.log",
        "su.log",
    ],
)
def test_who_logged_in_who_became_root_and_our_own_log_are_never_rotated(name: str) -> None:
    assert "never rotated" in refusal(f"/var/log/{name}", ["/var/log"])


@pytest.mark.parametrize(
    "name", ["nginx/access.log", "shop/shop.log", "spam.log", "resume.log", "insecure-proxy.log"]
)
def test_ordinary_logs_may_be(name: str) -> None:
    assert refusal(f"/var/log/{name}", ["/var/log"]) == ""


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/var/lib/db/data",
        "/var/log",
        "/var/logs/a.log",
        "/var/log/../lib/a",
        "a.log",
    ],
)
def test_only_below_the_listed_directories(path: str) -> None:
    assert refusal(path, ["/var/log", "/srv/"])


def test_one_refused_file_stops_them_all(logs: Path) -> None:
    good, bad = log(logs), log(logs, "auth.log")
    with pytest.raises(Refused, match=r"auth\.log"):
        rotate(good, bad, below=logs)
    assert good.read_bytes() == bad.read_bytes() == LINES
    assert kept(logs) == b""


def test_links_pipes_and_files_of_two_names_are_refused(logs: Path) -> None:
    secret = log(logs.parent, "shadow")
    (logs / "symbolic.log").symlink_to(secret)
    (logs / "hard.log").hardlink_to(secret)
    (logs / "way").symlink_to(logs.parent)
    os.mkfifo(logs / "pipe.log")
    (logs / "folder.log").mkdir()
    good = log(logs)
    for name in ("symbolic.log", "hard.log", "way/shadow", "pipe.log", "folder.log"):
        with pytest.raises(Refused):
            rotate(good, logs / name, below=logs)
    assert secret.read_bytes() == good.read_bytes() == LINES


def test_files_on_other_file_systems_are_left_alone(logs: Path) -> None:
    path = log(logs)
    assert rotate(path, below=logs, mount="/proc") == []
    assert path.read_bytes() == LINES
    assert len(rotate(path, below=logs, mount=str(logs))) == 1


def test_without_room_for_the_copy_the_file_stays_as_it_is(logs: Path) -> None:
    path = log(logs, content=os.urandom(200_000))
    before = path.read_bytes()
    program = (
        "import resource, signal, sys\n"
        "from watchkeeper.library.playbooks.library.rotate_logs import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n    rotated([sys.argv[1]], [sys.argv[2]], '', pretend=False)\n"
        "except Refused as error:\n    print(error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(path), str(logs)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "no copy could be made" in ran.stdout
    assert path.read_bytes() == before
    assert list(logs.iterdir()) == [path], "the half copy is gone"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 50_000


def test_a_copy_that_cannot_be_read_back_leaves_the_file(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = log(logs)

    def torn(kept: FileIO, expected: int) -> None:
        kept.truncate(100)
        honest(kept, expected)

    honest = rotate_logs._read_back
    monkeypatch.setattr(rotate_logs, "_read_back", torn)
    with pytest.raises(Refused):
        rotate(path, below=logs)
    assert path.read_bytes() == LINES


def test_pretending_changes_nothing(logs: Path) -> None:
    path = log(logs)
    assert rotated([str(path)], [str(logs)], "", pretend=True) == [str(path)]
    assert path.read_bytes() == LINES
