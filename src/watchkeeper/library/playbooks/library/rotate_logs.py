#!/usr/bin/python
"""An ansible module: compresses a copy of each listed log file aside, then empties the file.

Nothing is emptied before its copy is complete, on the disk and read back. Where the file system can
cut whole blocks off a file's beginning (ext4, XFS), just what was copied is cut off: a line that is
written meanwhile stays, and so does an unfinished last block. Elsewhere the file is emptied in an
instant in which all of it is copied; a line that falls between that look and the emptying is lost,
as with logrotate's copytruncate. Every file is looked at before the first one is touched, and one
that may not be rotated stops them all. No symbolic link is followed on the way to a file.
"""

from __future__ import annotations

import ctypes
import gzip
import os
import re
import stat
from contextlib import ExitStack, suppress
from io import FileIO

from ansible.module_utils.basic import AnsibleModule  # type: ignore[import-untyped]

DOCUMENTATION = r"""
module: rotate_logs
short_description: compresses a copy of each listed log file aside, then empties the file
options:
  paths:
    description: the files
    type: list
    elements: str
    default: []
  directories:
    description: files outside these directories are refused
    type: list
    elements: str
    required: true
  mount:
    description: files on other file systems are left alone; empty means that any will do
    type: str
    default: ""
"""

CHUNK_BYTES = 1_048_576
ROUNDS = 5  # how often to run after a file that grows while it is copied …
TRIES = 1000  # … and how often to look for an instant in which all of it is copied
LEVEL = 3  # of gzip: a log shrinks to a tenth at any level, and a full disk is in a hurry
MOST_COPIES = 1000  # of one file, in its directory

# Who logged in, who became root, what was audited; the system's journal; our own log book.
PROTECTED = re.compile(
    r"auth|audit|sudo|journal|watchkeeper|faillog|tallylog|lastlog"
    r"|(?:^|[/._-])(?:secure|security|pam|su|sulog|[wub]tmp|utmpx|wtmpx)(?:$|[/._-]|\d)"
)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_COLLAPSE = 0x08  # FALLOC_FL_COLLAPSE_RANGE, linux/falloc.h
_COPY = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Refused(Exception):
    """A file may not be rotated, or could not be; the message says which and why."""


class LogFile:
    """An open log file and its open directory; both closed with the stack."""

    def __init__(self, path: str, stack: ExitStack) -> None:
        self.path = path
        self.name = path.rpartition("/")[2]
        self.folder = _opened_folder(path, stack)
        try:
            self.handle = os.open(self.name, _FILE, dir_fd=self.folder)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Refused(f"{path}: {_why(error)}") from error
        stack.callback(os.close, self.handle)

    @property
    def status(self) -> os.stat_result:
        """What the file is now."""
        return os.fstat(self.handle)


def refusal(path: str, directories: list[str]) -> str:
    """Why a file may not be rotated, going by its name alone; empty when it may."""
    if os.path.normpath(path) != path or not path.startswith("/"):
        return f"{path}: not an absolute, normalised path"
    if not any(path.startswith(directory.rstrip("/") + "/") for directory in directories):
        return f"{path}: outside {', '.join(directories)}"
    if PROTECTED.search(path.lower()):
        return f"{path}: authentication, audit, journal and watch logs are never rotated"
    return ""


def rotated(paths: list[str], directories: list[str], mount: str, pretend: bool) -> list[str]:
    """Rotate what can be, all of it or (where one file is refused) nothing; the copies made."""
    for path in paths:
        reason = refusal(path, directories)
        if reason:
            raise Refused(reason)
    device = os.stat(mount).st_dev if mount else None  # noqa: PTH116
    with ExitStack() as stack:
        files = [file for path in dict.fromkeys(paths) for file in _found(path, stack)]
        chosen = [one for one in files if device in (None, one.status.st_dev)]
        full = [one for one in chosen if one.status.st_size]
        return [name for name in ((one.path if pretend else rotate(one)) for one in full) if name]


def rotate(file: LogFile) -> str:
    """Copy, check the copy, empty the file; the copy's path, or nothing for less than a block."""
    block = _block_that_can_be_cut(file.folder)
    if block and not _whole_blocks(file, block):
        return ""
    name, copy = _new_copy(file)
    with os.fdopen(copy, "r+b", buffering=0) as kept:
        try:
            if block:
                _cut(file, _copy(file, kept, block))
            else:
                _empty(file, kept, _copy(file, kept, 1))
        except (OSError, EOFError) as error:
            with suppress(OSError):
                os.unlink(name, dir_fd=file.folder)
            raise Refused(f"{file.path}: no copy could be made: {_why(error)}") from error
        os.fsync(copy)
    return f"{file.path.rpartition('/')[0]}/{name}"


