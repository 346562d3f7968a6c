"""Replay a seed: ``python -m tests.simulation 137``; a range stops at its first red one."""

import argparse
import sys

from tests.simulation.run import run


def main() -> int:
    """Run one seed or a range; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("seed", type=int)
    parser.add_argument("--to", type=int, default=0, help="one past the last seed of a range")
    arguments = parser.parse_args()
    for seed in range(arguments.seed, max(arguments.to, arguments.seed + 1)):
        report = run(seed)
        print(
            f"seed {seed}: {report.story}; {report.entries} entries, {report.crashes} crashes,"
            f" {sum(report.faults.values())} faults, {report.seconds:.0f} virtual seconds,"
            f" tree head {report.tree_head}"
        )
        for line in report.violations:
            print(f"  {line}")
        if report.violations:
            print(f"replay: {replay(seed)}")
            return 1
    return 0


def replay(seed: int) -> str:
    """The one command that plays a seed again."""
    return f"{sys.executable} -m tests.simulation {seed}"


if __name__ == "__main__":
    sys.exit(main())
