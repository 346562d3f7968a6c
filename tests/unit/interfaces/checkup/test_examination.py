"""The check-up: what is missing is found, and it is said how to mend it."""

import asyncio
import importlib.util
import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.loopback import Request, always, answer, as_json, loopback
from tests.unit.interfaces.cli.speaking import written
from tests.unit.interfaces.standing import raise_alert
from watchkeeper.bootstrap.data_directory import prepared
from watchkeeper.bootstrap.http_settings import Http
from watchkeeper.bootstrap.opening import kill_page
from watchkeeper.bootstrap.settings import Settings, load_settings
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.interfaces.checkup import configuration, data, machine, reach
from watchkeeper.interfaces.checkup.examination import examined
from watchkeeper.interfaces.checkup.finding import Colour, Finding
from watchkeeper.interfaces.checkup.receivers import receivers


def colours(findings: list[Finding]) -> dict[str, Colour]:
    """The worst of each check."""
    order = list(Colour)
    worst: dict[str, Colour] = {}
    for finding in findings:
        before = worst.get(finding.check, Colour.GREEN)
        worst[finding.check] = max(before, finding.colour, key=order.index)
    return worst


def config(folder: Path, text: str) -> Path:
    file = folder / "watchkeeper.yaml"
    file.write_text(text)
    return file


def test_every_finding_that_is_not_green_says_how_to_mend_it(tmp_path: Path) -> None:
    text = "estate: estate.yaml\nhttp: {listen: '127.0.0.1:0'}\n"
    (tmp_path / "estate.yaml").write_text("servers: [{name: a}]\nservices: [{name: s, server: a}]")
    findings = list(examined(config(tmp_path, text), tmp_path / "data"))
    assert all(finding.cure for finding in findings if finding.colour is not Colour.GREEN)
    seen = colours(findings)
    assert seen["python"] is Colour.GREEN
    assert seen["configuration"] is Colour.GREEN
    assert seen["data directory"] is Colour.YELLOW
    assert seen["estate"] is Colour.YELLOW
    assert seen["source host"] is Colour.GREEN
    assert seen["watch"] is Colour.YELLOW


def test_secrets_are_green_only_when_all_of_them_are(tmp_path: Path) -> None:
    """One that is missing must not stand beside a line that says all is well."""
    (tmp_path / "there").touch(mode=0o600)
    (tmp_path / "there").write_text("secret")
    told = "alert_sources: [{name: a, token_file: %s, targets: [x]}]"
    for name, colour in (("there", Colour.GREEN), ("nowhere", Colour.RED)):
        settings = load_settings(config(tmp_path, told % name))
        assert [f.colour for f in configuration.secrets(settings)] == [colour]


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("htp: 1", "configuration"),
        ("estate: nowhere.yaml", "configuration"),
        ("alert_sources: [{name: a, token_file: nowhere, targets: [x]}]", "secrets"),
        ("sources: [{kind: prometheus, url: 'http://127.0.0.1:1'}]", "source prometheus"),
    ],
)
def test_what_will_not_work_is_red(tmp_path: Path, text: str, check: str) -> None:
    if "estate" not in text:
        text += "\nestate: estate.yaml"
        (tmp_path / "estate.yaml").write_text("servers: []")
    assert colours(list(examined(config(tmp_path, text), tmp_path)))[check] is Colour.RED


def test_a_journal_is_opened_and_its_head_compared(tmp_path: Path) -> None:
    home = tmp_path / "data"
    asyncio.run(written(home, raise_alert))
    assert colours(list(data.journal(home))) == {"journal": Colour.GREEN}
    assert colours(list(data.kill_switch(home))) == {"kill switch": Colour.GREEN}
    kill_page(home).engage()
    assert colours(list(data.kill_switch(home))) == {"kill switch": Colour.YELLOW}


def test_a_journal_whose_head_was_changed_is_red(tmp_path: Path) -> None:
    home = tmp_path / "data"
    asyncio.run(written(home, raise_alert))
    for noted in home.glob("journal.head*"):
        noted.write_text(re.sub("[0-9a-f]{64}", "0" * 64, noted.read_text()))
    assert colours(list(data.journal(home))) == {"journal": Colour.RED}
    for noted in home.glob("journal.head*"):
        noted.unlink()
    assert colours(list(data.journal(home))) == {"journal": Colour.YELLOW}


def test_a_data_directory_that_others_may_look_into_is_red(tmp_path: Path) -> None:
    home = prepared(tmp_path / "data")
    assert colours(list(data.permissions(home))) == {"data directory": Colour.GREEN}
    home.chmod(0o755)
    (found,) = data.permissions(home)
    assert (found.colour, found.cure) == (Colour.RED, f"chmod 700 {home}")
    (tmp_path / "file").touch()
    assert colours(list(data.permissions(tmp_path / "file"))) == {"data directory": Colour.RED}


def test_a_variable_that_looks_like_a_setting_and_is_none_is_told() -> None:
    variables = {
        "WATCHKEEPER_HTPP__LISTEN": "x",
        "WATCHKEEPER_HTTP__LISTEN": "x",
        "WATCHKEEPER_DATA_DIR": "x",
        "OTHER": "x",
    }
    (found,) = configuration.environment(Settings(), variables)
    assert "WATCHKEEPER_HTPP__LISTEN" in found.found


