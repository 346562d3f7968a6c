"""Whatever goes wrong on the wire is one line, in the words of the ports, without secrets."""

import asyncio
import datetime as dt
import gzip
import ipaddress
import ssl
import traceback
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.loopback import Request, always, answer, loopback
from watchkeeper.adapters.wire.client import WireClient
from watchkeeper.adapters.wire.credentials import (
    Anonymous,
    Basic,
    Bearer,
    Credentials,
    FromEnvironment,
    FromFile,
)
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.adapters.wire.failures import AnswerTooLarge
from watchkeeper.ports.errors import SourceUnavailable

TOKEN = "tok-S3cr3tS3cr3tS3cr3t"


def client(
    url: str,
    *,
    credentials: Credentials | None = None,
    ca_file: Path | None = None,
    timeout_seconds: float = 5.0,
    limit_bytes: int = 10_000,
) -> WireClient:
    return WireClient(
        Endpoint(
            source="prom",
            url=url,
            credentials=credentials or Anonymous(),
            ca_file=ca_file,
            timeout_seconds=timeout_seconds,
            limit_bytes=limit_bytes,
        )
    )


def no_reason(_: bytes) -> str:
    return ""


async def failure(wire: WireClient) -> SourceUnavailable:
    """How asking fails; the whole traceback holds no secret and no second line."""
    try:
        with pytest.raises(SourceUnavailable) as caught:
            await wire.get_json("/api", {"query": "up"}, no_reason)
    finally:
        await wire.close()
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert TOKEN not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "\n" not in str(caught.value)
    return caught.value


async def test_a_question_is_answered() -> None:
    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        assert request.path == "/below/api"
        assert request.parameters == {"query": "up > 0 & x"}
        writer.write(answer(b'{"a": 1}', content_type="application/json; charset=utf-8"))

    async with loopback(respond) as url:
        wire = client(f"{url}/below/")
        assert await wire.get_json("/api", {"query": "up > 0 & x"}, no_reason) == b'{"a": 1}'
        await wire.close()


async def test_a_long_question_is_a_form() -> None:
    long = {"query": "up or " * 5_000 + "up"}

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert request.parameters == long
        writer.write(answer(b"[]"))

    async with loopback(respond) as url:
        wire = client(url)
        assert await wire.get_json("/api", long, no_reason) == b"[]"
        await wire.close()


async def test_nobody_listens() -> None:
    async with loopback(always(b"")) as url:
        pass
    assert (await failure(client(url))).word == "refused"


async def test_a_host_that_no_resolver_knows_is_absent() -> None:
    assert (await failure(client("http://nobody.invalid"))).word == "absent"


