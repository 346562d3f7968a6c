"""Mounts of this machine, as they are."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from watchkeeper.adapters.host import filesystems, measurement
from watchkeeper.adapters.host.filesystems import NotMounted, mounts, space, spaces
from watchkeeper.adapters.prometheus import queries


def test_the_root_is_a_mount_and_pseudo_file_systems_are_not() -> None:
    found = mounts()
    assert "/" in found
    assert not {"/proc", "/sys", "/dev", "/dev/shm", "/run"} & set(found)
    assert len(set(found)) == len(found)


def test_a_mount_whose_name_is_no_text_is_left_out_and_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal could not tell of it, and one such word would end every cycle of the watch."""
    odd, plain = os.fsencode(tmp_path) + b"/caf\xe9", tmp_path / "data"
    os.mkdir(odd)  # noqa: PTH102 - a Path holds text
    plain.mkdir()
    found = [
        SimpleNamespace(device=device, mountpoint=mount, fstype="ext4", opts="rw")
        for device, mount in (("sda1", os.fsdecode(odd)), ("sdb1", str(plain)))
    ]
    monkeypatch.setattr("psutil.disk_partitions", lambda **_: found)
    with structlog.testing.capture_logs() as log:
        assert [mounts(), mounts()] == [("/", str(plain))] * 2
    assert [told["event"] for told in log] == ["mount_left_out"]


def test_space_is_what_an_ordinary_user_may_use() -> None:
    state, raw = space("/"), os.statvfs("/")
    assert state.free_ratio == pytest.approx(raw.f_bavail / raw.f_blocks, abs=0.01)
    assert 0 <= state.inodes_free_ratio <= 1


def test_a_folder_where_nothing_is_mounted_has_no_space_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(NotMounted):
        space(str(tmp_path))
    assert [each.mount for each in spaces([str(tmp_path), "/"])] == ["/"]


def test_both_metric_sources_leave_out_the_same() -> None:
    """Two adapters may not lean on one another, so this holds them together."""
    assert filesystems.PSEUDO.pattern == queries.PSEUDO_FILESYSTEMS
    assert measurement.PSEUDO_DISKS.pattern == queries.PSEUDO_DISKS
    assert measurement.PSEUDO_NETWORKS.pattern == queries.PSEUDO_NETWORKS