def test_what_does_not_fit_among_the_estate_s_sources_is_told(tmp_path: Path) -> None:
    (tmp_path / "estate.yaml").write_text("servers: [{name: a, class: web}]")
    (tmp_path / "servers.csv").write_text("name,class\na,toys\n")
    text = (
        "estate: estate.yaml\nestate_sources: [{kind: csv, servers: servers.csv}, "
        "{kind: prometheus, source: prom}]\n"
        "sources: [{kind: prometheus, name: prom, url: 'http://127.0.0.1:1'}]\n"
        "http: {listen: '127.0.0.1:0'}\n"
    )
    findings = list(examined(config(tmp_path, text), tmp_path / "data"))
    told = {finding.found: finding.colour for finding in findings if finding.check == "estate"}
    assert told["sources disagree, the first is believed: a"] is Colour.YELLOW
    assert told["sources that do not answer: prom"] is Colour.RED


def test_an_estate_that_is_only_half_written_is_told_item_by_item() -> None:
    estate = Estate(
        servers=(Server(name="a"), Server(name="far", server_class="web", address="10.0.0.1")),
        services=(Service(name="s", server="a"), *_many(8)),
    )
    told = " ".join(finding.found for finding in configuration.estate(estate))
    assert "without a class, never acted on alone: a" in told
    assert "without a unit, not to be restarted: s, m0, m1, m2, m3 and 4 more" in told
    assert "unknown to every metric source: far" in told


def _many(count: int) -> list[Service]:
    return [Service(name=f"m{n}", server="a", probe="tcp://h:1") for n in range(count)]


def test_little_space_is_yellow_and_none_is_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, colour in ((2e9, Colour.GREEN), (5e8, Colour.YELLOW), (5e7, Colour.RED)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: Usage(free))
        assert colours(list(machine.disk(tmp_path / "not" / "there"))) == {"disk": colour}


class Usage:
    """As much free space as a test says."""

    def __init__(self, free: float) -> None:
        self.free = int(free)


def test_the_machine_is_asked_about_itself() -> None:
    for check in (machine.python, machine.clock, machine.init_system, machine.ansible):
        (found,) = check()
        assert found.found


def test_without_ansible_nothing_can_be_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert colours(list(machine.ansible())) == {"ansible": Colour.RED}


def test_a_taken_address_is_red() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(http=Http(listen=f"127.0.0.1:{taken.getsockname()[1]}"))
        (found,) = reach.watch(settings, Path("/nowhere"))
    assert found.colour is Colour.RED
    assert "Address already in use" in found.found


async def test_a_source_that_answers_nonsense_is_red(tmp_path: Path) -> None:
    async with loopback(always(answer(b"<html>not prometheus</html>"))) as url:
        text = f"sources: [{{kind: prometheus, url: '{url}'}}]"
        settings = load_settings(config(tmp_path, text))
        found = await asyncio.to_thread(lambda: list(reach.sources(settings, Estate())))
    assert colours(found) == {"source prometheus": Colour.RED}


def empty(_: Request) -> bytes:
    """A Prometheus that knows nothing of whatever is asked."""
    return as_json({"status": "success", "data": {"resultType": "vector", "result": []}})


def knows(instance: str) -> Callable[[Request], bytes]:
    """A Prometheus whose only target is up."""

    def told(request: Request) -> bytes:
        if "(up)" not in request.parameters["query"]:
            return empty(request)
        sample = {"metric": {"instance": instance}, "value": [0, "1"]}
        return as_json({"status": "success", "data": {"resultType": "vector", "result": [sample]}})

    return told


async def looked(tmp_path: Path, answered: Callable[[Request], bytes]) -> list[Finding]:
    """What the check-up says of one Prometheus and an estate of one server and one service."""

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answered(request))

    estate = Estate(
        servers=(Server(name="web-1", instances=("web-1:9100",)),),
        services=(Service(name="shop", server="web-1", probe="http://web-1/"),),
    )
    async with loopback(respond) as url:
        text = f"sources: [{{kind: prometheus, url: '{url}'}}]"
        settings = load_settings(config(tmp_path, text))
        return await asyncio.to_thread(lambda: list(reach.sources(settings, estate)))


async def test_a_source_that_knows_nothing_of_the_estate_is_not_green(tmp_path: Path) -> None:
    found = await looked(tmp_path, empty)
    assert [finding.colour for finding in found] == [Colour.YELLOW] * 3
    assert "knows nothing of the estate" in found[0].found
    assert "servers that no source knows: web-1" in found[1].found
    assert "services that no source probes: shop" in found[2].found


async def test_what_a_source_calls_by_another_name_is_told(tmp_path: Path) -> None:
    found = await looked(tmp_path, knows("10.0.0.7:9100"))
    assert any("1 unlisted instances: 10.0.0.7:9100" in finding.found for finding in found)
    known = await looked(tmp_path, knows("web-1:9100"))
    assert known[0].colour is Colour.GREEN
    assert not any("no source knows" in finding.found for finding in known)


@pytest.mark.parametrize(
    ("status", "cure"), [(401, "bearer_token_file"), (404, "the path"), (503, "start it")]
)
async def test_how_a_source_fails_decides_the_cure(tmp_path: Path, status: int, cure: str) -> None:
    (found,) = await looked(tmp_path, lambda _: answer(b"no", status=status))
    assert found.colour is Colour.RED
    assert f"answers {status}" in found.found
    assert cure in found.cure


def test_the_snippet_for_alertmanager_names_the_address_and_the_token(tmp_path: Path) -> None:
    text = "alert_sources: [{name: a, token_file: t, targets: [x]}]\nhttp: {listen: '127.0.0.1:9'}"
    snippet = receivers(load_settings(config(tmp_path, text)))
    assert "url: http://127.0.0.1:9/api/v1/webhooks/alertmanager" in snippet
    assert f"credentials_file: {tmp_path}/t" in snippet
    assert "alert_sources:" in receivers(Settings())
