"""What the kill page says, byte by byte: only exactly the page that says go says go."""

PAGE_BYTES = 4096
_PROSE = (
    b"\n"
    b"Watchkeeper's kill page. It acts only while this page says exactly what it wrote: 'go' on\n"
    b"the first line. Any other content, a cut page or no page at all stops it.\n"
)


def _page(word: bytes) -> bytes:
    return (word + b"\n" + _PROSE).ljust(PAGE_BYTES - 1) + b"\n"


GO = _page(b"go")
STOP = _page(b"stop")


def says_stop(content: bytes | None) -> bool:
    """Whether a page with this content says stop; None: it is missing or cannot be read."""
    return content != GO
