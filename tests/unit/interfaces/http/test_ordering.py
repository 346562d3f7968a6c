"""Orders over HTTP: anybody who signed in may stop; a yes and a release take a role."""

from pathlib import Path

import pytest

from tests.unit.interfaces.http.posting import READER, bearer, surface
from tests.unit.interfaces.standing import Installation, ask_for
from watchkeeper.bootstrap.people_settings import Person
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.governance.people import Role


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    people = []
    for name in ("alice", "bob"):
        token = tmp_path / name
        token.write_text(f"token of {name}")
        token.chmod(0o600)
        roles = (Role.APPROVER, Role.ADMINISTRATOR)
        people.append(Person(name=name, token_file=token, roles=roles))
    return Installation(Settings(people=tuple(people)))


async def test_whoever_engaged_it_does_not_release_it(place: Installation) -> None:
    async with surface(place) as web:
        alice, bob = (bearer(f"token of {name}") for name in ("alice", "bob"))
        assert (await web.client.post("/api/v1/kill")).status_code == 401
        assert not place.page.engaged()
        stopped = await web.client.post("/api/v1/kill", headers=alice, json={"reason": "fire"})
        assert (stopped.status_code, place.page.engaged()) == (200, True)
        own = await web.client.post("/api/v1/kill/release", headers=alice, json={"reason": "r"})
        assert (own.status_code, "MustBeAnother" in own.text) == (409, True)
        assert place.page.engaged()
        assert (await web.client.post("/api/v1/kill/release", headers=bob)).status_code == 200
        assert not place.page.engaged()


async def test_the_readers_token_stops_and_does_nothing_else(place: Installation) -> None:
    action = await ask_for(place.journal)
    async with surface(place) as web:
        said = {"digest": action.digest}
        path = "/api/v1/approvals/A1/approve"
        reader = bearer(READER)
        assert (await web.client.post(path, headers=reader, json=said)).status_code == 403
        good = await web.client.post(path, headers=bearer("token of bob"), json=said)
        assert (good.status_code, good.json()["by"]) == (200, "person:bob")
        body = {"scope": "class:web"}
        assert (await web.client.post("/api/v1/kill", headers=reader, json=body)).status_code == 200
        release = "/api/v1/kill/release"
        assert (await web.client.post(release, headers=reader, json=body)).status_code == 403
