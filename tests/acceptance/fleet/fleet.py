"""Several other hosts, and the keys to them."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.fleet.host import Host, ran

FIRST, LAST = 100, 250  # the third numbers of 10.77.x.0/24 that are looked through


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Hosts by name, and the private keys that Watchkeeper has: one a class, one to look."""

    hosts: dict[str, Host]
    keys: Path

    @property
    def acting_key(self) -> Path:
        """The key that acts on every host here."""
        return self.keys / "acting"

    @property
    def other_key(self) -> Path:
        """The key of a class that has no host here."""
        return self.keys / "other"

    @property
    def looking_key(self) -> Path:
        """The key that only looks."""
        return self.keys / "looking"


@contextmanager
def fleet(*names: str) -> Iterator[Fleet]:
    """The hosts of these names, for as long as they are needed."""
    with tempfile.TemporaryDirectory(prefix="wk-fleet-") as folder, ExitStack() as stack:
        keys = Path(folder) / "keys"
        keys.mkdir(mode=0o700)
        for name in ("acting", "other", "looking"):
            ran("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / name))
        hosts: dict[str, Host] = {}
        for name in names:
            layers = Path(folder) / name
            layers.mkdir(mode=0o755)
            host = Host(
                name=name,
                folder=layers,
                network=_free_network(),
                acting_key=(keys / "acting.pub").read_text(),
                looking_key=(keys / "looking.pub").read_text(),
            )
            stack.callback(host.end)
            host.boot()
            hosts[name] = host
        Path(folder).chmod(0o755)
        yield Fleet(hosts=hosts, keys=keys)


def _free_network() -> str:
    """A /24 that no interface of this machine uses."""
    told = subprocess.run(["ip", "-j", "addr"], capture_output=True, text=True, check=True).stdout
    used = {info["local"] for each in json.loads(told) for info in each.get("addr_info", ())}
    return next(
        f"10.77.{number}"
        for number in range(FIRST, LAST)
        if not any(address.startswith(f"10.77.{number}.") for address in used)
        and not Path(f"/run/netns/wk-{number}").exists()
    )
