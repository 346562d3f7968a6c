"""``estate.yaml``: what people write, what is understood, and what is refused in a line."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.files.estate import (
    EstateRefused,
    estate_digest,
    estate_text,
    parse_estate,
    read_estate,
)
from watchkeeper.adapters.files.yaml_text import FileRefused
from watchkeeper.domain.estate import UNCLASSIFIED, Estate, Exposure, Server, Service

WHOLE = """\
single_host: true
servers:
  - name: web-1
    class: web
    exposure: internet
    owner: web-team
    instances: ["127.0.0.1:9100", web-1.example.org]
    address: local
    protected: true
  - {name: db-1}
services:
  - name: shop
    server: web-1
    unit: nginx@shop.service
    process: nginx
    pid_file: /run/nginx.pid
    probe: http://127.0.0.1:8080/health?deep=1
    logs: [/var/log/nginx/error.log]
    rotate: [/var/log/nginx/access.log]
    depends_on: [stock]
    owner: shop-team
    replicas_of: shops
  - {name: stock, server: db-1, probe: "tcp://127.0.0.1:5432"}
"""


def test_everything_that_can_be_said_is_understood() -> None:
    estate = parse_estate(WHOLE)
    web, db = estate.servers
    shop, stock = estate.services
    assert estate.single_host
    assert (web.server_class, web.exposure, web.protected) == ("web", Exposure.INTERNET, True)
    assert web.instances == ("127.0.0.1:9100", "web-1.example.org")
    assert (db.server_class, db.exposure, db.protected) == (UNCLASSIFIED, Exposure.INTERNAL, False)
    assert (shop.unit, shop.depends_on, shop.replicas_of) == (
        "nginx@shop.service",
        ("stock",),
        "shops",
    )
    assert (stock.probe, stock.pid_file) == ("tcp://127.0.0.1:5432", "")


def test_an_empty_file_is_an_empty_estate() -> None:
    assert parse_estate("") == Estate()


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    estate = parse_estate(WHOLE)
    file = tmp_path / "estate.yaml"
    file.write_text(estate_text(estate, ["drafted\non two lines"]))
    assert read_estate(file) == estate
    assert "# on two lines" in file.read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("servers: [{name: a}, {name: a}]", "a: two items have this name"),
        ("servers: [{name: a}]\nservices: [{name: a, server: a}]", "a: two items"),
        ("services: [{name: s, server: x}]", "s: server x is not in the estate"),
        (
            "servers: [{name: a}]\nservices: [{name: s, server: a, depends_on: [a]}]",
            "s: depends_on a, which is no service",
        ),
        (
            "servers: [{name: a}]\nservices: [{name: s, server: a, depends_on: [s]}]",
            "s: depends on itself: s → s",
        ),
        (
            "servers: [{name: a, instances: [i]}, {name: b, instances: [i]}]",
            "b: instance i is also a's",
        ),
        ("servers: [{name: a, claas: web}]", "servers[a].claas: is not a known key"),
        ("servers: [{name: a, exposure: moon}]", "servers[a].exposure"),
        ("servers: [{name: a, protected: 'yes'}]", "servers[a].protected"),
        ("servers: [{name: 7}]", "servers[0].name"),
        ("servers: [{name: '../a'}]", "servers[../a].name"),
        ('servers: [{name: "a\\e[2J"}]', "servers[0].name"),
        ("servers: [{class: web}]", "servers[0].name: is missing"),
        ("servers: {name: a}", "servers: "),
        ("services: [{name: s}]", "services[s].server: is missing"),
        ("services: [{name: s, server: a, unit: 'x; reboot'}]", "services[s].unit"),
        ("services: [{name: s, server: a, unit: '-x'}]", "services[s].unit"),
        ("services: [{name: s, server: a, pid_file: nginx.pid}]", "services[s].pid_file: must be"),
        ("services: [{name: s, server: a, rotate: [/a/../b]}]", "services[s].rotate[0]: must be"),
        ("services: [{name: s, server: a, probe: 'ftp://x'}]", "services[s].probe: must be"),
        ("services: [{name: s, server: a, probe: 'http://u:hunter2@h/'}]", "services[s].probe"),
        ("hosts: []", "hosts: is not a known key"),
        ("[]", "estate.yaml: "),
        ("servers: [{name: a, name: b}]", "'name' stands twice"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_item(text: str, says: str) -> None:
    with pytest.raises(FileRefused) as refused:
        parse_estate(text)
    told = str(refused.value)
    assert told.startswith("estate.yaml: ")
    assert says in told
    assert told.isprintable()
    assert "hunter2" not in told


def test_a_circle_is_shown_and_what_leads_into_it_is_not_blamed() -> None:
    needs = {"a": ["b"], "b": ["c"], "c": ["a"], "innocent": ["a"]}
    items = ", ".join(f"{{name: {n}, server: h, depends_on: {d}}}" for n, d in needs.items())
    with pytest.raises(EstateRefused, match="a: depends on itself: a → b → c → a"):
        parse_estate(f"servers: [{{name: h}}]\nservices: [{items}]")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"\x00", b"a: &a [*a]", b"!!python/object:os.x {}"]
)
def test_what_is_no_yaml_text_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "estate.yaml"
    file.write_bytes(content)
    with pytest.raises(FileRefused, match=r"estate\.yaml: "):
        read_estate(file)


def test_a_file_too_large_or_a_folder_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(5_000_000)
    with pytest.raises(FileRefused, match="larger than"):
        read_estate(large)
    with pytest.raises(FileRefused, match="is a directory"):
        read_estate(tmp_path)


def test_the_digest_is_of_what_is_understood() -> None:
    reordered = parse_estate("services: []\nsingle_host: false\n# a note\nservers: [{name: a}]")
    assert estate_digest(reordered) == estate_digest(parse_estate("servers: [{name: a}]"))
    assert estate_digest(reordered) != estate_digest(parse_estate("servers: [{name: b}]"))


names = st.from_regex(r"[a-z][a-z0-9._-]{0,10}", fullmatch=True)
words = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20)


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """Any estate that fits together."""
    found = draw(st.lists(names, min_size=2, max_size=6, unique=True))
    cut = draw(st.integers(1, len(found) - 1))
    servers = tuple(
        Server(
            name=name,
            server_class=draw(names),
            exposure=draw(st.sampled_from(Exposure)),
            owner=draw(words),
            instances=(f"{name}:9100",),
            protected=draw(st.booleans()),
        )
        for name in found[:cut]
    )
    services = tuple(
        Service(
            name=name,
            server=draw(st.sampled_from(found[:cut])),
            process=draw(words),
            depends_on=tuple(draw(st.sets(st.sampled_from(found[cut:index]))))
            if index > cut
            else (),
        )
        for index, name in enumerate(found)
        if index >= cut
    )
    return Estate(servers=servers, services=services, single_host=draw(st.booleans()))


@settings(max_examples=60, deadline=None)
@given(estate=estates())
def test_any_estate_survives_being_written_down(estate: Estate) -> None:
    assert parse_estate(estate_text(estate)) == estate


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_an_estate_or_refused_in_a_line(text: str) -> None:
    try:
        parse_estate(text)
    except FileRefused as refused:
        assert "\n" not in str(refused)


ELSEWHERE = "servers: [{{name: s, address: 192.0.2.7, {said}}}]"
KEY = "ssh-ed25519 " + "A" * 68


def test_how_another_server_is_reached() -> None:
    said = f"port: 2222, user: watch, host_keys: ['{KEY}'], python: /opt/python3"
    (server,) = parse_estate(ELSEWHERE.format(said=said)).servers
    assert (server.port, server.user, server.python) == (2222, "watch", "/opt/python3")
    assert server.host_keys == (KEY,)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("user: root", "must not be root"),
        ("user: '-oProxyCommand=x'", "servers[s].user"),
        ("port: 0", "servers[s].port"),
        ("port: 65536", "servers[s].port"),
        ("host_keys: ['ssh-dss AAAA']", "servers[s].host_keys"),
        ("host_keys: ['* ssh-ed25519 AAAA']", "servers[s].host_keys"),
        ("python: python3", "servers[s].python"),
    ],
)
def test_what_ssh_must_never_be_told_is_refused(said: str, fault: str) -> None:
    with pytest.raises(EstateRefused, match=re.escape(fault)):
        parse_estate(ELSEWHERE.format(said=said))


@pytest.mark.parametrize("address", ["-oProxyCommand=touch", "a b", "a@b", "a;b", "$(id)", "a%b"])
def test_an_address_is_a_name_or_an_ip(address: str) -> None:
    with pytest.raises(EstateRefused, match="address"):
        parse_estate(f"servers: [{{name: s, address: '{address}'}}]")
