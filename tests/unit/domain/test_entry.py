"""Who speaks, what kinds of things are said, and to which kind of stream a stream belongs."""

from dataclasses import dataclass

import pytest

from watchkeeper.domain.entry import KINDS, Actor, ActorKind, Body, actor, prefix_of
from watchkeeper.domain.speakers import PERSONS


@pytest.mark.parametrize("kind", list(ActorKind))
@pytest.mark.parametrize("name", ["alice", "alertmanager:one", "", "Ærøskøbing"])
def test_an_actor_is_read_as_it_was_written(kind: ActorKind, name: str) -> None:
    speaker = Actor(kind=kind, name=name)
    assert str(speaker) == f"{kind.value}:{name}"
    assert actor(str(speaker)) == speaker


@pytest.mark.parametrize("text", ["", "alice", "ghost:alice", "PERSON:alice"])
def test_nobody_else_speaks(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid ActorKind"):
        actor(text)


def test_two_kinds_never_have_the_same_word() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Sighted(Body, kind="whale.sighted", schema=3, intent=True, said_by=PERSONS):
        """A whale, off the port bow."""

    assert (Sighted.schema, Sighted.intent, Sighted.said_by) == (3, True, PERSONS)
    with pytest.raises(ValueError, match=r"whale\.sighted"):
        type("Another", (Body,), {}, kind="whale.sighted", said_by=PERSONS)
    assert KINDS.pop("whale.sighted") is Sighted


@pytest.mark.parametrize(
    ("stream", "prefix"),
    [("incident/01J", "incident"), ("authority", "authority"), ("a/b/c", "a"), ("", "")],
)
def test_a_stream_belongs_to_what_stands_before_the_stroke(stream: str, prefix: str) -> None:
    assert prefix_of(stream) == prefix