def _block_that_can_be_cut(folder: int) -> int:
    """The size of a block where the file system can cut blocks off a file's beginning, else 0."""
    try:
        trial = os.open(".", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600, dir_fd=folder)
    except OSError:
        return 0
    try:
        block = os.fstatvfs(trial).f_bsize
        os.ftruncate(trial, 2 * block)
        _collapse(trial, block)
    except OSError:
        return 0
    finally:
        os.close(trial)
    return block


def _collapse(handle: int, length: int) -> None:
    """Cut so many bytes off a file's beginning, in one instant. Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    offset = ctypes.c_int64
    if library.fallocate(handle, _COLLAPSE, offset(0), offset(length)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _whole_blocks(file: LogFile, block: int) -> int:
    """The bytes of whole blocks, without a last one that reaches the end (it cannot be cut)."""
    size = file.status.st_size
    return max(size - 1, 0) // block * block if block > 1 else size


def _copy(file: LogFile, kept: FileIO, block: int) -> int:
    """How many bytes the copy holds, on the disk and read back; a busy file is run after."""
    os.fchown(kept.fileno(), file.status.st_uid, file.status.st_gid)
    os.fchmod(kept.fileno(), stat.S_IMODE(file.status.st_mode))
    copied = 0
    for _ in range(ROUNDS):
        end = _whole_blocks(file, block)
        while copied < end:
            copied += _copy_chunk(file, kept, copied, min(CHUNK_BYTES, end - copied))
        os.fsync(kept.fileno())
        _read_back(kept, copied)
        if file.status.st_size - copied < CHUNK_BYTES:
            break
    os.fsync(file.folder)
    return copied


def _cut(file: LogFile, copied: int) -> None:
    """Cut off just what is copied. Raises EOFError where somebody else made the file shorter."""
    if file.status.st_size <= copied:
        raise EOFError("it became shorter while it was copied")
    _collapse(file.handle, copied)


def _empty(file: LogFile, kept: FileIO, copied: int) -> None:
    """Copy the last lines, and empty the file in an instant in which nothing is missing."""
    for _ in range(TRIES):
        if file.status.st_size == copied:
            os.ftruncate(file.handle, 0)
            return
        copied += _copy_chunk(file, kept, copied, CHUNK_BYTES)
    raise EOFError("it is written faster than it can be copied")


def _copy_chunk(file: LogFile, kept: FileIO, copied: int, length: int) -> int:
    chunk = os.pread(file.handle, length, copied)
    if not chunk:
        raise EOFError("it became shorter while it was copied")
    packed = gzip.compress(chunk, LEVEL)
    while packed:
        packed = packed[kept.write(packed) :]
    return len(chunk)


def _read_back(kept: FileIO, expected: int) -> None:
    kept.seek(0)
    found = 0
    with gzip.GzipFile("", "rb", fileobj=kept) as unpacked:
        while chunk := unpacked.read(CHUNK_BYTES):
            found += len(chunk)
    if found != expected:
        raise EOFError(f"the copy holds {found} of {expected} bytes")


def _found(path: str, stack: ExitStack) -> list[LogFile]:
    """The open file, or nothing when there is none. Raises Refused when it is not a plain file."""
    try:
        file = LogFile(path, stack)
    except FileNotFoundError:
        return []
    status = file.status
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        raise Refused(f"{path}: not a regular file of one name")
    return [file]


def _opened_folder(path: str, stack: ExitStack) -> int:
    """The file's directory, reached from the root without following a link."""
    handle = os.open("/", _FOLDER)
    stack.callback(os.close, handle)
    for part in path.split("/")[1:-1]:
        try:
            handle = os.open(part, _FOLDER, dir_fd=handle)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Refused(f"{path}: {_why(error)}") from error
        stack.callback(os.close, handle)
    return handle


def _new_copy(file: LogFile) -> tuple[str, int]:
    for number in range(1, MOST_COPIES):
        name = f"{file.name}.watchkeeper-{number}.gz"
        try:
            return name, os.open(name, _COPY, 0o600, dir_fd=file.folder)
        except FileExistsError:
            continue
        except OSError as error:
            raise Refused(f"{file.path}: no copy could be made: {_why(error)}") from error
    raise Refused(f"{file.path}: {MOST_COPIES} copies lie beside it; remove some")


def _why(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def main() -> None:
    """Ansible's door."""
    module = AnsibleModule(
        argument_spec={
            "paths": {"type": "list", "elements": "str", "default": []},
            "directories": {"type": "list", "elements": "str", "required": True},
            "mount": {"type": "str", "default": ""},
        },
        supports_check_mode=True,
    )
    given = module.params
    try:
        done = rotated(given["paths"], given["directories"], given["mount"], module.check_mode)
    except (Refused, OSError) as error:
        module.fail_json(msg=_why(error))
    module.exit_json(changed=bool(done), copies=done, msg=f"{len(done)} files rotated")


if __name__ == "__main__":
    main()
