"""The roll of an estate, and how it differs from a later one's."""

from watchkeeper.domain.drift import DriftKind
from watchkeeper.domain.estate import Estate, Exposure, Server, Service
from watchkeeper.knowledge.roll import differences, read_roll, roll_of, roll_text

BEFORE = Estate(
    servers=(Server(name="a", server_class="web"), Server(name="b")),
    services=(Service(name="shop", server="a"),),
)
AFTER = Estate(
    servers=(
        Server(name="a", server_class="web", exposure=Exposure.INTERNET),
        Server(name="c"),
    ),
    services=(Service(name="shop", server="c"),),
)


def test_a_roll_is_read_as_it_was_written() -> None:
    assert read_roll(roll_text(roll_of(AFTER))) == roll_of(AFTER)
    assert read_roll("") == {}


def test_what_came_what_went_and_what_is_something_else_now() -> None:
    found = {(d.kind, d.item) for d in differences(roll_of(BEFORE), roll_of(AFTER))}
    assert found == {
        (DriftKind.APPEARED, "c"),
        (DriftKind.DISAPPEARED, "b"),
        (DriftKind.CHANGED, "a"),
        (DriftKind.CHANGED, "shop"),
    }


def test_the_same_estate_does_not_differ() -> None:
    assert list(differences(roll_of(AFTER), roll_of(AFTER))) == []
