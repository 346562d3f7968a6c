"""Secrets planted wherever a secret may be; afterwards none lies where it does not belong."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from tests.acceptance.conftest import Built
from tests.acceptance.rig.estate import SERVER, Estate, Member
from tests.acceptance.rig.receiver import Receiver
from tests.acceptance.rig.waiting import until
from tests.acceptance.rig.watchkeeper import SETTLED, Watchkeeper
from watchkeeper.domain.masking import MASK

pytestmark = [
    pytest.mark.long,
    pytest.mark.live("prometheus"),
    pytest.mark.live("ansible"),
    pytest.mark.live("nginx"),
]

LISTS = ("alerts", "incidents", "approvals", "runbooks", "servers", "changes", "policies")


@dataclass
class Canaries:
    """Unique words, each known by the place where it was planted."""

    planted: dict[str, str] = field(default_factory=dict)

    def new(self, place: str) -> str:
        self.planted[place] = f"canary{secrets.token_hex(12)}"
        return self.planted[place]

    def file(self, folder: Path, place: str, around: str = "{}") -> str:
        path = folder / f"{place}.secret"
        path.touch(mode=0o600)
        path.write_text(around.format(self.new(place)))
        return str(path)

    def found_in(self, content: bytes) -> set[str]:
        """The places of those that the content gives away, plain or in base64."""
        return {
            place
            for place, word in self.planted.items()
            if any(form in content for form in _forms(word))
        }


def _forms(word: str) -> Iterator[bytes]:
    """A word as it may stand somewhere: plain, and in base64 wherever it begins in a text."""
    yield word.encode()
    for shift in range(3):
        whole = base64.b64encode(b"x" * shift + word.encode() + b"xx")
        yield whole[4:-4]


@dataclass
class Story:
    """A whole installation with canaries, and everything that came out of it."""

    watchkeeper: Watchkeeper
    canaries: Canaries
    said: list[tuple[str, bytes]] = field(default_factory=list)

    def speak(self, *verb: str) -> None:
        """A verb in every format; whatever it says is kept."""
        for form in ("table", "json", "yaml"):
            answered = subprocess.run(
                [
                    *(*self.watchkeeper.program.arguments[:3], *verb, "--output", form),
                    *("--data-dir", str(self.watchkeeper.data_dir), "--debug"),
                    *("--config", str(self.watchkeeper.configuration)),
                ],
                capture_output=True,
                timeout=60,
                stdin=subprocess.DEVNULL,
                env=os.environ | self.watchkeeper.program.environment,
            )
            self.said.append((" ".join((*verb, form)), answered.stdout + answered.stderr))

    def ask(self, path: str, body: bytes = b"", **headers: str) -> int:
        """An HTTP request; its answer is kept."""
        asked = urllib.request.Request(
            f"http://{self.watchkeeper.listen}{path}",
            data=body or None,
            headers={key.replace("_", "-"): value for key, value in headers.items()},
        )
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                status, told = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, told = refused.code, refused.read()
        self.said.append((path, told))
        return int(status)

    def leaks(self) -> dict[str, set[str]]:
        """Where which canary was found: in what was said, and in every file that was written."""
        data_dir = self.watchkeeper.data_dir
        written = [path for path in data_dir.rglob("*") if path.is_file()]
        files = [*written, self.watchkeeper.program.log]
        everything = self.said + [(str(path), path.read_bytes()) for path in files]
        assert any(name.endswith("journal.db") for name, _ in everything)
        found = {name: self.canaries.found_in(content) for name, content in everything}
        return {name: places for name, places in found.items() if places}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def estate(built: Built) -> Estate:
    return built({"docs": Member()})


@pytest.fixture
def story(folder: Path, estate: Estate, receiver: Receiver) -> Iterator[Story]:
    canaries = Canaries()
    watchkeeper = Watchkeeper(folder)
    estate.alertmanager_token = canaries.new("bearer token of an alert source")
    configuration = estate.write(folder, listen=watchkeeper.listen)
    settings = yaml.safe_load(configuration.read_text())
    url = estate.metrics.url
    settings["sources"][0]["bearer_token_file"] = canaries.file(folder, "prometheus-token")
    settings["sources"].append(
        {
            **{"kind": "prometheus", "name": "second", "url": url},
            **{"username": "watch", "password_env": "SECOND_PASSWORD"},
        }
    )
    settings["alert_sources"].append(
        {
            "name": "signing",
            "hmac_secret_file": canaries.file(folder, "hmac"),
            "targets": [SERVER],
        }
    )
    settings["heartbeat"] = {
        "url_file": canaries.file(folder, "ping", receiver.url + "/{}"),
        "every_seconds": 2,
    }
    settings["notifications"] = {
        "url_file": canaries.file(folder, "pages", receiver.url + "/{}"),
        "bearer_token_file": canaries.file(folder, "pages-token"),
    }
    configuration.write_text(yaml.safe_dump(settings))
    watchkeeper.program.environment |= {
        "SECOND_PASSWORD": canaries.new("basic password in the environment"),
        "DATABASE_PASSWORD": canaries.new("somebody else's variable"),
    }
    try:
        watchkeeper.start()
        yield Story(watchkeeper=watchkeeper, canaries=canaries)
    finally:
        watchkeeper.stop()
        watchkeeper.end_leftovers()


def alert(canaries: Canaries, instance: str) -> bytes:
    """As Alertmanager posts it, with secrets in everything that a rule may put a text into."""
    told = {
        "status": "firing",
        "labels": {"alertname": "Down", "instance": instance, "token": canaries.new("a label")},
        "annotations": {
            "summary": f"down: password={canaries.new('an annotation')}",
            "description": f"Authorization: Bearer {canaries.new('a header in an annotation')}",
        },
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": f"http://user:{canaries.new('a password in an address')}@prom/graph",
        "fingerprint": secrets.token_hex(8),
    }
    body = {
        **{"version": "4", "groupKey": "g", "truncatedAlerts": 0, "status": "firing"},
        **{"receiver": "r", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}},
        **{"externalURL": "http://am", "alerts": [told]},
    }
    return json.dumps(body).encode()


def resolved(firing: bytes) -> bytes:
    today = time.strftime("%Y-%m-%d", time.gmtime()).encode()
    return firing.replace(b'"firing"', b'"resolved"').replace(b"0001-01-01", today)


def event(canaries: Canaries) -> bytes:
    return json.dumps(
        {
            "id": "deploy-1",
            "event": "deployment",
            "item": "docs",
            "happened_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "text": f"deployed with api_key={canaries.new('an event')}",
        }
    ).encode()


def test_nothing_that_was_planted_comes_out(story: Story, estate: Estate) -> None:
    canaries, watchkeeper = story.canaries, story.watchkeeper
    docs = estate["docs"]

    # Secrets in what it reads of the world: logs, process arguments, what a job says.
    with docs.error_log.open("a") as log:
        log.write(f"2026/01/01 00:00:00 [error] login failed password={canaries.new('a log')}\n")
        log.write(f'[error] {{"db_password": "{canaries.new("a log in JSON")}"}}\n')
    docs.says_on_start(f"connecting with secret={canaries.new('what a job says')}")
    worker = subprocess.Popen(
        ["sh", "-c", "sleep 120; :", "nginx", "--password", canaries.new("process arguments")],
        start_new_session=True,
    )

    docs.kill_group()

    # Secrets in what it is sent: an alert, a signed event, requests that it refuses.
    bearer = {"Authorization": f"Bearer {canaries.planted['bearer token of an alert source']}"}
    posting = {"Content_Type": "application/json"}
    hook = "/api/v1/webhooks/alertmanager"
    firing = alert(canaries, docs.probe)
    assert story.ask(hook, firing, **bearer, **posting) in (200, 207)
    body, at = event(canaries), str(int(time.time()))
    key = canaries.planted["hmac"].encode()
    signature = hmac.new(key, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    signed = {"X_Watchkeeper_Signature": f"t={at},v1={signature}"}
    assert story.ask("/api/v1/events", body, **signed, **posting) in (200, 207)
    wrong = {"Authorization": f"Bearer {canaries.new('a token that is refused')}"}
    assert story.ask(hook, b"{}", **wrong, **posting) == 401
    assert story.ask(hook, b'{"token": "' + canaries.new("a broken body").encode(), **bearer) >= 400

    # A whole incident: evidence, an approval with a reason, an action, its end.
    asked = watchkeeper.until_approval(within=60)
    story.speak("approvals", "show", asked["id"])
    story.speak("explain", asked["id"])
    said = f"as agreed, password={canaries.new('a reason')}"
    watchkeeper.do("policies", "grant", asked["runbook"], "web", "act-and-notify", "--reason", said)
    assert story.ask(hook, resolved(firing), **bearer, **posting) in (200, 207)
    done: set[str] = set()

    def settled() -> bool:
        for further in watchkeeper.approvals():
            if further["id"] not in done:
                done.add(further["id"])
                watchkeeper.do("approve", further["id"])
        return watchkeeper.incident(asked["incident"])["phase"] in SETTLED

    until(settled, within=120, what="the incident settled", every=1)
    story.speak("incidents", "show", asked["incident"])

    says_all_about_itself(story, estate)
    worker.terminate()
    worker.wait(10)
    watchkeeper.kill()  # a death without a farewell

    journal = b"".join(path.read_bytes() for path in watchkeeper.data_dir.glob("journal.db*"))
    assert MASK.encode() in journal, "it was read, and masked"
    assert len(canaries.planted) >= 18
    assert len(story.said) > 50
    assert story.leaks() == {}


def says_all_about_itself(story: Story, estate: Estate) -> None:
    """Every list, every page, and what it says of a file that it cannot read."""
    watchkeeper = story.watchkeeper
    for noun in LISTS:
        story.speak(noun, "list")
    story.speak("kill", "status")
    story.speak("doctor")
    story.speak("audit", "verify")
    token = (watchkeeper.data_dir / "api-token").read_text().strip()
    for path in ("/", "/metrics", "/openapi.json", "/readyz", "/api/v1/incidents"):
        story.ask(path, Authorization=f"Bearer {token}")
    (estate.folder / "estate.yaml").write_text("servers: [{name: a, class: [}]")
    story.speak("reload")
    story.speak("doctor")


def test_the_net_catches_a_fish(story: Story) -> None:
    """A canary that is said plainly, or in base64, or written into a file is found."""
    word = story.canaries.planted["hmac"]
    story.said.append(("plain", f"x{word}y".encode()))
    story.said.append(("base64", base64.b64encode(f"watch:{word}".encode())))
    (story.watchkeeper.data_dir / "left").write_text(word)
    leaks = story.leaks()
    assert {name.rsplit("/")[-1] for name in leaks} >= {"plain", "base64", "left"}
    assert all(places == {"hmac"} for places in leaks.values())
