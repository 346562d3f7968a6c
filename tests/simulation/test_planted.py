"""Bugs planted on purpose: a simulation that does not find them would find nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PLANTED = sorted((Path(__file__).parent / "planted").glob("*.patch"))
SEEDS = 200


@pytest.mark.parametrize("patch", PLANTED, ids=lambda patch: patch.stem)
def test_a_planted_bug_turns_the_run_red(patch: Path, tmp_path: Path) -> None:
    shutil.copytree(
        REPOSITORY / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__")
    )
    subprocess.run(["git", "apply", "-p1", str(patch)], cwd=tmp_path, check=True)
    played = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "0", "--to", str(SEEDS)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 1, played.stderr[-2000:]
    red = played.stdout.splitlines()
    print(f"{patch.stem}: red after {len([n for n in red if n.startswith('seed')])} seeds")
    assert red[-1].startswith("replay: ")
    said = EXPECTED[patch.stem]
    assert any(word in line for word in said for line in red), played.stdout[-2000:]


EXPECTED = {
    "relaunch-on-unknown": ("is launched again",),
    "budget-read-before-mint": ("action 9 of incident", "at once"),
    "cursor-skipping": ("raised at",),
    "kill-not-looked-at": ("is minted while the kill switch is engaged",),
    "lapsed-is-spent": ("is spent after its time",),
    "not-judged-again": ("two replicas of", "at once"),
}


def test_all_of_them_are_there() -> None:
    assert {patch.stem for patch in PLANTED} == set(EXPECTED)
