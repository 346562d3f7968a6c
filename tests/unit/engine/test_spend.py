"""Spending: once, in time, under the epoch it was minted in, and never while anything says stop."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.engine.works import NOON, at
from tests.unit.engine.workshop import KEY, SIGNATURE, WARRANT, Workshop
from watchkeeper.adapters.memory.journal import MemoryJournal
from watchkeeper.adapters.memory.ledger import MemoryLedger
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    AutonomyLevel,
    KillEngaged,
    KillReleased,
    LevelGranted,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
    WarrantSpent,
)
from watchkeeper.domain.warrant import Spent
from watchkeeper.engine.spend import WarrantVoid, spend
from watchkeeper.governance.limits import WARRANT_LIFE
from watchkeeper.ports.errors import JournalFailed
from watchkeeper.ports.ledger import LedgerFailed

ALICE = Actor(kind=ActorKind.PERSON, name="alice")
STOP = KillEngaged(scope="all")
GRANT = LevelGranted(runbook="free-disk-space", server_class="web", level=AutonomyLevel.ACT)


async def spent(shop: Workshop, journal: MemoryJournal | None = None) -> Spent | str:
    """What spending the warrant gives: a spent one, or the rule that made it void."""
    try:
        return await spend(WARRANT, SIGNATURE, shop.till(journal))
    except WarrantVoid as void:
        assert void.rule in str(void)
        return void.rule


async def person(shop: Workshop, *bodies: KillReleased | LevelGranted) -> None:
    drafts = [Draft(stream=AUTHORITY, body=body) for body in bodies]
    await shop.works.journal.append(ALICE, drafts)


def test_a_minted_warrant_is_spent_once_and_the_journal_says_so() -> None:
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        first = await spent(shop)
        assert isinstance(first, Spent)
        assert first.warrant == WARRANT
        assert await spent(shop) == "already-spent"

    shop.works.play(story())
    assert shop.said() == ["warrant.minted", "warrant.spent"]
    drawn = shop.authority_state().warrant(WARRANT.id)
    assert drawn is not None and drawn.spent_at == NOON


def test_a_warrant_that_nobody_minted_is_void() -> None:
    shop = Workshop()

    async def story() -> None:
        assert await spent(shop) == "never-minted"
        await shop.authority(STOP)
        assert await spent(shop) == "never-minted"

    shop.works.play(story())


def test_a_warrant_that_was_settled_unused_is_used_up() -> None:
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        never = WarrantSettled(warrant=WARRANT.id, outcome=WarrantOutcome.NEVER_STARTED)
        await shop.authority(never)
        assert await spent(shop) == "already-spent"

    shop.works.play(story())


@pytest.mark.parametrize(
    ("early", "result"), [(timedelta(milliseconds=1), "spent"), (timedelta(0), "lapsed")]
)
def test_it_starts_before_its_time_or_never(early: timedelta, result: str) -> None:
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        await shop.works.clock.sleep_until(NOON + WARRANT_LIFE - early)
        said = await spent(shop)
        assert ("spent" if isinstance(said, Spent) else said) == result

    shop.works.play(story())


def test_the_kill_switch_voids_what_was_minted_also_after_it_is_released() -> None:
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        await shop.authority(STOP)
        assert await spent(shop) == "kill-switch"
        await person(shop, KillReleased(scope="all"))
        assert await spent(shop) == "kill-switch"

    shop.works.play(story())


def test_a_page_that_says_stop_is_enough() -> None:
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        shop.page.engage()
        assert await spent(shop) == "kill-switch"

    shop.works.play(story())
    assert shop.said() == ["warrant.minted"]


def test_a_page_that_says_stop_while_it_is_written_down_still_stops_it() -> None:
    """Used up, and nothing starts: the last look is behind the append."""
    shop = Workshop()

    async def engaged() -> None:
        shop.page.engage()

    async def story() -> None:
        await shop.minted()
        journal = shop.works.handle(before=at("append", engaged))
        assert await spent(shop, journal) == "kill-switch"

    shop.works.play(story())
    assert shop.said() == ["warrant.minted", "warrant.spent"]


def test_a_kill_that_comes_first_wins_the_race() -> None:
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        journal = shop.works.handle(before=at("append", lambda: shop.authority(STOP)))
        assert await spent(shop, journal) == "kill-switch"

    shop.works.play(story())
    assert shop.said() == ["warrant.minted", "kill.engaged"]


def test_another_s_word_in_between_is_looked_at_and_the_spending_goes_on() -> None:
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        journal = shop.works.handle(before=at("append", lambda: person(shop, GRANT)))
        assert isinstance(await spent(shop, journal), Spent)

    shop.works.play(story())
    assert shop.said() == ["warrant.minted", "level.granted", "warrant.spent"]


@pytest.mark.parametrize("seed", range(20))
def test_of_many_who_spend_at_once_one_may_go(seed: int) -> None:
    shop = Workshop(seed)

    async def late(_: str) -> None:
        await asyncio.sleep(0)

    async def story() -> list[Spent | str]:
        await shop.minted()
        handles = [shop.works.handle(before=late) for _ in range(5)]
        return list(await asyncio.gather(*(spent(shop, handle) for handle in handles)))

    results = shop.works.play(story())
    assert [result for result in results if result != "already-spent"] == [
        Spent(warrant=WARRANT, at=NOON)
    ]
    assert shop.said().count("warrant.spent") == 1


def test_what_could_not_be_written_down_is_not_spent() -> None:
    shop = Workshop()

    async def fails() -> None:
        raise JournalFailed("the disk is full")

    async def story() -> None:
        await shop.minted()
        with pytest.raises(JournalFailed):
            await spent(shop, shop.works.handle(before=at("append", fails)))
        assert isinstance(await spent(shop), Spent)

    shop.works.play(story())
    assert shop.said().count(WarrantSpent.kind) == 1


@pytest.mark.parametrize(
    ("altered", "rule"),
    [
        ({"server": "db-1"}, "forged"),
        ({"kill_epoch": 1}, "forged"),
        ({"start_before": NOON + timedelta(days=1)}, "forged"),
        ({"executor": "other hands"}, "forged"),
    ],
)
def test_a_warrant_that_was_altered_after_it_was_signed_is_forged(
    altered: dict[str, object], rule: str
) -> None:
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        with pytest.raises(WarrantVoid) as void:
            await spend(replace(WARRANT, **altered), SIGNATURE, shop.till())  # type: ignore[arg-type]
        assert void.value.rule == rule
        assert isinstance(await spent(shop), Spent), "the genuine one still goes"

    shop.works.play(story())


@pytest.mark.parametrize("signature", ["", "00" * 64, SIGNATURE.upper(), SIGNATURE + "00", "é"])
def test_what_the_authority_did_not_sign_is_forged(signature: str) -> None:
    shop = Workshop()

    async def story() -> None:
        await shop.minted()
        with pytest.raises(WarrantVoid, match="forged"):
            await spend(WARRANT, signature, shop.till())

    shop.works.play(story())
    assert shop.said() == ["warrant.minted"]
    assert shop.ledger.marks == {}


def test_a_warrant_for_another_executor_is_void_however_well_it_is_signed() -> None:
    shop = Workshop()
    other = replace(WARRANT, executor="other hands")

    async def story() -> None:
        await shop.authority(WarrantMinted(warrant=other, server_class="web", autonomous=True))
        with pytest.raises(WarrantVoid, match="another-executor"):
            await spend(other, KEY.sign(other.statement), shop.till())

    shop.works.play(story())
    assert shop.ledger.marks == {}


def test_a_signed_warrant_is_not_the_one_that_was_minted_under_its_name() -> None:
    shop = Workshop()
    other = replace(WARRANT, server="db-1")

    async def story() -> None:
        await shop.minted()
        with pytest.raises(WarrantVoid, match="altered"):
            await spend(other, KEY.sign(other.statement), shop.till())

    shop.works.play(story())
    assert shop.said() == ["warrant.minted"]


def test_the_executor_s_own_ledger_has_the_last_word() -> None:
    """Whatever the journal says: it was put back to an hour ago, and knows of no spending."""
    shop = Workshop()
    shop.ledger.marks[WARRANT.id] = WARRANT.digest

    async def story() -> None:
        await shop.minted()
        assert await spent(shop) == "already-spent"

    shop.works.play(story())


def test_without_its_ledger_an_executor_starts_nothing() -> None:
    shop = Workshop()

    class Broken(MemoryLedger):
        async def mark(self, warrant: str, digest: str) -> bool:
            raise LedgerFailed("the disk is full")

    async def story() -> None:
        await shop.minted()
        shop.ledger = Broken()
        assert await spent(shop) == "ledger-failed"

    shop.works.play(story())


def test_the_journal_is_told_how_far_the_ledger_has_counted() -> None:
    shop = Workshop()
    shop.ledger.counted = 41

    async def story() -> None:
        await shop.minted()
        await spent(shop)

    shop.works.play(story())
    assert shop.authority_state().ledgers == {"hands": 42}
