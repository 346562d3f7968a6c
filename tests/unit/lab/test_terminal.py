"""How a demo looks on a terminal, and into a pipe."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from watchkeeper.lab.telling import Line, Tone
from watchkeeper.lab.terminal import Hush, Terminal

AT = datetime(2026, 3, 4, 6, 21, tzinfo=UTC)
LONG = "all 11 permit: confidence (from 0.65 to 0.85: act and notify); autonomy-level (granted)"


def line(says: str, tone: Tone = Tone.PLAIN) -> Line:
    return Line(at=AT, what="gates", says=says, tone=tone)


def test_long_words_are_folded_under_their_own_column() -> None:
    paper = StringIO()
    screen = Terminal(Console(file=paper, force_terminal=True, width=60, color_system=None))
    screen.line(line(LONG))
    first, *more = paper.getvalue().splitlines()
    assert first.startswith("06:21:00  gates        all 11")
    assert more
    assert all(folded.startswith(" " * 23) for folded in more)


def test_a_pipe_gets_whole_lines_without_colour() -> None:
    paper = StringIO()
    screen = Terminal(Console(file=paper))
    screen.passing("06:21  the watch goes on")
    screen.line(line(LONG, Tone.BAD))
    assert paper.getvalue() == f"06:21:00  gates        {LONG}\n"


def test_a_terminal_has_colour() -> None:
    paper = StringIO()
    Terminal(Console(file=paper, force_terminal=True, color_system="standard")).line(
        line("no", Tone.BAD)
    )
    assert "\x1b[31mno" in paper.getvalue()


def test_what_lasts_is_written_over_by_what_comes() -> None:
    paper = StringIO()
    screen = Terminal(Console(file=paper, force_terminal=True, width=40, color_system=None))
    screen.passing("one")
    screen.passing("two " * 30)
    screen.words("done")
    first, second, last = paper.getvalue().split("\r\x1b[2K")
    assert first == "one"
    assert len(second) == 40
    assert second.endswith("…")
    assert last == "done\n"


def test_where_a_machine_listens_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Hush()
    screen.words("words")
    screen.headline("A fix", "what")
    screen.passing("the watch goes on")
    screen.line(line("said"))
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")
