"""The journal over a socket: who is let in and as whom, and what a keeper's death means."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.contract.journal.conftest import NOON
from tests.contract.journal.tally import AGENT, ALICE, FOLDS, SYSTEM, Vouched, added
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.remote.journal import RemoteJournal
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.interfaces.journal_socket.server import JournalSocket
from watchkeeper.interfaces.journal_socket.speakers import Speakers
from watchkeeper.interfaces.socket.address import connected
from watchkeeper.ports.errors import JournalFailed, MayNotSay

PATIENCE = 20

KEEPER = """
import asyncio, os, sys
from pathlib import Path
from tests.contract.journal.tally import FOLDS
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.domain.entry import ActorKind
from watchkeeper.interfaces.journal_socket.server import JournalSocket
from watchkeeper.interfaces.journal_socket.speakers import Speakers

folder = Path(sys.argv[1])
speakers = Speakers(by_user={os.geteuid(): frozenset({ActorKind.AGENT})})

async def keep():
    journal = SqlJournal(folder, FOLDS, SystemClock())
    await JournalSocket(folder / "keeper.sock", journal, speakers).run()

asyncio.run(keep())
"""


class Kept:
    """A journal in memory behind a real socket, for one set of speakers."""

    def __init__(self, folder: Path, speakers: Speakers) -> None:
        self.path = folder / "keeper.sock"
        self.journal = MemoryJournal(Disk(), FOLDS, ManualClock(NOON))
        self._socket = JournalSocket(self.path, self.journal, speakers)

    async def __aenter__(self) -> "Kept":
        self._listening = asyncio.create_task(self._socket.run())
        while not self.path.exists():
            await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    def client(self) -> RemoteJournal:
        return RemoteJournal(self.path, FOLDS)


def speaking(*kinds: ActorKind, user: int | None = None) -> Speakers:
    return Speakers(by_user={os.geteuid() if user is None else user: frozenset(kinds)})


@pytest.mark.parametrize(
    "speaker",
    [
        ALICE,
        SYSTEM,
        Actor(kind=ActorKind.AUTHORITY, name="authority"),
        Actor(kind=ActorKind.EXECUTOR, name="hands"),
    ],
    ids=str,
)
async def test_nobody_speaks_with_another_s_voice(tmp_path: Path, speaker: Actor) -> None:
    async with Kept(tmp_path, speaking(ActorKind.AGENT)) as kept:
        agent = kept.client()
        with pytest.raises(MayNotSay, match=speaker.kind):
            await agent.append(speaker, (added("tally/a"),))
        assert (await kept.journal.head()).size == 0, "it never reached the journal"
        await agent.append(AGENT, (added("tally/a"),))
        assert (await kept.journal.head()).size == 1


async def test_what_only_a_person_may_say_is_refused_whoever_says_it(tmp_path: Path) -> None:
    async with Kept(tmp_path, speaking(ActorKind.AGENT)) as kept:
        forged = (Draft(stream="tally/a", body=Vouched()),)
        for speaker in (AGENT, ALICE):
            with pytest.raises(MayNotSay):
                await kept.client().append(speaker, forged)
        assert (await kept.journal.head()).size == 0


async def test_a_stranger_is_not_let_in(tmp_path: Path) -> None:
    async with Kept(tmp_path, speaking(ActorKind.AGENT, user=os.geteuid() + 1)) as kept:
        with pytest.raises(JournalFailed):
            await kept.client().head()


@pytest.mark.parametrize(
    "bytes_",
    [
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x03abc",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x00\x00\x00\x01\xc0",
        b"\x00\x01\x00\x00" + b"\x91" * 65_536,
    ],
    ids=["too long", "no message", "HTTP", "nothing", "nested"],
)
async def test_what_is_no_frame_ends_its_own_connection_only(tmp_path: Path, bytes_: bytes) -> None:
    async with Kept(tmp_path, speaking(ActorKind.AGENT)) as kept:
        agent = kept.client()
        await agent.head()
        with closing(connected(kept.path)) as other:
            other.settimeout(PATIENCE)
            other.sendall(bytes_)
            assert await asyncio.to_thread(other.recv, 1) == b""
        assert (await agent.head()).size == 0


async def test_what_is_too_long_is_not_sent_at_all(tmp_path: Path) -> None:
    async with Kept(tmp_path, speaking(ActorKind.AGENT)) as kept:
        agent = kept.client()
        with pytest.raises(JournalFailed, match="at once"):
            await agent.append(AGENT, (added("tally/a", text="x" * 5_000_000),))
        await agent.append(AGENT, (added("tally/a"),))


class Keeper:
    """A real process that keeps the journal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.begin()

    def begin(self) -> None:
        (self.folder / "keeper.sock").unlink(missing_ok=True)
        self.process = subprocess.Popen([sys.executable, "-c", KEEPER, str(self.folder)])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    async def listens(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not (self.folder / "keeper.sock").exists():
                await asyncio.sleep(0.01)


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path)
    yield keeper
    keeper.kill()


async def test_a_keeper_killed_in_the_middle_loses_nothing_that_was_told(keeper: Keeper) -> None:
    """Several clients at once; whoever was under way is told so, and goes on with the next life."""
    await keeper.listens()
    path = keeper.folder / "keeper.sock"
    clients = [RemoteJournal(path, FOLDS) for _ in range(3)]
    told: list[int] = []
    failed: list[Exception] = []

    async def going_on(client: RemoteJournal) -> None:
        while not failed:
            try:
                [entry] = await client.append(AGENT, (added("tally/a"),))
            except JournalFailed as error:
                failed.append(error)
            else:
                told.append(entry.position)

    async def killed() -> None:
        while len(told) < 30:
            await asyncio.sleep(0.001)
        keeper.kill()

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(killed(), *(going_on(client) for client in clients))
    with pytest.raises(JournalFailed):
        await clients[0].head()
    keeper.begin()
    await keeper.listens()
    entries = await clients[0].entries()
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert set(told) <= {entry.position for entry in entries}
    assert len(entries) - len(told) <= len(clients), "at most what was under way"
    await clients[1].append(AGENT, (added("tally/a", expected=len(entries)),))
