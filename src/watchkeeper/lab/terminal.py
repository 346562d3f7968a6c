"""A demo on a terminal: one line a happening, and what lasts in a line that is written over."""

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.table import Table
from rich.text import Text

from watchkeeper.lab.telling import Line, Tone

WIDE = 200  # columns of a pipe: nobody measures it, nothing is cut off
STYLES = {
    Tone.PLAIN: "",
    Tone.GOOD: "green",
    Tone.BAD: "red",
    Tone.ASKS: "yellow",
    Tone.WORLD: "dim italic",
}


class PassingLine:
    """A line that is there as long as nothing else is said; nothing at all into a pipe."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._there = False

    def show(self, text: str) -> None:
        """Write it over the one before."""
        if self._console.is_terminal:
            self.clear()
            self._there = True
            said = Text(text, "dim")
            self._console.print(said, end="", no_wrap=True, overflow="ellipsis")

    def clear(self) -> None:
        """Take it away."""
        if self._there:
            self._there = False
            erased = (ControlType.ERASE_IN_LINE, 2)
            self._console.control(Control(ControlType.CARRIAGE_RETURN, erased))


class Terminal:
    """Colour where somebody looks, plain lines into a pipe."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._passing = PassingLine(self._console)
        if not self._console.is_terminal:
            self._console.width = max(self._console.width, WIDE)

    def words(self, text: str = "") -> None:
        """A line of plain words."""
        self._passing.clear()
        self._console.print(Text(text))

    def headline(self, title: str, what: str) -> None:
        """A story begins."""
        self._passing.clear()
        self._console.print(Text.assemble("\n", (title, "bold cyan"), ": ", what))

    def line(self, line: Line) -> None:
        """When, what, and in words, which are folded under their own column."""
        self._passing.clear()
        style = STYLES[line.tone]
        row = Table.grid(padding=(0, 2))
        row.add_column(width=8)
        row.add_column(width=11)
        row.add_column(overflow="fold")
        at = Text(f"{line.at:%H:%M:%S}", "dim")
        row.add_row(at, Text(line.what, style), Text(line.says, style))
        self._console.print(row)

    def passing(self, text: str) -> None:
        """What lasts, while it does."""
        self._passing.show(text)


class Hush:
    """Only what lasts, on standard error: standard output belongs to a machine."""

    def __init__(self) -> None:
        self._passing = PassingLine(Console(stderr=True, highlight=False))

    def words(self, _: str = "") -> None:
        """Not said."""
        self._passing.clear()

    def headline(self, *_: str) -> None:
        """Not said."""
        self._passing.clear()

    def line(self, _: Line) -> None:
        """Not said."""
        self._passing.clear()

    def passing(self, text: str) -> None:
        """What lasts, while it does."""
        self._passing.show(text)
