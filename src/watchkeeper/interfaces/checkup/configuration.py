"""What the operator wrote: settings, secrets, estate."""

import os
from collections.abc import Iterator, Mapping, Sequence

from watchkeeper.bootstrap.settings import (
    ENVIRONMENT_PREFIX,
    NOT_SETTINGS,
    Settings,
    SettingsRefused,
    secret_value,
)
from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.estate import UNCLASSIFIED, Estate
from watchkeeper.interfaces.checkup.finding import Finding, green, red, yellow

MOST_NAMED = 5


def file(settings: Settings) -> Iterator[Finding]:
    """Where the settings come from."""
    if settings.file is None:
        cure = "watchkeeper init writes one"
        yield yellow("configuration", "none: this host is watched as it is found", cure)
    else:
        yield green("configuration", str(settings.file))


def environment(settings: Settings, variables: Mapping[str, str]) -> Iterator[Finding]:
    """Variables that look like settings and are none."""
    named = {secret.variable for _, secret in settings.secrets()}
    known = {f"{ENVIRONMENT_PREFIX}{field.upper()}" for field in Settings.model_fields}
    for name in sorted(variables):
        if not name.startswith(ENVIRONMENT_PREFIX) or name in NOT_SETTINGS | named:
            continue
        if name.partition("__")[0] not in known:
            yield yellow("environment", f"{name} is no setting", "unset it, or correct its name")


def secrets(settings: Settings) -> Iterator[Finding]:
    """Every secret that is named can be read, by us and not by everybody."""
    named, refused = 0, 0
    for field, reference in settings.secrets():
        named += 1
        try:
            secret_value(reference, field)
        except SettingsRefused as error:
            refused += 1
            told, _, cure = str(error).partition(";")
            yield red("secrets", told, cure.strip() or "put the secret there")
    if named and not refused:
        yield green("secrets", f"{named} named, all readable")


def estate(found: Estate) -> Iterator[Finding]:
    """What can be watched and mended, and what only looked at."""
    yield green("estate", f"{len(found.servers)} server(s), {len(found.services)} service(s)")
    classless = [s.name for s in found.servers if s.server_class == UNCLASSIFIED]
    yield from _some(classless, "without a class, never acted on alone", "give each a class")
    deaf = [s.name for s in found.services if not s.probe]
    yield from _some(deaf, "without a probe, only processes are watched", "give each a probe")
    stuck = [s.name for s in found.services if not s.unit]
    yield from _some(stuck, "without a unit, not to be restarted", "give each a unit")
    mute = [s.name for s in found.servers if not s.instances and s.address not in ("", "local")]
    yield from _some(mute, "unknown to every metric source", "list instances")


def drift(found: Sequence[Drift]) -> Iterator[Finding]:
    """What does not fit among the estate's sources; what has no metrics is told elsewhere."""
    by_kind: dict[DriftKind, dict[str, None]] = {}
    for each in found:
        by_kind.setdefault(each.kind, {})[each.item] = None
    for kind, items in by_kind.items():
        if kind is DriftKind.UNAVAILABLE:
            cure = "start it, or correct its url; till then what only it knows is missing"
            yield red("estate", f"sources that do not answer: {', '.join(items)}", cure)
        elif kind is not DriftKind.UNMEASURED:
            yield from _some(list(items), _DRIFT[kind], "watchkeeper servers drift tells more")


_DRIFT = {
    DriftKind.IDENTITY: "it is not clear which server is meant",
    DriftKind.CONFLICT: "sources disagree, the first is believed",
    DriftKind.DANGLING: "naming what is not in the estate",
    DriftKind.CIRCLE: "depending on themselves",
    DriftKind.UNSEEN: "no Prometheus target belongs to",
    DriftKind.UNLISTED: "only a metric source knows",
    DriftKind.UNWRITTEN: "only labels say something of",
    DriftKind.UNUSABLE: "labels or names that cannot be taken",
}


def wrong(refused: Exception) -> Finding:
    """A configuration that cannot be used at all."""
    told, _, cure = str(refused).rpartition(";")
    return red("configuration", told or cure, cure.strip() if told else "correct the file")


def variables() -> Mapping[str, str]:
    """The environment as it is."""
    return os.environ


def _some(names: list[str], what: str, cure: str) -> Iterator[Finding]:
    if names:
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        yield yellow("estate", f"{what}: {', '.join(names[:MOST_NAMED])}{more}", cure)
