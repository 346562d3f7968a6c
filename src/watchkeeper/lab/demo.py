"""``watchkeeper demo``: six stories, played by the program itself on a pretend data centre.

Nothing of what is told is written down here: something is let happen, and the narrator reads from
the journal what the program makes of it.
"""

from pathlib import Path
from time import perf_counter

from watchkeeper.bootstrap.audit import verified
from watchkeeper.lab.account import Account
from watchkeeper.lab.demo_place import demo_place, occupied
from watchkeeper.lab.interrupt import run_until_interrupted
from watchkeeper.lab.loop import VirtualLoop
from watchkeeper.lab.stage import DidNotComeTrue, Stage
from watchkeeper.lab.staging import START, Staging, staged
from watchkeeper.lab.stories import Story
from watchkeeper.lab.telling import Screen
from watchkeeper.lab.terminal import Hush, Terminal
from watchkeeper.lab.where_next import where_next
from watchkeeper.lab.wording import day_said, time_said
from watchkeeper.orchestration.orders.refusal import OrderRefused

QUIET_MINUTES = 20  # of watch before the first story
GAP_MINUTES = 30  # between two: what alerts thrice within the hour would count as flapping

__all__ = ["Hush", "Staging", "Terminal", "told"]


def told(staging: Staging, screen: Screen) -> Account:
    """The whole demo, on a screen and as an account; its journal stays in the data directory.

    Raises LiveJournal, DataDirectoryRefused, JournalLocked, SchemaTooNew.
    """
    account, began = Account(screen), perf_counter()
    with occupied(demo_place(staging.data_dir)) as home:
        account.facts |= {"seed": staging.seed, "data_dir": str(home)}
        loop = VirtualLoop(staging.seed)
        run_until_interrupted(loop, _played(staging, home, loop, account))
        account.troubles += [f"nobody heard: {context}" for context in loop.unheard]
        _audited(home, account)
    _summed_up(account, perf_counter() - began)
    where_next(home, staging.called, account)
    return account


async def _played(staging: Staging, home: Path, loop: VirtualLoop, account: Account) -> None:
    """The month, a quiet while, and every story."""
    async with staged(staging, home, loop, account) as stage:
        await _introduced(stage, account)
        await _ordered(stage, account)
        for story in staging.stories:
            await _story(stage, story, staging, account)
        account.troubles += [f"it failed: {name}" for name in stage.program.tasks.failures]
        watched, cycles = stage.now() - START, stage.program.gauges.cycles
        account.facts |= {"watched_seconds": round(watched.total_seconds()), "cycles": cycles}
        account.words(f"\n{time_said(watched)} of watch, in {cycles} cycles.")


async def _introduced(stage: Stage, account: Account) -> None:
    """Who is watched; then wait until the watch knows what is usual there."""
    blueprint = stage.plant.world.blueprint
    estate = blueprint.estate
    account.words("Watchkeeper itself, on a pretend data centre and a virtual clock.")
    account.words(
        f"{day_said(stage.now())}: {len(estate.servers)} servers and {len(estate.services)}"
        f" services, as seed {blueprint.seed} has them."
    )
    await stage.until(lambda _: stage.program.gauges.cycles, "the month was not read")
    series, readings = stage.program.gauges.counts["series"], stage.month.readings
    account.facts |= {
        "servers": len(estate.servers),
        "services": len(estate.services),
        "series": int(series),
        "readings_back_filled": readings,
    }
    account.words(
        f"A month of history is read in, by the range queries that Prometheus would get:"
        f" {readings:,} readings of {series:.0f} series."
    )


async def _ordered(stage: Stage, account: Account) -> None:
    """What a person lets it do, and a while in which nothing happens."""
    account.words("\nA new installation acts on nothing. So first of all:")
    await stage.person.lets_act("restart-dead-service", "application", "web", "batch")
    await stage.person.lets_act("free-disk-space", "batch")
    before = stage.chronicle.entries
    await stage.pass_minutes(QUIET_MINUTES)
    nothing = stage.chronicle.entries == before
    account.words(f"{QUIET_MINUTES} minutes of watch; {'nothing' if nothing else 'much'} to tell.")


async def _story(stage: Stage, story: Story, staging: Staging, account: Account) -> None:
    """One story, whether it comes true or not, and a while after it."""
    stage.chronicle.begin()
    account.headline(story.title, story.what)
    missing = ""
    try:
        await story.play(stage, staging.casting(stage.plant.world))
    except (DidNotComeTrue, OrderRefused) as failed:
        missing = str(failed)
        account.words(f"This story did not come true: {missing}.")
    account.stories[-1].ended(stage.chronicle, missing)
    await stage.pass_minutes(GAP_MINUTES)


def _audited(home: Path, account: Account) -> None:
    """The journal that was left, walked from its first entry to its last."""
    report = verified(home)
    account.facts["journal"] = {"entries": report.entries, "ok": report.ok}
    account.troubles += [f"the journal: {fault.what}" for fault in report.faults]
    said = "all as written" if report.ok else "ALTERED"
    account.words(
        f"Its journal, verified from the first entry to the last: {report.entries} entries, {said}."
    )


def _summed_up(account: Account, seconds: float) -> None:
    for trouble in account.troubles:
        account.words(f"Trouble: {trouble}")
    true = [story for story in account.stories if not story.missing]
    said = f"{len(true)} of {len(account.stories)} stories came true, told in {seconds:.0f} s."
    missing = [story.title for story in account.stories if story.missing]
    account.words(f"{said} Not so: {', '.join(missing)}." if missing else said)
