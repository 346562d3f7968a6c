"""How another server is logged in on: pinned, keyed by class, nothing of this machine's ssh."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from watchkeeper.adapters.ansible.ssh_variables import ssh_variables
from watchkeeper.adapters.wire.ssh_login import key_fault, login_to
from watchkeeper.domain.estate import Server
from watchkeeper.domain.inventory_row import row_of
from watchkeeper.ports.errors import NoWayIn

ROW = row_of(
    Server(
        name="stock-1",
        server_class="stock",
        address="192.0.2.7",
        port=2222,
        user="watch",
        host_keys=("ssh-rsa AAAAa", "ssh-ed25519 AAAAb"),
    )
)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "key"
    file.touch(mode=0o600)
    return file


def test_only_the_pinned_keys_are_known_by_the_servers_own_name(key: Path) -> None:
    login = login_to(ROW, {"stock": key})
    assert login.known_hosts == "stock-1 ssh-ed25519 AAAAb\nstock-1 ssh-rsa AAAAa\n"
    words = login.words(Path("/j/known_hosts"), "true")
    assert words[0] == "/usr/bin/ssh"
    assert words[-2:] == ["192.0.2.7", "true"]
    told = " ".join(words)
    for wanted in (
        "-F /dev/null",
        "StrictHostKeyChecking=yes",
        "UserKnownHostsFile=/j/known_hosts",
        "GlobalKnownHostsFile=none",
        "ForwardAgent=no",
        "IdentityAgent=none",
        "ProxyCommand=none",
        "ControlMaster=no",
        "PasswordAuthentication=no",
        "BatchMode=yes",
        "-p 2222 -l watch",
    ):
        assert wanted in told


def test_the_connection_is_said_in_full_to_ansible(key: Path) -> None:
    told = ssh_variables(login_to(ROW, {"stock": key}), Path("/j/known_hosts"))
    assert told["ansible_host"] == "192.0.2.7"
    assert told["ansible_become"] is False
    assert told["ansible_ssh_common_args"] == told["ansible_ssh_extra_args"] == ""
    assert "StrictHostKeyChecking=yes" in str(told["ansible_ssh_args"])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"user": ""}, "no user"),
        ({"user": "root"}, "no user but root"),
        ({"host_keys": ()}, "no host key is pinned"),
        ({"server_class": "web"}, "class web has no key"),
    ],
)
def test_without_all_of_it_there_is_no_way_in(
    key: Path, change: dict[str, object], why: str
) -> None:
    with pytest.raises(NoWayIn, match=why):
        login_to(replace(ROW, **change), {"stock": key})  # type: ignore[arg-type]


def test_a_key_is_its_owners_alone(key: Path, tmp_path: Path) -> None:
    assert key_fault(key) == ""
    key.chmod(0o640)
    assert "chmod 600" in key_fault(key)
    assert "not a regular file" in key_fault(tmp_path)
    (tmp_path / "link").symlink_to(key)
    assert "not a regular file" in key_fault(tmp_path / "link")
    assert "No such file" in key_fault(tmp_path / "none")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_nor_is_another_users_key_taken(key: Path) -> None:
    os.chown(key, 65534, 65534)
    assert "only this user's" in key_fault(key)
