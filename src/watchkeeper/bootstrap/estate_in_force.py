"""Which estate is watched: the one that is written down, else this host as it is found."""

from collections.abc import Sequence

from watchkeeper.adapters.files.estate import estate_text, read_estate
from watchkeeper.adapters.host.discovery import Discovery, discovered
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate


def estate_in_force(settings: Settings) -> Estate:
    """The estate of the settings, or this host with what listens on it. Raises FileRefused."""
    if settings.estate is not None:
        return read_estate(settings.estate)
    return estate_of(discovered())


def estate_of(found: Discovery) -> Estate:
    """A discovery as an estate: one server without a class, which is never acted on alone."""
    return Estate(servers=(found.server,), services=found.services)


def estate_draft() -> tuple[Estate, str]:
    """This host as an estate, and as the ``estate.yaml`` that a person completes."""
    found = discovered()
    estate = estate_of(found)
    return estate, estate_text(estate, _notes(found))


def _notes(found: Discovery) -> Sequence[str]:
    """What a discovery could not see, as comments of the draft."""
    notes = ["", "A draft of this host: give the server a class, and complete its services."]
    if found.hidden:
        notes.append(f"{found.hidden} listening sockets belong to others; root would see whose.")
    return notes
