"""Orders over a real Unix socket: the kernel names the person, and nothing takes the watch down."""

import asyncio
import os
import pwd
import socket
import stat
import struct
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.unit.interfaces.standing import RUNBOOK, Installation, ask_for
from watchkeeper.bootstrap.roster import roster_of
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.events.authority import AUTHORITY, AutonomyLevel
from watchkeeper.governance.people import sole
from watchkeeper.interfaces.running_office import office_of
from watchkeeper.interfaces.socket import peer
from watchkeeper.interfaces.socket.address import LONGEST, connected
from watchkeeper.interfaces.socket.client import (
    NobodyListens,
    Refusal,
    WatchDoesNotAnswer,
    asked,
)
from watchkeeper.interfaces.socket.line import LIMIT_BYTES
from watchkeeper.interfaces.socket.office import NoWatch, Office
from watchkeeper.interfaces.socket.requests import (
    Approve,
    Deny,
    EngageKill,
    Grant,
    ReleaseKill,
    Reload,
    Request,
    Status,
)
from watchkeeper.interfaces.socket.server import OrderSocket

ME = pwd.getpwuid(os.geteuid()).pw_name


@pytest.fixture
def place() -> Installation:
    return Installation()


@asynccontextmanager
async def listening(
    path: Path, office: Office, settings: Settings | None = None
) -> AsyncIterator[Path]:
    """The daemon's end, as long as the block lasts."""
    roster = roster_of(settings or Settings(), ME)
    serving = asyncio.create_task(OrderSocket(path, office, roster).run())
    while not path.exists():
        await asyncio.sleep(0)
    try:
        yield path
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def ask(path: Path, request: Request) -> dict[str, object]:
    return dict(await asyncio.to_thread(asked, path, request))


async def send(path: Path, line: bytes) -> dict[str, object]:
    """One raw line, and what is answered."""
    reader, writer = await asyncio.open_unix_connection(sock=connected(path))
    try:
        writer.write(line)
        await writer.drain()
        answer = await reader.readline()
        return msgspec.json.decode(answer, type=dict[str, object])
    finally:
        writer.close()


async def test_a_grant_is_given_in_the_name_of_whoever_the_kernel_says(
    place: Installation, tmp_path: Path
) -> None:
    async with listening(tmp_path / "s", office_of(place.running)) as path:
        request = Grant(runbook=RUNBOOK.id, server_class="web", level=AutonomyLevel.ACT)
        result = await ask(path, request)
    assert result["by"] == f"person:{ME}"
    assert result["servers"] == 1, "of the estate's servers, one has this class"
    held = await place.journal.held(AUTHORITY)
    assert held is not None
    assert held.state.grants[0].by == f"person:{ME}"


async def test_every_order_has_its_verb(place: Installation, tmp_path: Path) -> None:
    action = await ask_for(place.journal)
    async with listening(tmp_path / "s", office_of(place.running)) as path:
        assert (await ask(path, Approve(action="A1", digest=action.digest)))["answer"] == "approved"
        assert (await ask(path, EngageKill(reason="fire")))["engaged"] is True
        assert place.page.engaged()
        with pytest.raises(Refusal, match="takes a reason"):
            await ask(path, ReleaseKill())
        place.clock.advance(timedelta(seconds=60))
        assert (await ask(path, ReleaseKill(reason="seen")))["single_person"] is True
        assert (await ask(path, Reload()))["in_force"] == "3 servers"
        status = await ask(path, Status())
    assert (status["version"], status["cycles"], status["servers"]) == ("1.2.3", 3, 3)
    assert place.reloads == 1


async def test_a_dry_run_over_the_socket_changes_nothing(
    place: Installation, tmp_path: Path
) -> None:
    await ask_for(place.journal)
    before = list(place.disk.records)
    async with listening(tmp_path / "s", office_of(place.running)) as path:
        denied = await ask(path, Deny(action="A1", reason="no", dry_run=True))
        await ask(path, EngageKill(dry_run=True))
        await ask(path, Reload(dry_run=True))
    assert denied["dry_run"] is True
    assert (place.disk.records, place.page.engaged(), place.reloads) == (before, False, 0)


