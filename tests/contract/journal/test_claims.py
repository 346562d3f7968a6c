"""A claim saves double work: one worker has a stream, for a while."""

from datetime import timedelta

from tests.contract.journal.store import Store
from watchkeeper.adapters.system.manual_clock import ManualClock


async def test_a_claimed_stream_is_another_workers(store: Store) -> None:
    one, other = store.handle(), store.handle()
    assert await one.claim("tally/a", "one", 60)
    assert not await other.claim("tally/a", "other", 60)
    assert not await one.claim("tally/a", "other", 60)
    assert await other.claim("tally/b", "other", 60)


async def test_a_claim_ends_with_its_time(store: Store, clock: ManualClock) -> None:
    journal = store.handle()
    assert await journal.claim("tally/a", "one", 60)
    clock.advance(timedelta(seconds=60) - timedelta(microseconds=1))
    assert not await journal.claim("tally/a", "other", 60)
    clock.advance(timedelta(microseconds=1))
    assert await journal.claim("tally/a", "other", 60)
    assert not await journal.claim("tally/a", "one", 60)


async def test_a_claim_is_renewed_by_whoever_has_it(store: Store, clock: ManualClock) -> None:
    journal = store.handle()
    assert await journal.claim("tally/a", "one", 60)
    clock.advance(timedelta(seconds=40))
    assert await journal.claim("tally/a", "one", 60)
    clock.advance(timedelta(seconds=40))
    assert not await journal.claim("tally/a", "other", 60)


async def test_a_claim_is_given_back_by_claiming_it_for_no_time(store: Store) -> None:
    journal = store.handle()
    assert await journal.claim("tally/a", "one", 60)
    assert await journal.claim("tally/a", "one", 0)
    assert await journal.claim("tally/a", "other", 60)


async def test_a_claim_is_no_entry(store: Store) -> None:
    journal = store.handle()
    assert await journal.claim("tally/a", "one", 60)
    assert (await journal.head()).size == 0
    assert await journal.held("tally/a") is None
