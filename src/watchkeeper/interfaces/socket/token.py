"""A person's token instead of the kernel's word: one user of a host may be several persons."""


class TokenUnknown(Exception):
    """Nobody has this token; `people` in the settings names them."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)
