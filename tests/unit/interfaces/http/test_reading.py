"""What may be read over HTTP, by whom, and that nobody else's page can ask."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.speakers import told
from tests.unit.interfaces.http.posting import READER, TOKEN, bearer, surface
from tests.unit.interfaces.standing import (
    ALICE,
    Installation,
    anomaly,
    begin_incident,
    raise_alert,
    say,
    write_up,
)
from watchkeeper.bootstrap.running import EstateCounts
from watchkeeper.domain.drift import DriftKind
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.events.authority import AUTHORITY, KillEngaged
from watchkeeper.domain.events.incidents import IncidentOpened, incident_stream
from watchkeeper.domain.events.sources import SourceLost, source_stream
from watchkeeper.interfaces.http.guard import own_names
from watchkeeper.interfaces.http.sign_in import LINK_LIFE, SESSION_LIFE, SignIn


@pytest.fixture
def place() -> Installation:
    return Installation()


async def test_it_is_healthy_at_once_and_ready_after_the_first_cycle(place: Installation) -> None:
    place.gauges.cycles = 0
    async with surface(place) as web:
        assert (await web.client.get("/healthz")).status_code == 200
        early = await web.client.get("/readyz")
        assert (early.status_code, "first cycle" in early.text) == (503, True)
        place.gauges.cycles = 1
        assert (await web.client.get("/readyz")).status_code == 200
        await place.journal.close()
        assert (await web.client.get("/readyz")).status_code == 503


async def test_incidents_are_read_with_the_readers_token_only(place: Installation) -> None:
    await begin_incident(place.journal)
    async with surface(place) as web:
        for token in ("", TOKEN, READER + "x"):
            assert (await web.get("/api/v1/incidents", token)).status_code == 401
        (incident,) = (await web.get("/api/v1/incidents")).json()
    assert incident["title"] == "service-down: shop on web-1"
    assert incident["cause"] == {"item": "shop", "confidence": 0.64}
    assert incident["actions"][0]["phase"] == "awaiting_approval"


async def test_an_incident_is_shown_with_its_timeline_and_write_up(place: Installation) -> None:
    await begin_incident(place.journal)
    await write_up(place.journal, "# What happened\nThe shop died.")
    async with surface(place) as web:
        shown = (await web.get("/api/v1/incidents/I1")).json()
        missing = await web.get("/api/v1/incidents/I9")
    assert shown["post_mortem"].startswith("# What happened")
    positions = [entry["position"] for entry in shown["timeline"]]
    assert positions == sorted(positions)
    assert {"incident.opened", "approval.requested"} <= {e["kind"] for e in shown["timeline"]}
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"


async def test_active_alerts_are_read_and_the_others_when_asked_for(place: Installation) -> None:
    await raise_alert(place.journal, details="the lines around it")
    async with surface(place) as web:
        (alert,) = (await web.get("/api/v1/alerts")).json()
        assert len((await web.get("/api/v1/alerts?state=all&limit=1")).json()) == 1
        story = (await web.get(f"/api/v1/alerts/{alert['fingerprint']}")).json()
        wrong = await web.get("/api/v1/alerts?state=loud")
    assert alert["series"] == ["probe_success{shop}"]
    assert story["details"] == "the lines around it"
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "/query/state"


async def test_metrics_say_how_the_watch_is(place: Installation) -> None:
    await begin_incident(place.journal)
    await raise_alert(place.journal)
    lost = SourceLost(source="host", reason="x")
    await told(place.journal, (Draft(stream=source_stream("host"), body=lost),))
    async with surface(place) as web:
        text = (await web.client.get("/metrics")).text
    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert numbers["watchkeeper_cycles_total"] == "3"
    assert numbers['watchkeeper_incidents_open{phase="acting"}'] == "1"
    assert numbers["watchkeeper_approvals_waiting"] == "1"
    assert numbers['watchkeeper_alerts_active{severity="critical"}'] == "1"
    assert numbers['watchkeeper_source_up{source="host"}'] == "0"
    assert float(numbers["watchkeeper_journal_entries"]) == len(place.disk.records)
    assert 'watchkeeper_loop_lag_seconds{quantile="0.99"}' in numbers
    for line in text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) \w+ .+|\w+(\{\w+=\"[^\"]*\"\})? [0-9.e+-]+", line), line


async def test_metrics_count_the_estate_and_what_does_not_fit(place: Installation) -> None:
    place.gauges.estate = EstateCounts(
        servers=3, services=2, unclassified=1, drift={DriftKind.CONFLICT: 4}
    )
    async with surface(place) as web:
        text = (await web.client.get("/metrics")).text
    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert numbers["watchkeeper_estate_servers"] == "3"
    assert numbers["watchkeeper_estate_services"] == "2"
    assert numbers["watchkeeper_estate_unclassified_servers"] == "1"
    assert numbers['watchkeeper_estate_drift{kind="conflict"}'] == "4"
    assert numbers['watchkeeper_estate_drift{kind="dangling"}'] == "0"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:80"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "chrome-extension://abc"}, 403),
    ],
)
async def test_another_sites_page_cannot_ask(
    place: Installation, headers: dict[str, str], status: int
) -> None:
    async with surface(place) as web:
        for path in ("/healthz", "/api/v1/incidents", "/"):
            answer = await web.client.get(path, headers=headers | bearer(READER))
            assert answer.status_code == status


async def test_its_own_pages_and_names_may(place: Installation) -> None:
    async with surface(place) as web:
        port = web.url.rpartition(":")[2]
        for name in ("127.0.0.1", "localhost", "[::1]", "LOCALHOST"):
            headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}
            assert (await web.client.get("/healthz", headers=headers)).status_code == 200


def test_an_ipv6_listener_is_called_in_brackets() -> None:
    assert "[::1]:8600" in own_names("::1", 8600)


async def test_the_page_is_opened_by_a_link_that_works_once(place: Installation) -> None:
    await begin_incident(place.journal)
    await place.journal.append(ALICE, (Draft(stream=AUTHORITY, body=KillEngaged(scope="all")),))
    async with surface(place) as web:
        link = f"/sign-in/{web.doors.sign_in.link()}"
        assert (await web.client.get("/")).status_code == 401
        opened = await web.client.get(link)
        cookie = opened.headers["set-cookie"]
        assert opened.status_code == 303
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        page = await web.client.get("/")  # the client keeps the cookie
        assert page.status_code == 200
        assert (await web.client.get("/api/v1/incidents")).status_code == 200
        web.client.cookies.clear()
        assert (await web.client.get(link)).status_code == 401
    assert "service-down: shop on web-1" in page.text
    assert "kill switch is engaged" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_names_from_outside_are_escaped_on_the_page(place: Installation) -> None:
    nasty = replace(anomaly(), part="<script>alert(1)</script>")
    opened = IncidentOpened(server="web-1", alert="a", anomalies=(nasty,))
    await say(place.journal, incident_stream("I2"), (opened,))
    async with surface(place) as web:
        text = (await web.get("/")).text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_links_and_sessions_lapse(place: Installation) -> None:
    sign_in = SignIn(place.clock)
    late = sign_in.link()
    place.clock.advance(LINK_LIFE + timedelta(seconds=1))
    assert sign_in.opened(late) is None
    session = sign_in.opened(sign_in.link())
    assert session is not None
    assert sign_in.knows(session)
    assert not sign_in.knows("")
    place.clock.advance(SESSION_LIFE)
    assert not sign_in.knows(session)


async def test_the_api_describes_itself(place: Installation) -> None:
    async with surface(place) as web:
        schema = (await web.client.get("/openapi.json")).json()
    webhook = schema["paths"]["/api/v1/webhooks/alertmanager"]["post"]
    assert webhook["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Webhook"
    }
    assert webhook["security"] == [{"token": []}, {"signature": []}]
    defined = set(schema["components"]["schemas"])
    referred = set(re.findall(r"#/components/schemas/(\w+)", str(schema)))
    assert referred <= defined


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/nowhere", 404), ("DELETE", "/healthz", 405), ("GET", "/api/v1/events", 405),
])  # fmt: skip
async def test_what_is_not_there_is_a_problem_too(
    place: Installation, method: str, path: str, status: int
) -> None:
    async with surface(place) as web:
        answer = await web.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
