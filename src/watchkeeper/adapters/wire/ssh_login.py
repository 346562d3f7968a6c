"""How another server is logged in on: whose key, which host key, and nothing else of ssh."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from os import geteuid
from pathlib import Path

from watchkeeper.domain.inventory_row import InventoryRow
from watchkeeper.ports.errors import NoWayIn

SSH = "/usr/bin/ssh"
KNOWN_HOSTS = "known_hosts"
CONNECT_SECONDS = 10

# Whatever this machine's ssh configuration says, and whatever ansible would add, these stand.
FIXED = (
    "-F /dev/null",
    "-o BatchMode=yes",
    "-o StrictHostKeyChecking=yes",
    "-o GlobalKnownHostsFile=none",
    "-o UpdateHostKeys=no",
    "-o VerifyHostKeyDNS=no",
    "-o CheckHostIP=no",
    "-o IdentitiesOnly=yes",
    "-o IdentityAgent=none",
    "-o PreferredAuthentications=publickey",
    "-o PasswordAuthentication=no",
    "-o KbdInteractiveAuthentication=no",
    "-o ForwardAgent=no",
    "-o ForwardX11=no",
    "-o ClearAllForwardings=yes",
    "-o PermitLocalCommand=no",
    "-o ProxyCommand=none",
    "-o ControlMaster=no",
    "-o ControlPath=none",
    f"-o ConnectTimeout={CONNECT_SECONDS}",
    "-o ServerAliveInterval=5",
    "-o ServerAliveCountMax=3",
)


@dataclass(frozen=True, kw_only=True)
class SshLogin:
    """One server's way in: the user, the key of the server's class, the pinned host keys."""

    row: InventoryRow
    key_file: Path
    user: str

    @property
    def known_hosts(self) -> str:
        """The pinned host keys in ssh's own form, under the name that the job uses."""
        return "".join(f"{self.row.server} {key}\n" for key in self.row.host_keys)

    def options(self, known_hosts: Path) -> str:
        """All that ssh is told, in one line without anything that needs quoting."""
        own = (f"-o UserKnownHostsFile={known_hosts}", f"-o HostKeyAlias={self.row.server}")
        return " ".join((*FIXED, *own))

    def words(self, known_hosts: Path, command: str) -> list[str]:
        """The whole call of ssh for one command, which the server's shell will read."""
        way = ["-i", str(self.key_file), "-p", str(self.row.port), "-l", self.user]
        return [SSH, *self.options(known_hosts).split(), "-T", *way, self.row.address, command]


def login_to(row: InventoryRow, keys: Mapping[str, Path]) -> SshLogin:
    """The way in to a server of the estate. Raises NoWayIn."""
    if not row.user or row.user == "root":
        raise NoWayIn(f"{row.server}: the estate names no user but root; give it one")
    if not row.host_keys:
        raise NoWayIn(f"{row.server}: no host key is pinned; give its host_keys")
    key_file = keys.get(row.server_class)
    if key_file is None:
        raise NoWayIn(f"{row.server}: class {row.server_class} has no key in ssh.keys")
    fault = key_fault(key_file)
    if fault:
        raise NoWayIn(f"{row.server}: {fault}")
    return SshLogin(row=row, key_file=key_file, user=row.user)


def key_fault(key_file: Path) -> str:
    """What is wrong with a private key's file; empty: nothing."""
    try:
        found = key_file.lstat()
    except OSError as error:
        return f"{key_file}: {error.strerror}"
    if not stat.S_ISREG(found.st_mode):
        return f"{key_file} is not a regular file"
    if found.st_uid != geteuid() or found.st_mode & 0o077:
        return f"{key_file} must be this user's and only this user's: chmod 600"
    return ""
