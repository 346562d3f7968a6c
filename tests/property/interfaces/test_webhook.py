"""Whatever is posted: an answer in a line, and nobody is spoken for who may not be."""

import asyncio
import json
from typing import Any

import httpx2
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.interfaces.http.posting import (
    DEPLOYMENT,
    EVENTS,
    FIRING,
    READER,
    TOKEN,
    VOICES,
    WEBHOOK,
    group,
)
from tests.unit.interfaces.standing import Installation
from watchkeeper.adapters.memory.journal import Disk
from watchkeeper.domain.events.alerts import AlertRaised
from watchkeeper.domain.events.sources import EventReceived
from watchkeeper.interfaces.http.application import application
from watchkeeper.interfaces.http.doors import Doors, doors_of
from watchkeeper.interfaces.http.sign_in import SignIn

FAST = settings(max_examples=60, deadline=None)

texts = st.text(max_size=40) | st.sampled_from(
    ["\x00", "\x1b[2J", "‮", "é" * 300, "127.0.0.1:9100", "127.0.0.1:9200", "'; --", "{{7*7}}"]
)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
times = texts | st.datetimes().map(lambda at: at.isoformat() + "Z") | st.sampled_from(
    ["2026-11-24T03:58:28.133777642Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)  # fmt: skip


def changed(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A good object with some of its fields replaced by anything, and some left out."""
    fields = sorted(whole)
    replaced = st.dictionaries(st.sampled_from(fields), anything | times, max_size=3)
    dropped = st.sets(st.sampled_from(fields), max_size=2)
    return st.builds(
        lambda new, gone: {k: v for k, v in (whole | new).items() if k not in gone},
        replaced,
        dropped,
    )


class Post:
    """The application without a network, told to by a source that has proved itself."""

    def __init__(self) -> None:
        self.place = Installation()
        doors = doors_of(self.place.running, READER, SignIn(self.place.clock))
        self.app = application(Doors(**{**vars(doors), "voices": VOICES}))

    def afresh(self) -> "Post":
        """With an empty journal."""
        vars(self.place.disk).update(vars(Disk()))
        return self

    def __call__(self, path: str, content: bytes) -> httpx2.Response:
        return asyncio.run(self._post(path, content))

    async def _post(self, path: str, content: bytes) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=True)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(transport=transport, base_url="http://watch") as client:
            return await client.post(path, content=content, headers=headers)


POST = Post()


def is_an_answer(answer: httpx2.Response) -> None:
    """One of the answers that are promised, and every fault with its place."""
    assert answer.status_code in (200, 207, 400, 413, 422), answer.text
    body = answer.json()
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert body["title"]
    for fault in body.get("errors", []):
        assert fault["detail"]
        assert fault["pointer"] == "" or fault["pointer"].startswith("/")
    assert answer.text.isprintable(), "nothing that an answer repeats steers a terminal"


def only_its_own(place: Installation) -> None:
    """The source may speak for web-1, and for nobody else."""
    for entry in place.entries():
        assert str(entry.actor) == "source:alertmanager"
        match entry.body:
            case AlertRaised() as alert:
                assert alert.server == "web-1"
                assert alert.anomalies[0].part in ("", "shop")
                assert alert.started_at <= place.clock.now()
                assert alert.anomalies[0].rule.isprintable()
            case EventReceived(item=item):
                assert item in ("web-1", "shop")


@FAST
@given(alerts=st.lists(changed(FIRING) | anything, max_size=5))
def test_any_batch_of_alerts_is_answered(alerts: list[Any]) -> None:
    post = POST.afresh()
    answer = post(WEBHOOK, json.dumps(group(*alerts)).encode())
    is_an_answer(answer)
    only_its_own(post.place)
    told = answer.json()
    assert len(post.place.disk.records) == told.get("accepted", 0)


@FAST
@given(alerts=st.lists(changed(FIRING), max_size=4))
def test_repeating_a_request_never_changes_anything(alerts: list[Any]) -> None:
    """Resolved ones among them included: only the last word about a fingerprint counts."""
    post = POST.afresh()
    content = json.dumps(group(*alerts)).encode()
    post(WEBHOOK, content)
    before = list(post.place.disk.records)
    again = post(WEBHOOK, content)
    assert again.json().get("accepted", 0) == 0
    assert post.place.disk.records == before


@FAST
@given(events=changed(DEPLOYMENT) | st.lists(changed(DEPLOYMENT) | anything, max_size=4))
def test_any_event_is_answered(events: Any) -> None:
    post = POST.afresh()
    content = json.dumps(events).encode()
    answer = post(EVENTS, content)
    is_an_answer(answer)
    only_its_own(post.place)
    assert post(EVENTS, content).json().get("accepted", 0) == 0


@FAST
@given(body=anything)
def test_any_json_is_answered(body: Any) -> None:
    post = POST.afresh()
    for path in (WEBHOOK, EVENTS):
        is_an_answer(post(path, json.dumps(body).encode()))
    assert post.place.disk.records == []


@FAST
@given(content=st.binary(max_size=300), cut=st.integers(min_value=0, max_value=400))
def test_any_bytes_are_answered(content: bytes, cut: int) -> None:
    post = POST.afresh()
    is_an_answer(post(WEBHOOK, content))
    is_an_answer(post(WEBHOOK, json.dumps(group(FIRING)).encode()[:cut]))


@FAST
@given(text=st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "L"]), max_size=20))
def test_escaped_halves_of_characters_are_answered(text: str) -> None:
    """JSON may escape half a surrogate pair; nobody can store it as UTF-8."""
    labels = {"instance": "127.0.0.1:9100", "alertname": text, text: text}
    body = group(FIRING | {"labels": labels})
    is_an_answer(POST.afresh()(WEBHOOK, json.dumps(body, ensure_ascii=True).encode()))
