"""Scopes of the kill switch: what each stops, what each voids, and how long each held."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.governance.scene import ALICE, ENGINE, NOON, RESTART, Book, an_action
from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.events.authority import KillEngaged, KillReleased
from watchkeeper.domain.kill_scope import KillScope, Pillar, UnknownScope, kill_scope

BOB = Actor(kind=ActorKind.PERSON, name="bob")
COVERS_DOCS = ("all", "pillar:incidents", "class:web", f"runbook:{RESTART.id}")
PASSES_DOCS = ("pillar:patching", "class:database", "runbook:free-disk-space")


def stop(scope: str) -> KillEngaged:
    return KillEngaged(scope=scope)


def go(scope: str) -> KillReleased:
    return KillReleased(scope=scope)


@pytest.mark.parametrize("scope", COVERS_DOCS)
def test_a_scope_stops_what_it_covers(scope: str) -> None:
    book = Book()
    book.say(stop(scope), by=ALICE)
    held = book.authority.kill.holding(an_action("docs"))
    assert held is not None
    assert (held.scope, held.by, held.at) == (scope, ("person:alice",), NOON)


@pytest.mark.parametrize("scope", PASSES_DOCS)
def test_a_scope_leaves_the_rest_alone(scope: str) -> None:
    book = Book()
    warrant = book.mint("docs")
    book.say(stop(scope), by=ALICE)
    drawn = book.authority.warrant(warrant.id)
    assert drawn is not None
    assert book.authority.kill.holding(drawn) is None
    assert not book.authority.kill.voids(drawn, warrant.kill_epoch)


@pytest.mark.parametrize("scope", COVERS_DOCS)
def test_a_release_brings_back_nothing_that_was_minted_before(scope: str) -> None:
    book = Book()
    old = book.mint("docs")
    book.say(stop(scope), go(scope), by=ALICE)
    new = book.mint("docs")
    for warrant, void in ((old, True), (new, False)):
        drawn = book.authority.warrant(warrant.id)
        assert drawn is not None
        assert book.authority.kill.holding(drawn) is None
        assert book.authority.kill.voids(drawn, warrant.kill_epoch) is void


def test_a_rollouts_action_is_of_the_other_pillar() -> None:
    book = Book()
    book.say(stop("pillar:patching"), by=ALICE)
    rollout = replace(an_action("docs"), incident="")
    assert book.authority.kill.holding(rollout) is not None


def test_each_scope_is_released_by_itself() -> None:
    book = Book()
    book.say(stop("class:web"), stop("all"), by=ALICE)
    book.say(go("all"), by=BOB)
    held = book.authority.kill.holding(an_action("docs"))
    assert held is not None and held.scope == "class:web"
    assert not book.authority.killed
    book.say(go("class:web"), by=BOB)
    assert book.authority.kill.holding(an_action("docs")) is None


def test_everybody_who_engaged_a_scope_is_remembered_once() -> None:
    book = Book()
    book.say(stop("all"), by=ALICE)
    book.say(stop("all"), stop("all"), by=BOB)
    everything = book.authority.kill.of("all")
    assert everything is not None
    assert everything.by == ("person:alice", "person:bob")


def test_releasing_a_scope_that_is_not_engaged_changes_nothing() -> None:
    book = Book()
    book.say(stop("all"), by=ALICE)
    before = book.authority.kill
    assert book.say(go("class:web"), by=ALICE).kill == before


def test_a_scope_that_nobody_can_read_stops_everything() -> None:
    book = Book()
    book.say(stop("galaxy:andromeda"), by=ENGINE)
    assert book.authority.kill.holding(an_action("docs")) is not None


def test_the_time_that_stood_still_is_counted_once_where_scopes_overlap() -> None:
    book = Book()
    book.say(stop("class:web"), by=ALICE)
    book.later(minutes=10)
    book.say(stop("all"), by=ALICE)
    book.later(minutes=10)
    book.say(go("class:web"), by=BOB)
    book.later(minutes=10)
    book.say(go("all"), by=BOB)
    book.later(minutes=10)
    still = book.authority.kill.stood_still
    assert still(an_action("docs"), NOON, book.now) == timedelta(minutes=30)
    assert still(an_action("orders"), NOON, book.now) == timedelta(minutes=20)
    assert still(an_action("docs"), NOON + timedelta(minutes=25), book.now) == timedelta(minutes=5)


def test_time_stands_still_as_long_as_it_is_engaged() -> None:
    book = Book()
    book.later(minutes=5)
    book.say(stop("class:web"), by=ALICE)
    book.later(minutes=7)
    assert book.authority.kill.stood_still(an_action("docs"), NOON, book.now) == timedelta(
        minutes=7
    )


@pytest.mark.parametrize("text", [*COVERS_DOCS, *PASSES_DOCS])
def test_a_scope_is_read_as_it_was_written(text: str) -> None:
    assert str(kill_scope(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "everything", "all:", "all:web", "class:", "class", "class:a b", "pillar:learning",
     "runbook:../../etc", "class:w\u202eb", "planet:earth"],
)  # fmt: skip
def test_a_scope_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(UnknownScope):
        kill_scope(text)


def test_the_widest_engagement_is_the_one_that_is_named() -> None:
    book = Book()
    book.say(stop("class:web"), by=ALICE)
    book.later(minutes=1)
    book.say(stop("all"), by=BOB)
    held = book.authority.kill.holding(an_action("docs"))
    assert held is not None and held.scope == "all"


def test_a_scope_of_everything_covers_every_pillar() -> None:
    everything = kill_scope("all")
    assert isinstance(everything, KillScope)
    assert all(
        everything.covers(runbook="any", server_class="any", pillar=pillar) for pillar in Pillar
    )
