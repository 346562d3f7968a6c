"""Which version this is."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """The installed version."""
    try:
        return installed("watchkeeper")
    except PackageNotFoundError:
        return "0 (not installed)"
