"""Ending a process tree, whatever sessions its members have made for themselves."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

TREE = """\
#!/bin/sh
setsid sh -c 'echo $$ >"$0/session"; sleep 31340; true' "$1" &
setsid --fork sh -c 'echo $$ >"$0/daemon"; exec sleep 31341' "$1"
echo $$ >"$1/child"
sleep 31342
"""
PROGRAM = """\
import subprocess, sys, time
from pathlib import Path
from watchkeeper.adapters.ansible.descent import end_descendants

folder = Path(sys.argv[1])
child = subprocess.Popen([str(folder / "tree"), str(folder)])
notes = [folder / name for name in ("child", "session", "daemon")]
while not all(note.exists() and note.read_text().endswith("\\n") for note in notes):
    time.sleep(0.01)
end_descendants()
(folder / "code").write_text(str(child.wait()))
"""


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_tree_is_ended_and_a_daemon_that_it_let_go_is_not(tmp_path: Path) -> None:
    (tmp_path / "tree").write_text(TREE)
    (tmp_path / "tree").chmod(0o755)
    subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], timeout=20, check=True)
    pids = {name: int((tmp_path / name).read_text()) for name in ("child", "session", "daemon")}
    assert (tmp_path / "code").read_text() == "-9"
    assert {name: alive(pid) for name, pid in pids.items()} == {
        "child": False,
        "session": False,
        "daemon": True,
    }
    os.kill(pids["daemon"], signal.SIGKILL)
