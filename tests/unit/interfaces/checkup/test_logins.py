"""What doctor says of the logins on other servers."""

from pathlib import Path

import pytest

from watchkeeper.bootstrap.login_check import LoginSeen
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate, Server
from watchkeeper.interfaces.checkup import logins as module
from watchkeeper.interfaces.checkup.finding import Colour
from watchkeeper.interfaces.checkup.logins import logins
from watchkeeper.knowledge.sudo_rights import SudoRights

ALL_WELL = SudoRights(extra=(), missing=())


def test_without_other_servers_there_is_nothing_to_say() -> None:
    assert list(logins(Settings(), Estate(servers=(Server(name="here"),)))) == []


def test_a_server_that_is_not_ready_is_red_without_being_called(tmp_path: Path) -> None:
    server = Server(name="s", server_class="web", address="192.0.2.7", user="watch")
    [finding] = logins(Settings(), Estate(servers=(server,)))
    assert (finding.colour, finding.check) == (Colour.RED, "ssh")
    assert "no host key is pinned" in finding.found


def test_a_looking_key_that_others_may_read_is_red(tmp_path: Path) -> None:
    key = tmp_path / "look"
    key.touch(mode=0o644)
    said = {"look_keys": {"web": {"key_file": str(key), "user": "look"}}}
    [finding] = logins(Settings(ssh=said), Estate())  # type: ignore[arg-type]
    assert finding.colour is Colour.RED
    assert "chmod 600" in finding.found


@pytest.mark.parametrize(
    ("seen", "colour", "told"),
    [
        (LoginSeen(server="s", rights=ALL_WELL), Colour.GREEN, "1 servers"),
        (LoginSeen(server="s", root=True, rights=ALL_WELL), Colour.RED, "root's"),
        (
            LoginSeen(server="s", rights=SudoRights(extra=("(ALL) NOPASSWD: ALL",), missing=())),
            Colour.RED,
            "everything without a password",
        ),
        (
            LoginSeen(server="s", rights=SudoRights(extra=("(root) /bin/sh",), missing=())),
            Colour.RED,
            "more than it must: (root) /bin/sh",
        ),
        (
            LoginSeen(server="s", rights=SudoRights(extra=(), missing=("/x unit=a",))),
            Colour.YELLOW,
            "does not allow /x unit=a",
        ),
    ],
)
def test_what_is_found_has_its_colour(
    seen: LoginSeen, colour: Colour, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(*_: object) -> tuple[LoginSeen, ...]:
        return (seen,)

    monkeypatch.setattr(module, "logins_seen", found)
    [finding] = logins(Settings(), Estate())
    assert finding.colour is colour
    assert told in finding.found
