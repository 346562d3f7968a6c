"""Everything that can be said survives being written down, byte by byte."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.values import INSTANTS, values
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.entry import (
    KINDS,
    Actor,
    ActorKind,
    AnyFold,
    Body,
    Entry,
    Unreadable,
    actor,
)
from watchkeeper.domain.events.alerts import AlertResolved
from watchkeeper.domain.events.incidents import EvidenceGathered
from watchkeeper.domain.evidence import Evidence, Fact, Question
from watchkeeper.domain.instant import NotUtc
from watchkeeper.domain.record import (
    UPCASTS,
    NotFinite,
    RecordDamaged,
    decoded,
    encoded,
    entry_of,
    place_of,
    record_of,
)

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SPOKEN = sorted(
    (body for body in KINDS.values() if body.__module__.startswith("watchkeeper.")),
    key=lambda body: body.kind,
)
ACTORS = st.builds(Actor, kind=st.sampled_from(ActorKind), name=st.text(max_size=12))


def entries(bodies: st.SearchStrategy[Body]) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        position=st.integers(1, 2**53),
        stream=st.text(max_size=30),
        revision=st.integers(1, 2**53),
        at=INSTANTS,
        actor=ACTORS,
        cause=st.none() | st.integers(1, 2**53),
        body=bodies,
    )


def an_entry(body: Body | None = None) -> Entry:
    return Entry(
        position=7,
        stream="alert/a",
        revision=2,
        at=NOON,
        actor=Actor(kind=ActorKind.AGENT, name="monitoring"),
        cause=3,
        body=body or AlertResolved(resolved_at=NOON, quiet_cycles=3),
    )


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(SPOKEN).flatmap(lambda kind: entries(values(kind))))
def test_every_word_comes_back_as_it_was_said_and_has_one_writing(entry: Entry) -> None:
    record = record_of(entry)
    again = entry_of(record)
    assert again == entry
    assert type(again.body) is type(entry.body)
    assert record_of(again) == record
    place = place_of(record)
    assert (place.kind, place.position, place.revision, place.stream) == (
        entry.body.kind,
        entry.position,
        entry.revision,
        entry.stream,
    )


@pytest.mark.parametrize("kind", SPOKEN, ids=lambda kind: kind.kind)
def test_every_kind_is_a_frozen_value_with_a_word_of_its_own(kind: type[Body]) -> None:
    assert is_dataclass(kind)
    assert KINDS[kind.kind] is kind
    assert "." in kind.kind and kind.schema >= 1 and kind.__doc__
    assert all(field.kw_only for field in fields(kind))


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.prefix)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_every_state_is_read_back_from_its_stored_bytes_as_it_was(
    fold: AnyFold, data: st.DataObject
) -> None:
    state = data.draw(values(fold.state))
    assert decoded(encoded(state), fold.state) == state


@given(ACTORS)
def test_a_speaker_is_read_back_from_what_was_written(speaker: Actor) -> None:
    assert actor(str(speaker)) == speaker


# ── what cannot be said ───────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_cannot_be_said(number: float) -> None:
    piece = Evidence(
        id="E1",
        question=Question.READINGS,
        item="web-1",
        source="prometheus",
        at=NOON,
        available=True,
        facts=(Fact(name="load_per_core", value=number),),
    )
    with pytest.raises(NotFinite):
        record_of(an_entry(EvidenceGathered(evidence=(piece,))))


@pytest.mark.parametrize(
    "at", [NOON.replace(tzinfo=None), NOON.astimezone(timezone(timedelta(hours=1)))]
)
def test_an_instant_that_is_not_utc_cannot_be_written(at: datetime) -> None:
    with pytest.raises(NotUtc):
        record_of(replace(an_entry(), at=at))


def test_what_cannot_be_read_cannot_be_written_again() -> None:
    newer = Unreadable(kind="alert.pondered", schema=1)
    with pytest.raises(RecordDamaged, match="pondered"):
        record_of(replace(an_entry(), body=newer))


# ── what other programs wrote ─────────────────────────────────────────────────


def test_a_kind_that_nobody_knows_here_is_kept_for_a_newer_program() -> None:
    record = record_of(an_entry()).replace(b"alert.resolved", b"alert.pondered")
    assert entry_of(record) == replace(an_entry(), body=Unreadable(kind="alert.pondered", schema=1))


def test_a_newer_schema_of_a_known_kind_is_kept_for_a_newer_program() -> None:
    record = record_of(an_entry()).replace(b'"schema":1', b'"schema":2')
    assert entry_of(record).body == Unreadable(kind="alert.resolved", schema=2)


def test_an_older_schema_is_read_through_its_upcasts(monkeypatch: pytest.MonkeyPatch) -> None:
    """In schema 1 the instant was called by another name, and the cycles were not counted."""
    monkeypatch.setattr(AlertResolved, "schema", 3)
    monkeypatch.setitem(
        UPCASTS, ("alert.resolved", 1), lambda said: {"resolved_at": said["over_at"]}
    )
    monkeypatch.setitem(UPCASTS, ("alert.resolved", 2), lambda said: {**said, "quiet_cycles": 9})
    record = record_of(an_entry()).replace(b'"schema":3', b'"schema":1')
    old = record.replace(b'"quiet_cycles":3,', b"").replace(b"resolved_at", b"over_at")
    assert entry_of(old).body == AlertResolved(resolved_at=NOON, quiet_cycles=9)


def test_an_older_schema_that_nobody_translates_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    record = record_of(an_entry())
    monkeypatch.setattr(AlertResolved, "schema", 2)
    with pytest.raises(RecordDamaged, match="no way from schema 1"):
        entry_of(record)


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"not json",
        b"{}",
        record_of(an_entry())[:-1],
        record_of(an_entry()).replace(b"agent:", b"nobody:"),
        record_of(an_entry()).replace(b"quiet_cycles", b"quiet_wheels_"),
        record_of(an_entry()).replace(b'"quiet_cycles":3', b'"quiet_cycles":"three"'),
    ],
)
def test_what_is_not_the_record_of_an_entry_is_damaged(record: bytes) -> None:
    if b"quiet_wheels_" in record:
        assert entry_of(record).body == AlertResolved(resolved_at=NOON)  # an unknown field is left
        return
    with pytest.raises(RecordDamaged):
        entry_of(record)


@pytest.mark.parametrize("record", [b"", b"{}", b'{"kind": 7}'])
def test_a_record_without_a_place_is_damaged(record: bytes) -> None:
    with pytest.raises(RecordDamaged):
        place_of(record)
