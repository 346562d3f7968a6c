"""What root has to allow on a class's servers: exact words, and never a pattern."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.files.runbooks import SHIPPED, FileRunbooks
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.permitted_commands import Command, Permitted, permitted
from watchkeeper.knowledge.sudo_rights import SudoRights, sudo_rights
from watchkeeper.knowledge.sudoers import sudoers

SERVERS = (
    Server(name="s1", server_class="stock", address="192.0.2.7", user="watch"),
    Server(name="s2", server_class="stock", address="192.0.2.8", user="watch"),
    Server(name="w1", server_class="web", address="192.0.2.9", user="watch"),
    Server(name="here", server_class="stock"),
)
RUNBOOKS = FileRunbooks((SHIPPED,), FilePlaybooks()).shelf().runbooks
BOOKS = FilePlaybooks().reviewed()


def allowed(*services: Service) -> Permitted:
    graph = EstateGraph(Estate(servers=SERVERS, services=services))
    return permitted("stock", graph, RUNBOOKS, BOOKS)


def service(name: str, server: str = "s1", **said: str) -> Service:
    return Service(name=name, server=server, **said)  # type: ignore[arg-type]


def test_exactly_what_the_runbooks_run_on_the_services_of_the_class() -> None:
    found = allowed(
        service("stock", unit="stock", process="nginx", pid_file="/run/stock.pid"),
        service("other", "s2", unit="mail@1"),
        service("foreign", "w1", unit="web"),
        service("ours", "here", unit="ours"),
        service("nothing"),
    )
    assert found.commands == (
        Command(helper="leftovers", words=("process=nginx", "pid_file=/run/stock.pid")),
        Command(helper="start_service", words=("unit=mail@1",)),
        Command(helper="start_service", words=("unit=stock",)),
    )
    assert any("vacuum_journal" in each for each in found.left_out)


@pytest.mark.parametrize(
    "unit", ["*", "a b", "a,b", "a\\x2db", "!a", "a\nroot ALL=(ALL) ALL", "[a]"]
)
def test_a_value_that_sudoers_could_misread_is_left_out_and_named(unit: str) -> None:
    found = allowed(service("odd", unit=unit))
    assert found.commands == ()
    text = sudoers("stock", "watch", found)
    assert "Left out: start_service of odd" in text
    assert [line for line in text.splitlines() if not line.startswith("#")] == []


ANY = st.text(max_size=30)


@settings(max_examples=60, deadline=None)
@given(ANY, ANY, ANY)
def test_whatever_the_estate_says_only_whole_commands_are_allowed(
    unit: str, process: str, pid_file: str
) -> None:
    found = allowed(service("odd", unit=unit, process=process, pid_file=pid_file))
    for line in sudoers("stock", "watch", found).splitlines():
        assert re.fullmatch(
            r"#.*|Defaults:watch [a-z_!, ]+|"
            r"watch ALL=\(root\) NOPASSWD: /usr/local/lib/watchkeeper/[a-z_]+"
            r"( [a-z_]+\\=([A-Za-z0-9@._/+-]|\\:)+)+",
            line,
        ), line


@pytest.mark.skipif(shutil.which("visudo", path="/usr/sbin:/usr/bin") is None, reason="no visudo")
def test_visudo_finds_it_right() -> None:
    text = sudoers(
        "stock", "watch", allowed(service("s", unit="a:b@c", process="n", pid_file="/p"))
    )
    assert text.count("NOPASSWD") == 2
    ended = subprocess.run(
        ["/usr/sbin/visudo", "-c", "-f", "-"], input=text, text=True, capture_output=True
    )
    assert ended.returncode == 0, ended.stderr


LISTED = """\
Matching Defaults entries for watch on stock-1:
    env_reset, mail_badpass

User watch may run the following commands on stock-1:
    (root) NOPASSWD: /usr/local/lib/watchkeeper/start_service unit\\=stock
"""
ONE = Permitted(commands=(Command(helper="start_service", words=("unit=stock",)),), left_out=())


def test_what_sudo_lists_is_exactly_what_it_should() -> None:
    assert sudo_rights(LISTED, ONE) == SudoRights(extra=(), missing=())


@pytest.mark.parametrize("right", ["(ALL) NOPASSWD: ALL", "(ALL : ALL) NOPASSWD: ALL"])
def test_everything_without_a_password_is_seen(right: str) -> None:
    rights = sudo_rights(f"{LISTED}    {right}\n", ONE)
    assert rights.everything
    assert rights.missing == ()


def test_more_and_less_than_it_should_are_named() -> None:
    listed = LISTED.replace("unit\\=stock", "unit\\=ssh")
    rights = sudo_rights(listed, ONE)
    assert not rights.everything
    assert rights.extra == ("(root) NOPASSWD: /usr/local/lib/watchkeeper/start_service unit=ssh",)
    assert rights.missing == ("/usr/local/lib/watchkeeper/start_service unit=stock",)
    assert sudo_rights("sudo: a password is required\n", ONE).missing
