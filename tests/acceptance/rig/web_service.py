"""A real web service: Debian's nginx on a loopback port, with its own init script."""

import subprocess
from pathlib import Path
from typing import Literal

from tests.acceptance.rig import processes
from tests.acceptance.rig.program import answers
from tests.acceptance.rig.waiting import until

INIT_SCRIPTS = Path("/etc/init.d")

# How the init script's `start` behaves; read from a file, so that a story can change it.
Start = Literal["works", "is slow", "fails", "never answers"]

CONFIGURATION = """\
# {unit}
user www-data;
worker_processes 2;
pid {pid_file};
error_log {error_log} info;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ {answer} }}
    }}
}}
"""

INIT_SCRIPT = """\
#!/bin/sh
### BEGIN INIT INFO
# Provides:          {unit}
# Required-Start:
# Required-Stop:
# Default-Start:
# Default-Stop:
# Short-Description: a web service of an acceptance story
### END INIT INFO
PID_FILE={pid_file}
ERROR_LOG={error_log}
exec 9>>"$ERROR_LOG"  # whatever this script starts can be found by this open file

# A zombie is dead: its pid exists and nothing runs.
alive() {{
    pid=$(cat "$PID_FILE" 2>/dev/null) && [ -n "$pid" ] || return 1
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
    set -- ${{stat##*) }}
    [ "$1" != Z ] && [ "$1" != X ]
}}

start() {{
    if alive; then echo "{unit} is running already"; return 0; fi
    echo "start $(date +%s.%N)" >>{starts}
    cat {says} 2>/dev/null
    case "$(cat {manner})" in
        "is slow") sleep {slow_seconds} ;;
        "fails") echo "{unit}: configuration is broken" >&2; return 1 ;;
        "never answers") sleep 3600 ;;
    esac
    /usr/sbin/nginx -q -c {configuration} 9>&-  # fails when the port is taken
}}

stop() {{
    alive || {{ echo "{unit} is not running"; return 0; }}
    kill -TERM "$pid"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        alive || return 0
        sleep 0.25
    done
    return 1
}}

case "$1" in
    start) start ;;
    stop) stop ;;
    restart|force-reload) stop && start ;;
    status)
        if alive; then echo "{unit} is running"; exit 0; fi
        echo "{unit} is not running"
        exit 3
        ;;
    *) echo "usage: $0 start|stop|restart|force-reload|status" >&2; exit 2 ;;
esac
"""


class WebService:
    """One web service of the estate; `remove` leaves nothing of it on the machine."""

    SLOW_SECONDS = 8

    def __init__(
        self,
        name: str,
        *,
        unit: str,
        port: int,
        folder: Path,
        upstream: "WebService | None" = None,
    ) -> None:
        self.name = name
        self.unit = unit
        self.port = port
        self.upstream = upstream
        self.folder = folder
        self.pid_file = folder / "nginx.pid"
        self.error_log = folder / "error.log"
        self.init_script = INIT_SCRIPTS / unit
        self._starts = folder / "starts.log"
        self._manner = folder / "manner"

    @property
    def probe(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def pid(self) -> int | None:
        """The master's pid as its pid file has it, alive or not."""
        try:
            return int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None

    @property
    def is_up(self) -> bool:
        """It answers as it should; with a dead upstream it answers 502."""
        return answers(self.probe) == 200

    @property
    def starts(self) -> int:
        """How often its init script really started it, by the script's own count."""
        return len(self._starts.read_text().splitlines()) if self._starts.exists() else 0

    def install(self) -> None:
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o755)
        self.starting("works")
        configuration = self.folder / "nginx.conf"
        answer = (
            f'return 200 "{self.name}\\n";'
            if self.upstream is None
            else f"proxy_pass {self.upstream.probe}; proxy_connect_timeout 1s;"
        )
        configuration.write_text(
            CONFIGURATION.format(
                unit=self.unit,
                pid_file=self.pid_file,
                error_log=self.error_log,
                folder=self.folder,
                port=self.port,
                answer=answer,
            )
        )
        self.init_script.write_text(
            INIT_SCRIPT.format(
                unit=self.unit,
                pid_file=self.pid_file,
                error_log=self.error_log,
                starts=self._starts,
                manner=self._manner,
                says=self.folder / "says",
                slow_seconds=self.SLOW_SECONDS,
                configuration=configuration,
            )
        )
        self.init_script.chmod(0o755)

    def starting(self, manner: Start) -> None:
        """From now on, its `start` works, is slow, fails or never answers."""
        self._manner.write_text(manner)

    def says_on_start(self, text: str) -> None:
        """From now on, its `start` prints this."""
        (self.folder / "says").write_text(f"{text}\n")

    def start(self) -> None:
        subprocess.run([str(self.init_script), "start"], check=True, timeout=20)
        until(lambda: self.is_up, within=10, what=f"{self.name} up", every=0.05)

    def kill_group(self) -> None:
        """SIGKILL to the whole service: master and workers."""
        master = self._master()
        processes.kill_group(master)
        until(lambda: not processes.holders(self.error_log), within=5, what=f"{self.name} dead")

    def kill_master(self) -> None:
        """SIGKILL to the master only: its workers keep the port and go on answering."""
        master = self._master()
        processes.kill(master)
        until(lambda: not processes.is_alive(master), within=5, what=f"{self.name}'s master dead")

    def _master(self) -> int:
        if self.pid is None:
            raise AssertionError(f"{self.name} has no pid file")
        return self.pid

    def remove(self) -> None:
        self.init_script.unlink(missing_ok=True)
        for pid in processes.holders(self.error_log):
            processes.kill(pid)
