"""A probe asks as a user would, within bounds, and never wanders off the host."""

import asyncio

import pytest

from tests.loopback import Request, Respond, always, answer, loopback
from watchkeeper.adapters.wire.probe import probed


async def verdict(respond: Respond, timeout_seconds: float = 2.0) -> tuple[bool, str]:
    async with loopback(respond) as url:
        found = await probed(f"{url}/health?full=1", timeout_seconds)
    assert 0 <= found.seconds < timeout_seconds + 1
    return found.answers, found.reason


async def silent(_: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


@pytest.mark.parametrize(
    ("content", "answers", "reason"),
    [
        pytest.param(answer(b"fine"), True, "200", id="fine"),
        pytest.param(answer(b"", status=204), True, "204", id="fine and empty"),
        pytest.param(answer(b"", status=502), False, "502", id="the upstream is gone"),
        pytest.param(answer(b"", status=404), False, "404", id="no such page"),
        pytest.param(answer(b"half an answer")[:-4], False, "malformed", id="half an answer"),
        pytest.param(b"garbage\r\n\r\n", False, "malformed", id="not HTTP"),
        pytest.param(b"", False, "malformed", id="hung up"),
        pytest.param(answer(b"x" * 3_000_000), True, "200", id="a long page"),
    ],
)
async def test_the_verdict_on_an_answer(content: bytes, answers: bool, reason: str) -> None:
    assert await verdict(always(content)) == (answers, reason)


async def test_a_service_that_hangs() -> None:
    assert await verdict(silent, timeout_seconds=0.2) == (False, "timeout")


async def test_nobody_listens() -> None:
    async with loopback(silent) as url:
        pass
    for address in (url, url.replace("http", "tcp")):
        found = await probed(address)
        assert (found.answers, found.reason) == (False, "refused")


async def test_a_listening_socket_answers_tcp() -> None:
    async with loopback(silent) as url:
        found = await probed(url.replace("http", "tcp"))
    assert (found.answers, found.reason) == (True, "connected")


async def test_a_redirect_to_another_host_is_an_answer_that_is_not_followed() -> None:
    moved = answer(b"", status=302, more="Location: http://elsewhere.invalid/\r\n")
    assert await verdict(always(moved)) == (True, "302")


async def test_a_redirect_on_the_host_is_followed_to_its_end() -> None:
    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path == "/health":
            writer.write(answer(b"", status=301, more="Location: /broken\r\n"))
        else:
            writer.write(answer(b"", status=500))

    assert await verdict(respond) == (False, "500")


async def test_redirects_in_a_circle() -> None:
    circle = answer(b"", status=302, more="Location: /health\r\n")
    assert await verdict(always(circle)) == (False, "redirects")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1", "tcp://", "", "gopher://x/", "http://[::"])
async def test_an_address_that_cannot_be_asked_is_an_answer_too(address: str) -> None:
    found = await probed(address)
    assert not found.answers
    assert found.reason.isalpha()


async def test_a_host_nobody_knows() -> None:
    assert (await probed("http://nobody.invalid/")).reason == "absent"
