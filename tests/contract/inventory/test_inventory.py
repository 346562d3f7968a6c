"""What everybody may rely on who asks an inventory, whatever stands behind it."""

import pytest

from tests.contract.inventory.conftest import Shelf
from watchkeeper.adapters.files.yaml_text import FileRefused
from watchkeeper.domain.telling import Telling
from watchkeeper.ports.errors import SourceUnavailable


def names(telling: Telling) -> set[str]:
    return {claim.item.name for claim in telling.servers} | {
        sighting.name for sighting in telling.sightings or ()
    }


async def test_it_tells_all_that_it_knows_under_its_own_name(shelf: Shelf) -> None:
    telling = await shelf.inventory.told()
    assert names(telling) == {"web-1", "db-1"}
    assert telling.source == shelf.inventory.name


async def test_asked_twice_it_tells_the_same(shelf: Shelf) -> None:
    assert await shelf.inventory.told() == await shelf.inventory.told()


async def test_what_nobody_wrote_is_not_its_word(shelf: Shelf) -> None:
    telling = await shelf.inventory.told()
    claims = [*telling.servers, *(s.claim for s in telling.sightings or ())]
    said = [claim.said for claim in claims]
    assert ["server_class" in each for each in said] == [True, False]
    assert not any("protected" in each for each in said)


async def test_only_a_metric_source_has_sightings(shelf: Shelf) -> None:
    telling = await shelf.inventory.told()
    assert (telling.sightings is None) == bool(telling.servers)


async def test_one_that_cannot_be_used_says_so_in_one_line(shelf: Shelf) -> None:
    with pytest.raises((FileRefused, SourceUnavailable)) as refused:
        await shelf.broken.told()
    assert str(refused.value).count("\n") == 0
    assert str(refused.value)
