"""The estate in force, as the journal has it and as its roll names it."""

import stat
from pathlib import Path

from tests.unit.interfaces.standing import Installation
from watchkeeper.bootstrap.estate_register import ROLL, adopted, kept_roll, state_of
from watchkeeper.domain.blob import opened
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.events.estate import EstateAdopted
from watchkeeper.knowledge.reconciliation import Reconciled
from watchkeeper.knowledge.roll import roll_of

FIRST = Reconciled(
    estate=Estate(
        servers=(Server(name="web-1", server_class="web"), Server(name="db-1")),
        services=(Service(name="shop", server="web-1"),),
    )
)
SECOND = Reconciled(
    estate=Estate(servers=(Server(name="web-1", server_class="toys"), Server(name="web-2")))
)


async def take(place: Installation, folder: Path, found: Reconciled) -> EstateAdopted | None:
    return await adopted(place.journal, place.identifiers, folder, found)


async def test_an_estate_is_journalled_when_it_comes_into_force(tmp_path: Path) -> None:
    place = Installation()
    said = await take(place, tmp_path, FIRST)
    assert said is not None
    assert (said.servers, said.services, said.unclassified) == (2, 1, 1)
    assert (said.appeared, said.disappeared, said.changed) == (3, 0, 0)
    state = await state_of(place.journal)
    assert (state.digest, state.servers) == (said.digest, 2)


async def test_the_same_estate_again_is_no_news(tmp_path: Path) -> None:
    place = Installation()
    await take(place, tmp_path, FIRST)
    assert await take(place, tmp_path, FIRST) is None
    assert place.kinds() == ["estate.adopted"]


async def test_what_came_went_and_changed_is_counted_and_named_in_a_text(tmp_path: Path) -> None:
    place = Installation()
    await take(place, tmp_path, FIRST)
    said = await take(place, tmp_path, SECOND)
    assert said is not None
    assert (said.appeared, said.disappeared, said.changed) == (1, 2, 1)
    blob = await place.journal.blob(said.changes)
    assert blob is not None
    assert "changed web-1: was server class=web" in opened(blob)
    assert not any("web-1" in str(entry.body) for entry in place.entries())


async def test_the_roll_is_ours_alone_and_is_what_was_journalled(tmp_path: Path) -> None:
    place = Installation()
    said = await take(place, tmp_path, FIRST)
    assert said is not None
    assert stat.S_IMODE((tmp_path / ROLL).stat().st_mode) == 0o600
    assert kept_roll(tmp_path, said.roll) == roll_of(FIRST.estate)


async def test_a_roll_that_was_edited_or_lost_says_nothing(tmp_path: Path) -> None:
    place = Installation()
    said = await take(place, tmp_path, FIRST)
    assert said is not None
    with (tmp_path / ROLL).open("a") as file:
        file.write("evil-1\tserver class=web exposure=internal\n")
    assert kept_roll(tmp_path, said.roll) is None
    (tmp_path / ROLL).unlink()
    assert kept_roll(tmp_path, said.roll) is None
