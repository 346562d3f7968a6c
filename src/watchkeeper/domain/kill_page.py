"""The kill page's one word: whatever is not exactly it says stop."""

GO = b"go\n"
STOP = b"stop\n"


def says_stop(content: bytes | None) -> bool:
    """Whether a page with this content says stop; None: it is missing or cannot be read."""
    return content != GO
