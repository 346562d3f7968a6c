"""Servers of which nobody tells anything: counted in whole cycles, never in a source's absence."""

from watchkeeper.knowledge.darkness import Darkness

SERVERS = ("a", "b")


def after(cycles: int, heard: frozenset[str], darkness: Darkness | None = None) -> Darkness:
    darkness = darkness or Darkness(after=3)
    for _ in range(cycles):
        darkness = darkness.after_cycle(SERVERS, heard, believed=True)
    return darkness


def test_a_server_is_dark_after_so_many_cycles_and_not_before() -> None:
    heard = frozenset({"a"})
    assert after(2, heard).dark == frozenset()
    assert after(3, heard).dark == {"b"}


def test_one_reading_is_enough_to_begin_the_count_again() -> None:
    dark = after(3, frozenset({"a"}))
    assert after(1, frozenset(SERVERS), dark).missed == {}


def test_while_a_source_is_not_believed_nobody_s_silence_counts() -> None:
    nearly = after(2, frozenset({"a"}))
    later = nearly.after_cycle(SERVERS, frozenset(), believed=False)
    assert later.dark == frozenset()
    assert later.missed == {"b": 2}


def test_a_server_that_leaves_the_estate_is_forgotten() -> None:
    assert after(3, frozenset()).after_cycle(("a",), frozenset(), believed=True).dark == {"a"}
