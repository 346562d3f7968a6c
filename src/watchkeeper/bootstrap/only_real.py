"""A live watch is made of real parts: what tests and the demo pretend with is refused."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from watchkeeper.adapters.keys.signing_key import SigningKey
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.ports import Ports

PRETEND_SEED = b"the pretend authority, no secret"  # everybody knows this key
PRETEND_ROOMS = ("watchkeeper.adapters.simulated.", "watchkeeper.adapters.memory.")
PRETEND_PARTS = (ManualClock, SeededIdentifiers)
STATEMENT = "who signs this?"


class PretendPart(Exception):
    """A live watch may not be made of pretended parts."""


def refuse_pretend_parts(ports: Ports) -> None:
    """Raise PretendPart for the first port that is simulated, moved by hand, or known to all."""
    for name, part in _parts(ports, ""):
        if _pretends(part):
            kind = type(part).__name__
            raise PretendPart(f"{name}: {kind} only pretends; a live watch needs a real one")
    if ports.hands and _known_to_all(ports):
        raise PretendPart("the authority's key is the demo's, which everybody knows; make another")


def _parts(holder: object, above: str) -> Iterator[tuple[str, object]]:
    """Every port, with the name of where it stands; those of eyes, bench and hands too."""
    if isinstance(holder, (tuple, list)):
        for one in holder:
            yield above, one
    elif is_dataclass(holder) and type(holder).__module__ == Ports.__module__:
        for field in fields(holder):
            yield from _parts(getattr(holder, field.name), f"{above}.{field.name}".strip("."))
    else:
        yield above, holder


def _pretends(part: object) -> bool:
    room = type(part).__module__
    return isinstance(part, PRETEND_PARTS) or room.startswith(PRETEND_ROOMS)


def _known_to_all(ports: Ports) -> bool:
    """Whether what the demo signs is believed here."""
    signature = SigningKey.of(PRETEND_SEED).sign(STATEMENT)
    return ports.hands is not None and ports.hands.seal.genuine(STATEMENT, signature)
