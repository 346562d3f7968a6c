"""One daemon at a time has a data directory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from watchkeeper.adapters.sql.lock import DirectoryLock
from watchkeeper.ports.errors import JournalLocked

HOLDING = (
    "import sys; from pathlib import Path; from watchkeeper.adapters.sql.lock import DirectoryLock;"
    "lock = DirectoryLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
)


def test_the_second_is_told_who_has_it(tmp_path: Path) -> None:
    lock = DirectoryLock(tmp_path)
    with pytest.raises(JournalLocked, match=f"in use by process {os.getpid()}"):
        DirectoryLock(tmp_path)
    lock.release()
    DirectoryLock(tmp_path).release()


def test_it_is_gone_with_its_process_however_that_ends(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    with pytest.raises(JournalLocked, match=str(holder.pid)):
        DirectoryLock(tmp_path)
    holder.kill()
    holder.communicate()
    DirectoryLock(tmp_path).release()