async def test_a_refused_order_comes_back_by_name(place: Installation, tmp_path: Path) -> None:
    async with listening(tmp_path / "s", office_of(place.running)) as path:
        with pytest.raises(Refusal, match="There is no such action") as refused:
            await ask(path, Approve(action="A9", digest="d"))
    assert refused.value.error == "UnknownAction"


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        (b'{"verb":"reboot"}\n', "RequestRefused", "unknown verb"),
        (b'{"verb":["deny"]}\n', "RequestRefused", "unknown verb"),
        (b'{"verb":"deny"}\n', "RequestRefused", "action"),
        (b'{"verb":"deny","action":"A1","by":"person:root"}\n', "RequestRefused", "by"),
        (b'{"verb":"grant","runbook":"r","server_class":"c","level":"god"}\n', "RequestRefused",
         "level"),
        (b"[]\n", "RequestRefused", "unknown verb"),
        (b"not json\n", "LineRefused", "not JSON"),
        (b"[" * 5000 + b"\n", "LineRefused", "not JSON"),
        (b"x" * (LIMIT_BYTES * 2) + b"\n", "LineRefused", "longer"),
    ],
)  # fmt: skip
async def test_nonsense_is_answered_in_a_line_and_the_watch_goes_on(
    place: Installation, tmp_path: Path, line: bytes, error: str, says: str
) -> None:
    async with listening(tmp_path / "s", office_of(place.running)) as path:
        answer = await send(path, line)
        assert (answer["ok"], answer["error"]) == (False, error)
        assert says in str(answer["message"])
        assert (await ask(path, Status()))["running"] is True


async def test_several_orders_may_come_over_one_connection(
    place: Installation, tmp_path: Path
) -> None:
    async with listening(tmp_path / "s", office_of(place.running)) as path:
        reader, writer = await asyncio.open_unix_connection(sock=connected(path))
        for _ in range(3):
            writer.write(b'{"verb":"status"}\n')
            assert b'"ok":true' in await reader.readline()
        writer.write(b'{"verb":"sta')
        writer.write_eof()
        assert b"the line has no end" in await reader.readline()
        assert await reader.read() == b""
        writer.close()


class Connected(socket.socket):
    """A connection of which the kernel says that this user is at the other end."""

    uid = 0

    def getsockopt(self, *_: int) -> bytes:  # type: ignore[override]
        return struct.pack("3i", 1, self.uid, self.uid)


def test_only_the_owner_and_root_are_let_in() -> None:
    with Connected() as connection:
        assert peer.person_at(connection) == "root"
        connection.uid = os.geteuid()
        assert peer.person_at(connection) == ME
        connection.uid = 4_000_001
        with pytest.raises(peer.Stranger):
            peer.person_at(connection)


def test_a_user_without_a_name_is_called_by_its_number() -> None:
    assert peer.user_name(4_000_001) == "uid-4000001"


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
async def test_another_user_cannot_give_orders_even_with_the_socket_in_hand(
    place: Installation,
) -> None:
    """A process of user nobody has the address, and may enter the folder."""
    nobody = pwd.getpwnam("nobody").pw_uid
    script = (
        "import os,socket,sys\n"
        f"os.setgid({nobody}); os.setuid({nobody})\n"
        "s=socket.socket(socket.AF_UNIX)\n"
        "try: s.connect(sys.argv[1])\n"
        "except PermissionError: print('no permission'); raise SystemExit\n"
        'f=s.makefile(); s.sendall(b\'{"verb":"status"}\\n\'); print(f.readline())\n'
    )
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        async with listening(Path(name) / "s", office_of(place.running)) as path:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert "no permission" in await _as_nobody(script, path)
            path.chmod(0o666)
            told = await _as_nobody(script, path)
    assert '"error":"Stranger"' in told
    assert "Only the owner of the data directory and root" in told


async def _as_nobody(script: str, path: Path) -> str:
    child = await asyncio.create_subprocess_exec(
        "python3", "-c", script, str(path), stdout=asyncio.subprocess.PIPE, cwd="/"
    )
    told, _ = await child.communicate()
    return told.decode()


async def test_a_path_longer_than_a_unix_address_can_be_reached(
    place: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / ("deep" * 30)
    folder.mkdir()
    assert len(str(folder / "s")) > LONGEST
    async with listening(folder / "s", office_of(place.running)) as path:
        assert (await ask(path, Status()))["running"] is True
    assert not (folder / "s").exists(), "the socket goes with the watch"


async def test_a_socket_that_a_crash_left_is_replaced(place: Installation, tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "s"))
    left.close()
    with pytest.raises(NobodyListens):
        await ask(tmp_path / "s", Status())
    async with listening(tmp_path / "s", office_of(place.running)) as path:
        for _ in range(1000):
            try:
                assert (await ask(path, Status()))["running"] is True
                break
            except NobodyListens:
                await asyncio.sleep(0)
        else:
            pytest.fail("nobody came")


async def test_a_watch_that_hangs_up_is_told_so(tmp_path: Path) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_unix_server(hang_up, str(tmp_path / "s"))
    async with server:
        with pytest.raises(WatchDoesNotAnswer):
            await ask(tmp_path / "s", Status())


async def test_without_a_watch_there_is_nothing_to_reload(place: Installation) -> None:
    office = office_of(place.running)
    alone = Office(
        journal=office.journal,
        page=office.page,
        identifiers=office.identifiers,
        clock=office.clock,
        library=office.library,
        servers_of=office.servers_of,
        knows=office.knows,
        owner_of=office.owner_of,
    )
    with pytest.raises(NoWatch):
        await alone.carry_out(Reload(), sole("alice").accounts[0])
