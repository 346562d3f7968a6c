"""Whatever a foreign system says, what is kept of it is one harmless, bounded line."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.adapters.wire.text import CUT, one_line

BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@given(st.text(), st.integers(1, 50))
def test_it_is_one_line_that_no_terminal_obeys(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert not [c for c in line if unicodedata.category(c) == "Cc" and c != "\t"]
    assert not BIDI & set(line)


@given(st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126)))
def test_plain_text_stays_as_it_is_and_a_cut_is_seen(text: str) -> None:
    assert one_line(text, len(text) + 1) == text
    if len(text) > 3:
        assert one_line(text, 3) == text[:2] + CUT
