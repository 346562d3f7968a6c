"""A process of its own that appends, and says on its output what it was told.

`python -m tests.contract.journal.appending_process FOLDER NAME BATCH [COUNT]`: appends of BATCH
drafts each, COUNT times or until it is killed. It begins when a line comes in, so that several
begin together.
"""

import asyncio
import json
import sys
from itertools import count
from pathlib import Path

from tests.contract.journal.tally import AGENT, FOLDS, added
from watchkeeper.adapters.sql.journal import SqlJournal
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.ports.errors import StaleRevision

SHARED = "tally/shared"
PAUSE_SECONDS = 0.002  # so that others come in between: SQLite lets whoever asks first go first


async def main(folder: Path, name: str, batch: int, times: int | None) -> None:
    """Numbered amounts in a stream of its own; and one in the shared stream, as it was seen."""
    journal = SqlJournal(folder, FOLDS, SystemClock())
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in count() if times is None else range(times):
        drafts = [added(f"tally/{name}", amount=turn * batch + n) for n in range(batch)]
        entries = await journal.append(AGENT, drafts)
        print(json.dumps([entry.position for entry in entries]), flush=True)
        if times is not None:
            await _add_one(journal)
            await asyncio.sleep(PAUSE_SECONDS)
    await journal.close()


async def _add_one(journal: SqlJournal) -> None:
    """One more in the shared stream, on what was seen there; seen anew as long as it is stale."""
    while True:
        held = await journal.held(SHARED)
        seen = held.revision if held else 0
        try:
            await journal.append(AGENT, (added(SHARED, amount=1, expected=seen),))
        except StaleRevision:
            continue
        return


if __name__ == "__main__":
    to_folder, own_name, drafts_each, *limit = sys.argv[1:]
    asyncio.run(main(Path(to_folder), own_name, int(drafts_each), int(limit[0]) if limit else None))
