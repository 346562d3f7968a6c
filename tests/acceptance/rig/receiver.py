"""A loopback receiver of messages and signs of life, with a dead man's switch of its own."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Receiver:
    """Keeps what it is sent; ``refuses`` makes it answer 503 to messages."""

    def __init__(self) -> None:
        self.beats: list[float] = []  # by the monotonic clock
        self.notices: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self.refuses = False
        outer = self

        class Keep(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.beats.append(time.monotonic())
                self._answer(200)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.authorizations.append(self.headers["Authorization"])
                if outer.refuses:
                    self._answer(503)
                    return
                outer.notices.append(json.loads(body))
                self._answer(200)

            def _answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def silent_for(self) -> float:
        """Seconds since the last beat; endless before the first."""
        return time.monotonic() - self.beats[-1] if self.beats else float("inf")

    def kinds(self) -> list[str]:
        return [notice["kind"] for notice in self.notices]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
