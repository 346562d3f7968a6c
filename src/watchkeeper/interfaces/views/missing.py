"""What was asked for and is not there."""


class NotThere(LookupError):
    """There is nothing of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: {' '.join((type(self).__doc__ or '').split())}")