async def silent(_: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def dripping(_: Request, writer: asyncio.StreamWriter) -> None:
    """Never slow enough for a time-out on one read."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n")
    for _byte in range(99):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("respond", [silent, dripping])
async def test_an_answer_that_takes_too_long(respond: object) -> None:
    async with loopback(respond) as url:  # type: ignore[arg-type]
        assert (await failure(client(url, timeout_seconds=0.2))).word == "timeout"


@pytest.mark.parametrize(
    ("content", "word", "said"),
    [
        pytest.param(answer(b'{"a"')[:-2], "malformed", "cut short", id="a body cut short"),
        pytest.param(b"", "malformed", "cut short", id="closed without a word"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", "malformed", "no HTTP", id="not HTTP"),
        pytest.param(
            answer(b"<html>", content_type="text/html"), "malformed", "than JSON", id="a web page"
        ),
        pytest.param(answer(b"", status=500), "refused", "answers 500", id="an error of its own"),
        pytest.param(answer(b"", status=503), "refused", "answers 503", id="overloaded"),
        pytest.param(answer(b"", status=504), "timeout", "answers 504", id="slow behind a proxy"),
        pytest.param(answer(b"", status=404), "absent", "answers 404", id="no such place"),
        pytest.param(answer(b"", status=401), "denied", "answers 401", id="who are you"),
        pytest.param(answer(b"", status=403), "denied", "answers 403", id="not you"),
        pytest.param(answer(b"", status=422), "malformed", "answers 422", id="a bad question"),
        pytest.param(answer(b"", status=204), "malformed", "answers 204", id="nothing at all"),
        pytest.param(
            answer(b"not gzip", more="Content-Encoding: gzip\r\n"),
            "malformed",
            "compression",
            id="broken compression",
        ),
    ],
)
async def test_an_answer_that_is_none(content: bytes, word: str, said: str) -> None:
    async with loopback(always(content)) as url:
        error = await failure(client(url))
    assert error.word == word
    assert said in str(error)


async def test_a_huge_answer_is_not_taken() -> None:
    async with loopback(always(answer(b"x" * 20_000))) as url:
        error = await failure(client(url))
    assert isinstance(error, AnswerTooLarge)
    assert error.word == "malformed"


async def test_a_small_answer_that_unpacks_to_a_huge_one_is_not_taken() -> None:
    packed = answer(gzip.compress(b"x" * 5_000_000), more="Content-Encoding: gzip\r\n")
    async with loopback(always(packed)) as url:
        assert isinstance(await failure(client(url)), AnswerTooLarge)


async def test_the_systems_own_reason_is_repeated_harmlessly() -> None:
    reason = b"bad\x1b[2J query\n" + b"x" * 500
    async with loopback(always(answer(reason, status=400))) as url:
        wire = client(url)
        with pytest.raises(SourceUnavailable) as caught:
            await wire.get_json("/api", {}, lambda body: body.decode())
        await wire.close()
    assert "bad\ufffd[2J query\ufffdx" in str(caught.value)
    assert len(str(caught.value)) < 300


async def test_a_token_is_sent_and_never_told(tmp_path: Path) -> None:
    seen: list[str] = []

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append(request.headers.get("authorization", ""))
        writer.write(answer(TOKEN.encode(), status=401))

    secret = tmp_path / "token"
    secret.write_text(TOKEN + "\n")
    async with loopback(respond) as url:
        await failure(client(url, credentials=Bearer(token=FromFile(path=secret))))
        secret.write_text("rotated")
        await failure(client(url, credentials=Bearer(token=FromFile(path=secret))))
    assert seen == [f"Bearer {TOKEN}", "Bearer rotated"]


async def test_a_password_is_sent_and_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append(request.headers.get("authorization", ""))
        writer.write(answer(b"", status=403))

    monkeypatch.setenv("PROM_PASSWORD", "open sesame")
    password = FromEnvironment(variable="PROM_PASSWORD")
    async with loopback(respond) as url:
        await failure(client(url, credentials=Basic(username="Aladdin", password=password)))
    assert seen == ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]  # the example of RFC 7617


@pytest.mark.parametrize("content", [None, "", TOKEN + "\nX-Forged: 1\n", TOKEN + "\x00"])
async def test_a_secret_that_cannot_be_used_denies_before_anything_is_sent(
    tmp_path: Path, content: str | None
) -> None:
    secret = tmp_path / "token"
    if content is not None:
        secret.write_text(content)

    async def respond(_: Request, writer: asyncio.StreamWriter) -> None:
        raise AssertionError("nothing may be sent")

    async with loopback(respond) as url:
        error = await failure(client(url, credentials=Bearer(token=FromFile(path=secret))))
    assert error.word == "denied"
    assert str(secret) in str(error)


async def test_a_variable_that_is_not_set_denies() -> None:
    secret = FromEnvironment(variable="WATCHKEEPER_NO_SUCH_VARIABLE")
    error = await failure(client("http://127.0.0.1:9", credentials=Bearer(token=secret)))
    assert (error.word, "is not set" in str(error)) == ("denied", True)


async def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path) -> None:
    strangers: list[Request] = []

    async def stranger(request: Request, writer: asyncio.StreamWriter) -> None:
        strangers.append(request)
        writer.write(answer(b"{}"))

    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    async with loopback(stranger) as elsewhere:
        moved = answer(b"", status=302, more=f"Location: {elsewhere}/api\r\n")
        async with loopback(always(moved)) as url:
            error = await failure(client(url, credentials=Bearer(token=FromFile(path=secret))))
    assert error.word == "denied"
    assert strangers == []


async def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever() -> None:
    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path == "/moved":
            writer.write(answer(b"[]"))
        else:
            to = "/moved" if request.path == "/api" else "/round"
            writer.write(answer(b"", status=307, more=f"Location: {to}\r\n"))

    async with loopback(respond) as url:
        wire = client(url)
        assert await wire.get_json("/api", {}, no_reason) == b"[]"
        with pytest.raises(SourceUnavailable, match="redirects more than 3 times"):
            await wire.get_json("/round", {}, no_reason)
        await wire.close()


async def test_a_proxy_of_the_environment_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with loopback(always(answer(b"[]"))) as url:
        wire = client(url)
        assert await wire.get_json("/api", {}, no_reason) == b"[]"
        await wire.close()


def authority(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "authority.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


async def test_a_certificate_must_be_trusted(tmp_path: Path) -> None:
    pem = authority(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pem)
    async with loopback(always(answer(b"[]")), tls) as url:
        error = await failure(client(url))
        assert (error.word, "certificate" in str(error)) == ("denied", True)
        trusting = client(url, ca_file=pem)
        assert await trusting.get_json("/api", {}, no_reason) == b"[]"
        await trusting.close()
        absent = await failure(client(url, ca_file=tmp_path / "absent.pem"))
        assert "absent.pem cannot be read" in str(absent)


async def test_tls_spoken_to_a_server_without_it() -> None:
    async with loopback(always(answer(b"[]"))) as url:
        assert (await failure(client(url.replace("http:", "https:")))).word == "malformed"


async def test_a_handshake_that_never_ends() -> None:
    async def mute(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2)
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    error = await failure(client(f"https://127.0.0.1:{port}", timeout_seconds=0.2))
    server.close()
    assert error.word == "timeout"
