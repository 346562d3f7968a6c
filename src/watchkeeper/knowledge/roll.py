"""The roll of an estate: its items by name, as one text that a later estate is compared with."""

from collections.abc import Iterator, Mapping

from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.estate import Estate

Roll = Mapping[str, str]  # item → what authority depends on


def roll_of(estate: Estate) -> Roll:
    """Every item with its place, class and exposure. O(items)."""
    servers = {
        s.name: f"server class={s.server_class} exposure={s.exposure}" for s in estate.servers
    }
    services = {s.name: f"service server={s.server}" for s in estate.services}
    return {**servers, **services}


def roll_text(roll: Roll) -> str:
    """A line an item, in order of name."""
    return "".join(f"{name}\t{roll[name]}\n" for name in sorted(roll))


def read_roll(text: str) -> Roll:
    """The roll that ``roll_text`` wrote."""
    lines = (line.partition("\t") for line in text.splitlines())
    return {name: said for name, _, said in lines}


def differences(before: Roll, after: Roll) -> Iterator[Drift]:
    """What came, went, or is something else now."""
    for name in after.keys() - before.keys():
        yield Drift(kind=DriftKind.APPEARED, item=name, words=f"now {after[name]}")
    for name in before.keys() - after.keys():
        yield Drift(kind=DriftKind.DISAPPEARED, item=name, words=f"was {before[name]}")
    for name in before.keys() & after.keys():
        if before[name] != after[name]:
            words = f"was {before[name]}, now {after[name]}"
            yield Drift(kind=DriftKind.CHANGED, item=name, words=words)
