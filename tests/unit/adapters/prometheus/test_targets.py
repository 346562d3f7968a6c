"""The targets of a Prometheus that is not well, or not honest."""

import json

import pytest

from tests.loopback import always, answer, loopback
from watchkeeper.adapters.prometheus.answers import AnswerMalformed
from watchkeeper.adapters.prometheus.target_labels import TargetLabels
from watchkeeper.adapters.prometheus.targets import PrometheusTargets, telling
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.domain.drift import DriftKind
from watchkeeper.domain.telling import Telling
from watchkeeper.ports.errors import SourceUnavailable

LABELS = TargetLabels(
    name="host", says={"server_class": "role", "exposure": "zone", "owner": "team"}
)


def body(*targets: dict[str, object]) -> bytes:
    return json.dumps({"status": "success", "data": {"activeTargets": targets}}).encode()


def target(url: str = "http://10.0.0.1:9100/metrics", **labels: str) -> dict[str, object]:
    return {"labels": {"job": "node", **labels}, "scrapeUrl": url, "health": "up"}


def told(*targets: dict[str, object]) -> Telling:
    return telling(body(*targets), "prom", LABELS, frozenset())


def test_the_order_in_which_prometheus_tells_them_changes_nothing() -> None:
    one, other = target(instance="a:1"), target(instance="b:1")
    assert told(one, other) == told(other, one)


@pytest.mark.parametrize("label", ["role", "host"], ids=["a class", "a name"])
@pytest.mark.parametrize(
    "value",
    ["web\n", "../etc", "-rf", "web; rm", "ẘeb", "w" * 129, "{{ lookup('pipe', 'id') }}"],
)
def test_a_label_that_is_no_name_is_told_and_not_taken(label: str, value: str) -> None:
    found = told(target(instance="a:1", **{label: value}))
    [sighting] = found.sightings or ()
    assert (sighting.name, sighting.claim.said) == ("", frozenset())
    [trouble] = found.troubles
    assert (trouble.kind, trouble.item) == (DriftKind.UNUSABLE, "a:1")
    assert len(trouble.words) < 200
    assert trouble.words.isprintable()


@pytest.mark.parametrize("owner", ["a\x1b[31m", "\u202eevil", "x" * 256])
def test_an_owner_that_a_terminal_would_obey_is_not_taken(owner: str) -> None:
    [sighting] = told(target(instance="a:1", team=owner)).sightings or ()
    assert sighting.claim.said == frozenset()


@pytest.mark.parametrize("instance", ["", "a b", "x" * 300, "a\x1b[2J"])
def test_a_target_without_a_usable_instance_is_told(instance: str) -> None:
    found = told(target(instance=instance))
    assert found.sightings == ()
    assert [trouble.field for trouble in found.troubles] == ["instance"]


def test_an_address_that_cannot_be_read_is_none() -> None:
    [sighting] = told(target(instance="a:1", url="http://[::1/metrics")).sightings or ()
    assert sighting.host == ""


def test_no_targets_at_all_are_told_as_null() -> None:
    found = telling(
        b'{"status":"success","data":{"activeTargets":null}}', "prom", LABELS, frozenset()
    )
    assert found.sightings == ()


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b'{"status":"error"}', b'{"status":"success"}', b'{"status":"success","data":3}'],
)
def test_what_is_no_answer_is_malformed(text: bytes) -> None:
    with pytest.raises(AnswerMalformed):
        telling(text, "prom", LABELS, frozenset())


async def test_a_prometheus_that_answers_nonsense_is_unavailable() -> None:
    async with loopback(always(answer(b'{"status":"success","data":3}'))) as url:
        source = PrometheusTargets(Endpoint(source="prom", url=url), InlineCrew(), LABELS)
        with pytest.raises(SourceUnavailable, match="answers nonsense") as refused:
            await source.told()
        await source.close()
    assert refused.value.word == "malformed"
