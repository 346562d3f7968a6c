"""The bytes that are hashed: canonical, complete, and read again as they were said."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.journal.tally import AGENT, Added, AddedWithCare, Tally
from watchkeeper.domain import record as records
from watchkeeper.domain.entry import KINDS, Actor, ActorKind, Body, Entry, Unreadable
from watchkeeper.domain.instant import NotUtc
from watchkeeper.domain.record import (
    NotFinite,
    RecordDamaged,
    decoded,
    encoded,
    entry_of,
    place_of,
    read_back,
    record_of,
)

NOON = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)
BODY = Added(amount=2, weight=0.1, text="ab")
ENTRY = Entry(
    position=12,
    stream="tally/œ",
    revision=3,
    at=NOON,
    actor=Actor(kind=ActorKind.PERSON, name="alice"),
    cause=11,
    body=BODY,
)
RECORD = (
    '{"actor":"person:alice","at":"2026-11-25T12:00:00.123456Z",'
    '"body":{"amount":2,"text":"ab","weight":0.1},"cause":11,"kind":"tally.added",'
    '"position":12,"revision":3,"schema":1,"stream":"tally/œ"}'
).encode()


def changed(**fields: object) -> bytes:
    """The record with other things in its place."""
    return json.dumps({**json.loads(RECORD), **fields}).encode()


def test_a_record_is_these_bytes_for_ever() -> None:
    """Whatever changes this line breaks every proof that was ever given out."""
    assert record_of(ENTRY) == RECORD


def test_it_is_the_same_when_its_bodys_text_is_known_already() -> None:
    text, body = read_back(BODY)
    assert record_of(replace(ENTRY, body=body), text) == RECORD


def test_an_entry_is_read_as_it_was_written() -> None:
    assert entry_of(RECORD) == ENTRY
    place = place_of(RECORD)
    assert (place.position, place.stream, place.revision) == (12, "tally/œ", 3)
    assert (place.kind, place.schema) == ("tally.added", 1)


def test_an_instant_is_utc_or_refused() -> None:
    for zone in (None, timezone(timedelta(hours=1))):
        with pytest.raises(NotUtc):
            record_of(replace(ENTRY, at=NOON.replace(tzinfo=zone)))
    same = replace(ENTRY, at=NOON.replace(tzinfo=timezone(timedelta(0), "GMT")))
    assert record_of(same) == RECORD


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), float("-inf")])
def test_what_json_cannot_say_is_refused(weight: float) -> None:
    for value in (Added(amount=1, weight=weight), Tally(weight=weight), [{"a": (weight,)}]):
        with pytest.raises(NotFinite):
            encoded(value)
    with pytest.raises(NotFinite):
        read_back(Added(amount=1, weight=weight))


def test_nothing_and_the_word_for_nothing_are_no_nan() -> None:
    assert encoded(Added(amount=1, weight=None, text="null")) == (
        b'{"amount":1,"text":"null","weight":null}'
    )
    assert encoded([None, 1.7976931348623157e308]) == b"[null,1.7976931348623157e308]"


def test_a_number_is_kept_as_its_type_declares() -> None:
    """A whole number where a ratio belongs is read as a ratio: and so it has to be folded."""
    said = Added(amount=1, weight=3)
    text, body = read_back(said)
    assert isinstance(body, Added) and isinstance(body.weight, float)
    assert entry_of(record_of(replace(ENTRY, body=said), text)).body == body


def test_a_body_that_nobody_could_read_is_refused() -> None:
    with pytest.raises(RecordDamaged, match=r"tally\.added"):
        read_back(Added(amount=cast(int, "three")))


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        RECORD[:-1],
        RECORD + b"x",
        changed(actor="alice"),
        changed(actor="ghost:alice"),
        changed(at="noon"),
        changed(cause="eleven"),
        changed(position=None),
        changed(position=1.5),
        changed(body={"amount": "two"}),
        changed(body={}),
        changed(body=None),
    ],
)
def test_what_is_no_record_is_damaged(damaged: bytes) -> None:
    with pytest.raises(RecordDamaged):
        entry_of(damaged)


@pytest.mark.parametrize("damaged", [b"", b"{", RECORD[:-1], changed(stream=1), b"{}"])
def test_a_place_that_cannot_be_read_is_damaged(damaged: bytes) -> None:
    with pytest.raises(RecordDamaged):
        place_of(damaged)


@pytest.mark.parametrize(("kind", "schema"), [("tally.unheard", 1), ("tally.added", 2)])
def test_what_is_too_new_is_unreadable_whatever_it_says(kind: str, schema: int) -> None:
    entry = entry_of(changed(kind=kind, schema=schema, body={"of": ["the", "future"]}))
    assert entry.body == Unreadable(kind=kind, schema=schema)
    assert entry == replace(ENTRY, body=entry.body)
    with pytest.raises(RecordDamaged, match="cannot be written"):
        record_of(entry)


def test_what_is_older_is_raised_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "tally.added", AddedWithCare)
    monkeypatch.setattr(AddedWithCare, "schema", 3)
    monkeypatch.setattr(
        records,
        "UPCASTS",
        {
            ("tally.added", 1): lambda said: {"amount": said["amount"] * 10},
            ("tally.added", 2): lambda said: {**said, "care": 5},
        },
    )
    assert entry_of(RECORD).body == AddedWithCare(amount=20, care=5)
    records.UPCASTS.pop(("tally.added", 2))
    with pytest.raises(RecordDamaged, match=r"no way from schema 2 of tally\.added to 3"):
        entry_of(RECORD)


def test_a_state_is_read_as_it_was_written() -> None:
    state = Tally(total=3, weight=0.5, wake_at=NOON, open=True, vouched_by="person:alice")
    assert decoded(encoded(state), Tally) == state


finite = st.floats(allow_nan=False, allow_infinity=False)
instants = st.datetimes(timezones=st.just(UTC))


def of_every_kind() -> st.SearchStrategy[Body]:
    """Bodies of every kind that the watch writes, whatever they may hold."""
    own = [kind for kind in KINDS.values() if kind.__module__.startswith("watchkeeper.")]
    assert len(own) > 30
    return st.one_of(*(st.from_type(kind) for kind in own))


@pytest.fixture(scope="module", autouse=True)
def _numbers_and_instants_that_a_record_can_say() -> None:
    st.register_type_strategy(float, finite)
    st.register_type_strategy(datetime, instants)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_every_kind_is_read_back_as_it_was_said(data: st.DataObject) -> None:
    body = data.draw(of_every_kind())
    text, back = read_back(body)
    assert back == body
    entry = Entry(position=1, stream="a/b", revision=1, at=NOON, actor=AGENT, cause=None, body=body)
    record = record_of(entry, text)
    assert entry_of(record) == entry
    said = json.loads(record)
    assert list(said) == sorted(said)
    assert said["body"] == json.loads(text)
