"""The program as its user runs it: processes of their own, real signals, real exit codes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_SECONDS = 30.0  # on a machine that does other work too


def environment(folder: Path) -> dict[str, str]:
    """The environment of a user who has configured nothing."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("WATCHKEEPER_")}
    return kept | {"XDG_CONFIG_HOME": str(folder / "no-config"), "HOME": str(folder)}


def run(folder: Path, *verb: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "watchkeeper", *verb],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env=environment(folder),
        cwd=folder,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def watching(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`watchkeeper up`, from its first answer to the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "watchkeeper", "up", "--data-dir", str(folder / "data"), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
        env=environment(folder),
        cwd=folder,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until_ready(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail("never ready")


def configured(folder: Path, port: int) -> Path:
    estate = folder / "estate.yaml"
    estate.write_text("servers: [{name: here, class: web}]\n")
    file = folder / "watchkeeper.yaml"
    file.write_text(
        "estate: estate.yaml\nsources: [{kind: host}]\n"
        f"monitoring: {{cycle_seconds: 1}}\nhttp: {{listen: '127.0.0.1:{port}'}}\n"
    )
    return file


def test_the_version_is_told_at_once(tmp_path: Path) -> None:
    """The bar is half a second on an idle machine; what is held here is what makes it so."""
    told = run(tmp_path, "--version")
    assert told.stdout.startswith("watchkeeper ")
    light = "import sys, watchkeeper.interfaces.cli.tree; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", light], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"numpy", "sqlalchemy", "fastapi", "uvicorn", "pydantic", "psutil", "rich", "yaml"}
    assert not heavy & set(loaded), "help is shown without any of these"


def test_help_names_every_noun(tmp_path: Path) -> None:
    told = run(tmp_path, "--help")
    assert told.returncode == 0
    for noun in (
        *("up", "demo", "init", "doctor", "status", "reload", "alerts", "incidents", "approvals"),
        *("approve", "deny", "explain", "kill", "policies", "runbooks", "servers", "changes"),
        *("audit", "journal"),
    ):
        assert noun in told.stdout


def test_an_error_is_one_line_and_debug_shows_the_rest(tmp_path: Path) -> None:
    verb = ("incidents", "list", "--data-dir", str(tmp_path / "nowhere"))
    told = run(tmp_path, *verb)
    assert (told.returncode, told.stdout) == (3, "")
    assert told.stderr.count("\n") == 1
    assert told.stderr.startswith("watchkeeper: ")
    debugged = run(tmp_path, *verb, "--debug")
    assert debugged.returncode == 3
    assert "Traceback" in debugged.stderr


def test_usage_is_2(tmp_path: Path) -> None:
    told = run(tmp_path, "incident", "list")
    assert told.returncode == 2
    assert "Did you mean 'incidents'" in told.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watch_runs_takes_orders_and_stops_on_a_signal(
    tmp_path: Path, number: signal.Signals
) -> None:
    port = free_port()
    options = ("--config", str(configured(tmp_path, port)))
    data = ("--data-dir", str(tmp_path / "data"))
    with watching(tmp_path, *options) as process:
        until_ready(port)
        status = json.loads(run(tmp_path, "status", *data, "--output", "json").stdout)
        assert (status["pid"], status["servers"]) == (process.pid, 1)

        second = run(tmp_path, "up", *options, *data)
        assert second.returncode == 3
        assert second.stderr.count("\n") == 1
        assert f"process {process.pid} watches here already" in second.stderr

        granted = run(tmp_path, "policies", "grant", "restart-dead-service", "web", "act", *data)
        assert granted.returncode == 0, granted.stderr
        assert run(tmp_path, "kill", "engage", *data).returncode == 0
        killed = json.loads(run(tmp_path, "kill", "status", *data, "--output", "json").stdout)
        assert (killed["engaged"], killed["journal"], killed["page"]) == (True, True, True)

        estate = tmp_path / "estate.yaml"
        estate.write_text("servers: [{name: here, class: web}, {name: there}]\n")
        assert "2 servers" in run(tmp_path, "reload", *data).stdout
        estate.write_text("servers: 7\n")
        broken = run(tmp_path, "reload", *data)
        assert (broken.returncode, "estate.yaml: servers" in broken.stdout) == (1, True)
        status = json.loads(run(tmp_path, "status", *data, "--output", "json").stdout)
        assert status["servers"] == 2, "the old one stays in force"

        process.send_signal(number)
        out, err = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 0, err
    assert "/sign-in/" in out
    assert "stopped; the journal is closed" in out
    assert "Traceback" not in err
    assert not (tmp_path / "data" / "watchkeeper.sock").exists()
    assert run(tmp_path, "audit", "verify", *data).returncode == 0
    grants = json.loads(run(tmp_path, "policies", "list", *data, "--output", "json").stdout)
    assert [grant["level"] for grant in grants] == ["act"]


def test_a_taken_address_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        file = configured(tmp_path, taken.getsockname()[1])
        told = run(tmp_path, "up", "--config", str(file), "--data-dir", str(tmp_path / "data"))
    assert told.returncode == 3
    assert "Address already in use" in told.stderr
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("http: {listen: '0.0.0.0:8600'}", "there is no sign-in yet"),
        ("estate: missing.yaml", "missing.yaml: no such file"),
        ("alert_sources: [{name: a, token_file: nix, targets: [x]}]", "no such file"),
    ],
)
def test_a_watch_does_not_begin_on_a_wrong_configuration(
    tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "watchkeeper.yaml").write_text(text)
    told = run(tmp_path, "up", "--config", "watchkeeper.yaml", "--data-dir", str(tmp_path / "data"))
    assert told.returncode == 3
    assert says in told.stderr
    assert told.stderr.count("\n") == 1, told.stderr


def test_init_writes_what_doctor_and_up_can_use(tmp_path: Path) -> None:
    config = tmp_path / "wk" / "watchkeeper.yaml"
    made = run(tmp_path, "init", "--config", str(config), "--watch-only", "--yes")
    assert made.returncode == 0, made.stderr
    assert "credentials_file" in made.stdout
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in config.parent.iterdir()}
    assert modes == {
        "watchkeeper.yaml": "0o600",
        "estate.yaml": "0o600",
        "alertmanager.token": "0o600",
    }
    assert "watch_only: true" in config.read_text()
    again = run(tmp_path, "init", "--config", str(config), "--yes")
    assert again.returncode == 3
    assert "is there already" in again.stderr
    data = ("--config", str(config), "--data-dir", str(tmp_path / "data"))
    doctor = run(tmp_path, "doctor", *data, "--output", "json")
    report = json.loads(doctor.stdout)
    colours = {finding["check"]: finding["colour"] for finding in report["findings"]}
    assert colours["configuration"] == "green"
    assert colours["source host"] == "green"
    assert "alertmanager.token" in report["receivers"]
    port = free_port()
    config.write_text(config.read_text().replace("127.0.0.1:8600", f"127.0.0.1:{port}"))
    with watching(tmp_path, "--config", str(config)):
        until_ready(port)
        status = json.loads(run(tmp_path, "status", *data, "--output", "json").stdout)
    assert status["runbooks"] == 0, "it only watches"
