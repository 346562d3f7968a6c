"""Untrusted text made harmless before it is stored or shown."""

import re

# Control characters but the tab; the invisible ones that reorder or break lines (UAX 9, UAX 14).
_HARMFUL = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
REPLACEMENT = "\ufffd"
CUT = "…"


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most ``limit`` characters, without anything a terminal obeys."""
    harmless = _HARMFUL.sub(REPLACEMENT, text[: limit + 1].rstrip("\r\n"))
    return harmless if len(harmless) <= limit else harmless[: limit - 1] + CUT
