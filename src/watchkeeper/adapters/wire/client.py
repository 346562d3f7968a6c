"""One bounded question over HTTP, one bounded answer."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx2

from watchkeeper.adapters.wire.credentials import SecretUnreadable
from watchkeeper.adapters.wire.endpoint import USER_AGENT, Endpoint, EndpointWrong
from watchkeeper.adapters.wire.failures import AnswerTooLarge, failure_of, status_failure
from watchkeeper.ports.errors import SourceUnavailable

ADDRESS_LIMIT = 4_000  # characters of parameters; proxies take 8 KB of address or less
REDIRECTS = 3  # followed on the same host only

T = TypeVar("T")

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": USER_AGENT,
}
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer within its limits."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class _Moved:
    """The system points somewhere else."""

    to: httpx2.URL


class WireClient:
    """Speaks to one endpoint. Every failure is a SourceUnavailable in one line, without secrets.

    Errors are raised outside the handlers that caught their causes, so that no traceback carries
    a request with its headers. Proxies and passwords of the environment are not used.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._http: httpx2.AsyncClient | None = None

    @property
    def source(self) -> str:
        """The endpoint's name."""
        return self._endpoint.source

    async def get_json(
        self, path: str, parameters: Mapping[str, str], explain: Callable[[bytes], str]
    ) -> bytes:
        """The body of a successful JSON answer, not yet parsed. Raises SourceUnavailable.

        ``explain`` finds the system's own reason in the body of a failure; it is foreign text.
        """
        answer = await self.get(path, parameters)
        if answer.status != httpx2.codes.OK:
            said = explain(answer.body) if _is_json(answer.content_type) else ""
            raise self.unavailable(*status_failure(answer.status, said))
        if not _is_json(answer.content_type):
            raise self.unavailable("malformed", "answers something else than JSON")
        return answer.body

    async def get(self, path: str, parameters: Mapping[str, str]) -> Answer:
        """Any answer, whatever its status; redirects on its own host. Raises SourceUnavailable.

        Parameters too long for an address travel as a form, by POST.
        """
        return await self._in_time(self._followed(path, parameters))

    async def send(self, method: str, path: str, body: bytes = b"") -> None:
        """Tell the system something, in JSON; it has to answer with a success, not a redirect.

        Raises SourceUnavailable.
        """
        answer = await self.answered(method, path, body)
        if not httpx2.codes.is_success(answer.status):
            raise self.unavailable(*status_failure(answer.status))

    async def answered(
        self, method: str, path: str, body: bytes = b"", content_type: str = JSON
    ) -> Answer:
        """Whatever it answers to that; no redirect is followed. Raises SourceUnavailable."""
        return await self._in_time(self._sent(method, path, body, content_type))

    async def reach(self) -> None:
        """Open a connection (TLS, if spoken) and ask nothing. Raises SourceUnavailable."""
        await self._in_time(self._connected())

    async def _in_time(self, exchange: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._endpoint.timeout_seconds):
                return await exchange
        except (SecretUnreadable, EndpointWrong) as error:
            failure = ("denied", str(error))
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            failure = failure_of(error)
        raise self.unavailable(*failure)

    def unavailable(self, word: str, reason: str) -> SourceUnavailable:
        """The error that says so of this endpoint."""
        return SourceUnavailable(self.source, word, f"{self._endpoint.origin} {reason}")

    async def close(self) -> None:
        """Close its connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _followed(self, path: str, parameters: Mapping[str, str]) -> Answer:
        url = httpx2.URL(self._endpoint.url.rstrip("/") + path)
        form = dict(parameters) if len(urlencode(parameters)) > ADDRESS_LIMIT else None
        if form is None:
            url = url.copy_merge_params(parameters)
        for _ in range(REDIRECTS + 1):
            told = await self._asked(url, form)
            if isinstance(told, Answer):
                return told
            if not self._is_ours(told.to):
                raise self.unavailable("denied", "redirects to another host (a sign-in page?)")
            url = told.to
        raise self.unavailable("malformed", f"redirects more than {REDIRECTS} times")

    async def _sent(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        headers = self._headers() | ({"Content-Type": content_type} if body else {})
        url = httpx2.URL(self._endpoint.url.rstrip("/") + path if path else self._endpoint.url)
        stream = self._opened().stream(method, url, headers=headers, content=body)
        async with stream as response:
            return Answer(
                status=response.status_code,
                content_type=response.headers.get("Content-Type", ""),
                body=await self._bounded(response),
            )

    async def _connected(self) -> None:
        url = httpx2.URL(self._endpoint.url)
        tls = self._endpoint.trust() if url.scheme == "https" else None
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        try:
            _, writer = await asyncio.open_connection(url.host, port, ssl=tls)
        except ConnectionRefusedError:
            raise httpx2.ConnectError("refused") from None
        writer.close()

    def _headers(self) -> dict[str, str]:
        authorization = self._endpoint.credentials.header()
        return _HEADERS | ({} if authorization is None else {"Authorization": authorization})

    async def _asked(self, url: httpx2.URL, form: dict[str, str] | None) -> Answer | _Moved:
        headers = self._headers()
        method = "GET" if form is None else "POST"
        async with self._opened().stream(method, url, headers=headers, data=form) as response:
            if response.next_request is not None:
                return _Moved(to=response.next_request.url)
            return Answer(
                status=response.status_code,
                content_type=response.headers.get("Content-Type", ""),
                body=await self._bounded(response),
            )

    async def _bounded(self, response: httpx2.Response) -> bytes:
        limit = self._endpoint.limit_bytes
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > limit:
                where = self._endpoint.origin
                raise AnswerTooLarge(
                    self.source, "malformed", f"{where} answers more than {limit} bytes"
                )
            parts.append(part)
        return b"".join(parts)

    def _is_ours(self, url: httpx2.URL) -> bool:
        ours = urlsplit(self._endpoint.url)
        port = ours.port or {"http": 80, "https": 443}[ours.scheme]
        theirs = url.port or {"http": 80, "https": 443}.get(url.scheme)
        return (url.scheme, url.host, theirs) == (ours.scheme, ours.hostname, port)

    def _opened(self) -> httpx2.AsyncClient:
        if self._http is None:
            self._http = httpx2.AsyncClient(
                verify=self._endpoint.trust(),
                timeout=httpx2.Timeout(self._endpoint.timeout_seconds),
                limits=httpx2.Limits(max_connections=self._endpoint.connections),
                follow_redirects=False,
                trust_env=False,
            )
        return self._http


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"
