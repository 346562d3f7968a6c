"""systemd's notification socket: ready, still alive, stopping (sd_notify(3))."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


class ServiceManager:
    """Says how the service is to whoever started it; without such a one, nothing."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._watchdog = environment.get("WATCHDOG_USEC", "")

    @property
    def watchdog_seconds(self) -> float | None:
        """Within how long it wants a sign of life; None: it wants none."""
        digits = self._watchdog.isascii() and self._watchdog.isdigit()
        return int(self._watchdog) / 1e6 if digits and self._address else None

    def ready(self) -> None:
        """Everything has begun."""
        self._say("READY=1")

    def alive(self) -> None:
        """The watch is kept."""
        self._say("WATCHDOG=1")

    def stopping(self) -> None:
        """It ends in an orderly way."""
        self._say("STOPPING=1")

    def _say(self, state: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.connect(address)
            to.sendall(state.encode())
