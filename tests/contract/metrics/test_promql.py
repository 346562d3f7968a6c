"""What the queries mean, evaluated by Prometheus's own promtool over series made for it."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from tests.contract.metrics.exporters import missing
from watchkeeper.adapters.prometheus.queries import Scope, queries

SCOPE = Scope(labels={"env": 'a"b\\c'}, window=timedelta(minutes=2))
TEXT = {query.metric: query.text for query in queries(SCOPE)}
MINE = r'env="a\"b\\c"'
AT = "10m"

pytestmark = pytest.mark.live("promtool")

CPU = {
    f'node_cpu_seconds_total{{instance="a",job="{job}",cpu="{cpu}",mode="{mode}",{MINE}}}': values
    for job in ("x", "y")  # scraped twice, by two jobs
    for cpu, mode, values in [
        ("0", "idle", "0+30x20"),
        ("0", "iowait", "0+6x20"),
        ("0", "user", "0+24x20"),
        ("1", "idle", "0+60x20"),
        ("1", "user", "0+0x20"),
    ]
}


def filesystem(
    what: str, mount: str, kind: str, value: float, device: str = "sda"
) -> dict[str, str]:
    name = (
        f'node_filesystem_{what}{{instance="a",device="{device}",fstype="{kind}",'
        f'mountpoint="{mount}",{MINE}}}'
    )
    return {name: f"{value}x20"}


def volume(mount: str, kind: str, free: float, *, readonly: int = 0) -> dict[str, str]:
    """A file system of 100 with so much free, bytes and inodes alike."""
    return {
        **filesystem("avail_bytes", mount, kind, free),
        **filesystem("size_bytes", mount, kind, 0 if kind == "empty" else 100),
        **filesystem("files_free", mount, kind, free),
        **filesystem("files", mount, kind, 0 if kind in {"empty", "btrfs"} else 100),
        **filesystem("readonly", mount, kind, readonly),
    }


def network(device: str, errs: str, drops: str) -> dict[str, str]:
    return {
        f'node_network_{way}_{what}_total{{instance="a",device="{device}",{MINE}}}': values
        for way in ("receive", "transmit")
        for what, values in (("errs", errs), ("drop", drops))
    }


STORIES: dict[str, tuple[dict[str, str], str, dict[str, float]]] = {
    "the processor: idle and waiting for disks is not busy, all cores, however often scraped": (
        CPU,
        "cpu_busy_ratio",
        {'{instance="a"}': 0.2},
    ),
    "the load is per core": (
        {**CPU, f'node_load1{{instance="a",job="x",{MINE}}}': "3x20"},
        "load_per_core",
        {'{instance="a"}': 1.5},
    ),
    "memory": (
        {
            f'node_memory_MemAvailable_bytes{{instance="a",{MINE}}}': "25x20",
            f'node_memory_MemTotal_bytes{{instance="a",{MINE}}}': "100x20",
        },
        "memory_available_ratio",
        {'{instance="a"}': 0.25},
    ),
    "swap, and none where there is no swap space": (
        {
            f'node_memory_SwapFree_bytes{{instance="a",{MINE}}}': "25x20",
            f'node_memory_SwapTotal_bytes{{instance="a",{MINE}}}': "100x20",
            f'node_memory_SwapFree_bytes{{instance="b",{MINE}}}': "0x20",
            f'node_memory_SwapTotal_bytes{{instance="b",{MINE}}}': "0x20",
        },
        "swap_used_ratio",
        {'{instance="a"}': 0.75},
    ),
    "file systems that hold data and can be written": (
        {
            **volume("/", "ext4", 40),
            **volume("/data", "xfs", 7),
            **volume("/snap", "squashfs", 0),
            **volume("/run", "tmpfs", 1),
            **volume("/cdrom", "ext4", 0, readonly=1),
            **volume("/empty", "empty", 0),
        },
        "filesystem_free_ratio",
        {
            '{instance="a", mountpoint="/"}': 0.4,
            '{instance="a", mountpoint="/data"}': 0.07,
        },
    ),
    "inodes, where they are counted": (
        {**volume("/", "ext4", 40), **volume("/pool", "btrfs", 0)},
        "inodes_free_ratio",
        {'{instance="a", mountpoint="/"}': 0.4},
    ),
    "a disk's busy time, a restart of its counter not counted as work": (
        {
            f'node_disk_io_time_seconds_total{{instance="a",device="sda",{MINE}}}': "0+15x20",
            f'node_disk_io_time_seconds_total{{instance="a",device="loop3",{MINE}}}': "0+60x20",
            f'node_disk_io_time_seconds_total{{instance="a",device="sdb",{MINE}}}': (
                "1000+0x8 0+0x20"
            ),
        },
        "disk_busy_ratio",
        {'{instance="a", device="sda"}': 0.25, '{instance="a", device="sdb"}': 0},
    ),
    "network errors and drops, both ways": (
        {
            **network("eth0", "0+60x20", "0+120x20"),
            **network("lo", "0+60x20", "0+60x20"),
            **network("veth12ab", "0+60x20", "0+60x20"),
        },
        "network_errors_per_second",
        {'{instance="a", device="eth0"}': 6},
    ),
    "a server is up when any of its jobs reaches it": (
        {
            f'up{{instance="a",job="x",{MINE}}}': "1x20",
            f'up{{instance="a",job="y",{MINE}}}': "0x20",
            f'up{{instance="b",job="x",{MINE}}}': "0x20",
            'up{instance="c",job="x",env="another"}': "1x20",
        },
        "up",
        {'{instance="a"}': 1, '{instance="b"}': 0},
    ),
    "a service fails when any of its probes fails": (
        {
            f'probe_success{{instance="http://a/",job="x",{MINE}}}': "1x20",
            f'probe_success{{instance="http://a/",job="y",{MINE}}}': "0x20",
        },
        "probe_success",
        {'{instance="http://a/"}': 0},
    ),
}


@pytest.fixture(scope="module", autouse=True)
def promtool() -> None:
    reason = missing("promtool")
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.mark.parametrize("story", STORIES)
def test_a_query_means(story: str, tmp_path: Path) -> None:
    series, metric, expected = STORIES[story]
    test = {
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": n, "values": v} for n, v in series.items()],
                "promql_expr_test": [
                    {
                        "expr": f"round({TEXT[metric]}, 0.0001)",
                        "eval_time": AT,
                        "exp_samples": [
                            {"labels": labels, "value": value} for labels, value in expected.items()
                        ],
                    }
                ],
            }
        ],
    }
    path = tmp_path / "story.yml"
    path.write_text(yaml.safe_dump(test))
    told = subprocess.run(
        ["promtool", "test", "rules", path], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
