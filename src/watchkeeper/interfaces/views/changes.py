"""Change records from outside."""

from watchkeeper.domain.events.changes import change_stream
from watchkeeper.engine.intents import whole_stream
from watchkeeper.interfaces.views.incidents import View, timeline_entry
from watchkeeper.interfaces.views.missing import NotThere
from watchkeeper.interfaces.views.plain import fields_of
from watchkeeper.ports.journal import Journal


class NoSuchChange(NotThere):
    """There is no such change record; `watchkeeper changes list` shows them."""


async def change_list(journal: Journal, limit: int = 1000) -> list[View]:
    """The newest change records, newest first."""
    held = await journal.all_streams("change", limit)
    return [fields_of(each.state) for each in held if each.readable]


async def change_story(journal: Journal, record: str) -> View:
    """One change record with its timeline. Raises NoSuchChange."""
    held = await journal.held(change_stream(record))
    if held is None or not held.readable:
        raise NoSuchChange(record)
    entries = await whole_stream(journal, held.stream)
    return {**fields_of(held.state), "timeline": [timeline_entry(entry) for entry in entries]}
