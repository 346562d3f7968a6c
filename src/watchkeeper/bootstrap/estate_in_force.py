"""Which estate is watched: the one that is written down, else this host as it is found."""

from watchkeeper.adapters.files.estate import read_estate
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate


def estate_in_force(settings: Settings) -> Estate:
    """The estate of the settings. Raises FileRefused."""
    if settings.estate is not None:
        return read_estate(settings.estate)
    return Estate()
