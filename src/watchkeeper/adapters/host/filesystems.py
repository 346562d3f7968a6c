"""Mounts of this host and the space that an ordinary user may still use."""

import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import psutil
import structlog

from watchkeeper.ports.inspector import FilesystemState

log = structlog.get_logger()

# Not places where data is kept, or full by nature; and those of another machine, which may hang.
PSEUDO = re.compile(
    "autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|efivarfs|erofs|fusectl|"
    "fuse[.](gvfsd-fuse|lxcfs|portal)|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|"
    "ramfs|rootfs|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tmpfs|tracefs|udf"
)
REMOTE = re.compile("nfs[0-9]?|cifs|smb[0-9]?|smbfs|9p|afs|ceph|glusterfs|davfs|fuse[.].*")
ROOT = "/"


class NotMounted(Exception):
    """No file system is mounted there."""


def mounts() -> tuple[str, ...]:
    """Where data is kept on this host: one mount a device, the root always, in order."""
    chosen = {ROOT: ROOT}
    for found in sorted(psutil.disk_partitions(all=True), key=lambda each: len(each.mountpoint)):
        if found.mountpoint == ROOT:
            chosen[found.device] = chosen.pop(ROOT, ROOT)
        elif not _is_text(found.mountpoint):
            _left_out(found.mountpoint)
        elif _is_real(found.fstype, found.opts) and Path(found.mountpoint).is_dir():
            chosen.setdefault(found.device, found.mountpoint)
    return tuple(sorted(chosen.values()))


def space(mount: str) -> FilesystemState:
    """A file system's free ratios; inodes are 1.0 where it does not count them.

    Raises OSError, or NotMounted: the space of whatever lies below is not its space.
    """
    if mount != ROOT and mount not in {
        each.mountpoint for each in psutil.disk_partitions(all=True)
    }:
        raise NotMounted(mount)
    found = os.statvfs(mount)
    return FilesystemState(
        mount=mount,
        free_ratio=found.f_bavail / found.f_blocks if found.f_blocks else 0.0,
        inodes_free_ratio=found.f_favail / found.f_files if found.f_files else 1.0,
    )


def spaces(wanted: Iterable[str]) -> tuple[FilesystemState, ...]:
    """Those of the mounts that can be looked at."""
    found = []
    for mount in wanted:
        try:
            found.append(space(mount))
        except (OSError, NotMounted):
            continue  # unmounted meanwhile: no row
    return tuple(found)


def _is_text(path: str) -> bool:
    """Whether its bytes were text; a name that is not could never be told in the journal."""
    return not any("\udc80" <= sign <= "\udcff" for sign in path)


@cache
def _left_out(mount: str) -> None:
    """Say so, once."""
    log.warning("mount_left_out", reason="its name is not text", mount=ascii(mount))


def _is_real(kind: str, options: str) -> bool:
    writable = "ro" not in options.split(",")
    return writable and not PSEUDO.fullmatch(kind) and not REMOTE.fullmatch(kind)
