"""One other host: namespaces of its own for network, processes, mounts and names.

Its file system is an overlay on the running one, so nothing has to be installed or copied; what it
writes is gone when it ends. Its first process is ours: when that is killed, the kernel ends
everything of the host, mounts included.
"""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.acceptance.fleet.files import (
    BOOT,
    INIT_SCRIPT,
    LOOKER,
    NGINX,
    SSHD,
    WATCH,
    accounts,
)
from tests.acceptance.rig.waiting import until


@dataclass
class Host:
    """A host with its own sshd, its own users and one web service.

    ``folder`` is where its layers lie, on a real file system; ``network`` is a /24 without its last
    number.
    """

    name: str
    folder: Path
    network: str
    acting_key: str  # public
    looking_key: str  # public
    host_key: str = ""
    _first: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"{self.network}.2"

    @property
    def root(self) -> Path:
        """Its file system, as its own processes see it."""
        return self.folder / "root"

    @property
    def space(self) -> str:
        """Its network namespace, and the first letters of its two interfaces."""
        return f"wk-{self.network.rpartition('.')[2]}"

    def boot(self) -> None:
        """Lay its files down, connect it, start sshd and the service."""
        self._lay()
        ran("ip", "netns", "add", self.space)
        ran("ip", "link", "add", f"{self.space}a", "type", "veth", "peer", "name", f"{self.space}b")
        ran("ip", "link", "set", f"{self.space}b", "netns", self.space)
        ran("ip", "addr", "add", f"{self.network}.1/24", "dev", f"{self.space}a")
        ran("ip", "link", "set", f"{self.space}a", "up")
        inside = ("ip", "-n", self.space)
        ran(*inside, "addr", "add", f"{self.address}/24", "dev", f"{self.space}b")
        ran(*inside, "link", "set", f"{self.space}b", "up")
        ran(*inside, "link", "set", "lo", "up")
        self._first = subprocess.Popen(
            [
                *("ip", "netns", "exec", self.space),
                *("unshare", "--mount", "--pid", "--fork", "--uts", "--ipc", "--kill-child"),
                *("/bin/sh", str(self.folder / "boot.sh"), str(self.folder), self.name),
            ],
            stdin=subprocess.DEVNULL,
            stdout=(self.folder / "console").open("wb"),
            stderr=subprocess.STDOUT,
        )
        booted = self.folder / "up" / "booted"
        until(booted.exists, within=20, what=f"{self.name} is up", every=0.02)
        self.host_key = " ".join(self.read("/etc/ssh/host_key.pub").split()[:2])

    def end(self) -> None:
        """End everything of it, and take its network away."""
        if self._first is not None:
            for child in psutil.Process(self._first.pid).children(recursive=True)[:1]:
                child.kill()
            self._first.kill()
            self._first.wait()
        subprocess.run(["ip", "link", "del", f"{self.space}a"], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "del", self.space], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *words: str, said: str = "") -> "subprocess.CompletedProcess[str]":
        """A command as root on it, as at its console."""
        assert self._first is not None
        [inner] = psutil.Process(self._first.pid).children()[:1]
        return subprocess.run(
            [
                *("nsenter", "--target", str(inner.pid)),
                *("--mount", "--pid", "--uts", "--ipc", "--net", "--"),
                *("chroot", str(self.root), *words),
            ],
            input=said,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
        )

    def read(self, path: str) -> str:
        """What stands in one of its files; nothing when there is none."""
        return self.run("cat", path).stdout

    def write(self, path: str, text: str, mode: str = "644") -> None:
        """A file of root's."""
        self.run("mkdir", "-p", str(Path(path).parent))
        self.run("rm", "-f", path)
        done = self.run("tee", path, said=text)
        assert done.returncode == 0, done.stderr
        self.run("chmod", mode, path)

    def kill_service(self) -> None:
        """Its web service dies, as by the OOM killer."""
        self.run("sh", "-c", "kill -9 $(cat /run/stock.pid)")
        until(lambda: not self.service_runs(), within=5, what="the service is dead")

    def kill_group(self) -> None:
        """Its web service dies with all of its workers."""
        self.run("pkill", "-9", "nginx")  # in its own process namespace: nobody else's
        until(lambda: not self.service_runs(), within=5, what="the service is dead")

    def service_runs(self) -> bool:
        """Whether its web service has a living main process."""
        return self.run("service", "stock", "status").returncode == 0

    def kill_sshd(self) -> None:
        """Nobody answers on port 22 any more; all else goes on."""
        self.run("sh", "-c", "kill $(cat /run/sshd.pid)")
        alive = ("sh", "-c", "kill -0 $(cat /run/sshd.pid)")
        until(lambda: self.run(*alive).returncode != 0, within=5, what="sshd is gone", every=0.05)

    def start_sshd(self) -> None:
        """Somebody answers again."""
        done = self.run("/usr/sbin/sshd", "-f", "/etc/ssh/fleet_config")
        assert done.returncode == 0, done.stderr

    def change_host_key(self) -> None:
        """It is another machine now, or somebody stands in between."""
        self.kill_sshd()
        self.run("rm", "-f", "/etc/ssh/host_key", "/etc/ssh/host_key.pub")
        self.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/etc/ssh/host_key")
        self.start_sshd()

    def _lay(self) -> None:
        """What it has of its own, before its first process starts."""
        up = self.folder / "up"
        for path, text in {
            **accounts(),
            "etc/hosts": f"127.0.0.1 localhost {self.name}\n",
            "etc/ssh/fleet_config": SSHD.format(address=self.address),
            f"etc/ssh/keys/{WATCH}": self.acting_key,
            f"etc/ssh/keys/{LOOKER}": self.looking_key,
            "etc/stock.conf": NGINX.format(address=self.address),
            "etc/init.d/stock": INIT_SCRIPT,
        }.items():
            (up / path).parent.mkdir(parents=True, exist_ok=True)
            (up / path).write_text(text)
        (up / "etc/init.d/stock").chmod(0o755)
        (up / "etc/shadow").chmod(0o600)
        for name in ("work", "root"):
            (self.folder / name).mkdir()
        (self.folder / "boot.sh").write_text(BOOT)


def ran(*words: str) -> None:
    """A command of this machine that must succeed."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
