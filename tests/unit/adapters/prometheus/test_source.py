"""What a Prometheus may do to us, and what becomes of it: a Gap, a NaN or one clear failure."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.loopback import Request, answer, as_json, loopback
from watchkeeper.adapters.prometheus.naming import probe_pattern, server_pattern
from watchkeeper.adapters.prometheus.queries import Scope, queries
from watchkeeper.adapters.prometheus.source import PrometheusMetrics
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.domain.metric import CATALOGUE, SERVICE_PROCESSES
from watchkeeper.domain.readings import ProbeTarget, Series, Targets
from watchkeeper.ports.errors import SourceUnavailable

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ASKED = [m.name for m in CATALOGUE if m != SERVICE_PROCESSES]
TARGETS = Targets(
    servers={"web:9100": "web", "db:9100": "db"},
    probes=(ProbeTarget(instance="http://web/", server="web", service="shop"),),
)
STRANGERS = Targets(
    servers={**TARGETS.servers, "new:9100": "new"},
    probes=(ProbeTarget(instance="http://new/", server="new", service="fresh"),),
)
METRIC_OF = {
    query.text: query.metric
    for targets in (TARGETS, STRANGERS)
    for query in queries(Scope(servers=server_pattern(targets), probes=probe_pattern(targets)))
}
CUT = answer(b'{"status":"success","data":{"resultType":"vector","result":[]}}')[:-20]
GARBAGE = answer(b'{"status":"success","data":[[[')
HUGE = answer(b" " * 300_000)


def vector(value: str = "1", **more: object) -> bytes:
    """Both servers, the probe and a stranger, each with the same value."""
    result = [
        {"metric": {"instance": name, "mountpoint": "/", "device": "sda"}, "value": [0, value]}
        for name in ("web:9100", "db:9100", "http://web/", "stranger:1")
    ]
    data = {"resultType": "vector", "result": result}
    return as_json({"status": "success", "data": data, **more})


@dataclass
class Pretend:
    """A server with an answer for each metric; ranges follow ``past``, as (time) → text."""

    answers: dict[str, bytes] = field(default_factory=dict)
    otherwise: bytes = field(default_factory=vector)
    past: Callable[[float], str | None] = lambda _: "1"
    most_points: int = 11_000
    broken: Callable[[float, float], bytes | None] = lambda _start, _end: None
    asked: list[Request] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def respond(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.01)
        self.at_once -= 1
        if request.path == "/api/v1/query":
            metric = METRIC_OF[request.parameters["query"]]
            writer.write(self.answers.get(metric, self.otherwise))
        else:
            writer.write(self.range(request.parameters))

    def range(self, asked: dict[str, str]) -> bytes:
        start, end, step = (float(asked[each]) for each in ("start", "end", "step"))
        if (broken := self.broken(start, end)) is not None:
            return broken
        times = np.arange(start, end + step / 2, step)
        if len(times) > self.most_points:
            return answer(b'{"status":"error","error":"too many points"}', status=400)
        points = [[time, self.past(time)] for time in times if self.past(time) is not None]
        result = [{"metric": {"instance": "web:9100"}, "values": points}] if points else []
        return as_json({"status": "success", "data": {"resultType": "matrix", "result": result}})

    @asynccontextmanager
    async def watched(self, limit_bytes: int = 200_000) -> AsyncIterator[PrometheusMetrics]:
        async with loopback(self.respond) as url:
            endpoint = Endpoint(source="prom", url=url, limit_bytes=limit_bytes)
            source = PrometheusMetrics(endpoint, ManualClock(NOON), InlineCrew())
            yield source
            await source.close()


async def test_many_servers_are_one_question_a_metric_and_few_at_a_time() -> None:
    pretend = Pretend()
    async with pretend.watched() as source:
        readings = await source.read(TARGETS)
    assert sorted(METRIC_OF[each.parameters["query"]] for each in pretend.asked) == sorted(ASKED)
    assert 1 < pretend.most_at_once <= 4
    assert readings.at == NOON
    assert {series.server for series in readings.series} == {"web", "db"}
    assert readings.unlisted == ("stranger:1",)
    assert readings.gaps == ()


async def test_what_the_source_calls_nan_stays_nan() -> None:
    async with Pretend(answers={"load_per_core": vector("NaN")}).watched() as source:
        readings = await source.read(TARGETS)
    row = readings.series.index(Series(server="db", metric="load_per_core"))
    assert np.isnan(readings.values[row])
    assert readings.gaps == ()


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        pytest.param(CUT, "malformed", id="killed in the middle of its answer"),
        pytest.param(GARBAGE, "malformed", id="garbage"),
        pytest.param(HUGE, "malformed", id="huge"),
        pytest.param(answer(b"{}", status=400), "malformed", id="a bad query, says Prometheus"),
        pytest.param(answer(b"{}", status=422), "malformed", id="and VictoriaMetrics"),
        pytest.param(answer(b"", status=503), "refused", id="overloaded"),
    ],
)
async def test_a_metric_that_cannot_be_had_is_a_gap_and_the_rest_stays(
    broken: bytes, word: str
) -> None:
    async with Pretend(answers={"disk_busy_ratio": broken}).watched() as source:
        readings = await source.read(TARGETS)
    [gap] = readings.gaps
    assert (gap.what, gap.reason.partition(":")[0]) == ("disk_busy_ratio", word)
    assert {s.metric for s in readings.series} == set(ASKED) - {"disk_busy_ratio"}


async def test_when_nothing_can_be_had_the_source_is_unavailable() -> None:
    async with Pretend(otherwise=answer(b"", status=401)).watched() as source:
        with pytest.raises(SourceUnavailable) as caught:
            await source.read(TARGETS)
    assert caught.value.word == "denied"


async def test_without_up_nobody_is_called_absent() -> None:
    async with Pretend(answers={"up": GARBAGE}).watched() as source:
        readings = await source.read(TARGETS)
    assert [gap.what for gap in readings.gaps] == ["up"]
    assert readings.unlisted == ()


async def test_servers_and_probes_that_the_source_does_not_know_are_gaps() -> None:
    async with Pretend().watched() as source:
        readings = await source.read(STRANGERS)
    assert [gap.what for gap in readings.gaps] == ["new", "probe_success{fresh}"]
    assert "new" not in {series.server for series in readings.series}


async def test_a_source_that_is_not_sure_of_itself_says_so() -> None:
    doubtful = vector(warnings=["store \x1b[1m unreachable"])
    async with Pretend(answers={"up": doubtful}).watched() as source:
        readings = await source.read(TARGETS)
    [gap] = readings.gaps
    assert (gap.what, gap.reason) == ("up", "store \ufffd[1m unreachable")


async def test_a_long_past_is_asked_for_in_pieces_without_a_seam() -> None:
    pretend = Pretend(past=lambda time: f"{time % 1000}")
    async with pretend.watched(limit_bytes=10_000_000) as source:
        start = NOON - timedelta(seconds=29_999)
        history = await source.history("load_per_core", TARGETS, start, NOON, timedelta(seconds=1))
    assert len(pretend.asked) == 3
    assert history.values.shape == (1, 30_000)
    assert (history.values[0] == history.times % 1000).all()
    assert history.gaps == ()


async def test_an_answer_that_is_too_large_is_asked_for_in_halves() -> None:
    pretend = Pretend(past=lambda time: f"{time % 1000}")
    async with pretend.watched(limit_bytes=20_000) as source:
        start = NOON - timedelta(seconds=3_999)
        history = await source.history("load_per_core", TARGETS, start, NOON, timedelta(seconds=1))
    assert len(pretend.asked) > 4
    assert (history.values[0] == history.times % 1000).all()
    assert history.gaps == ()


async def test_a_hole_in_the_past_is_nan() -> None:
    noon = NOON.timestamp()
    pretend = Pretend(past=lambda time: None if noon - 20 <= time < noon - 10 else "2")
    async with pretend.watched() as source:
        start = NOON - timedelta(seconds=59)
        history = await source.history("up", TARGETS, start, NOON, timedelta(seconds=1))
    assert np.isnan(history.values[0]).sum() == 10
    assert history.gaps == ()


async def test_a_piece_that_cannot_be_had_is_nan_and_a_gap() -> None:
    first = (NOON - timedelta(seconds=29_999)).timestamp()
    pretend = Pretend(broken=lambda start, _: GARBAGE if start == first else None)
    async with pretend.watched(limit_bytes=10_000_000) as source:
        start = NOON - timedelta(seconds=29_999)
        history = await source.history("up", TARGETS, start, NOON, timedelta(seconds=1))
    missing = np.isnan(history.values[0])
    assert missing[: missing.sum()].all()
    [gap] = history.gaps
    assert gap.what == "up"
    assert gap.reason.startswith("2026-11-24T03:40:01Z to 2026-11-24T")
    assert "nonsense" in gap.reason


async def test_a_source_that_fails_and_fails_is_left_alone() -> None:
    pretend = Pretend(broken=lambda _start, _end: answer(b"", status=503))
    async with pretend.watched() as source:
        start = NOON - timedelta(days=30)
        with pytest.raises(SourceUnavailable) as caught:
            await source.history("up", TARGETS, start, NOON, timedelta(seconds=10))
    assert caught.value.word == "refused"
    assert len(pretend.asked) == 3


async def test_what_no_exporter_carries_has_no_past_and_is_not_asked_for() -> None:
    pretend = Pretend()
    async with pretend.watched() as source:
        start = NOON - timedelta(minutes=5)
        history = await source.history(
            SERVICE_PROCESSES.name, TARGETS, start, NOON, timedelta(minutes=1)
        )
    assert history.series == ()
    assert history.values.shape == (0, 6)
    assert pretend.asked == []


async def test_a_rate_in_the_past_is_taken_over_the_whole_step() -> None:
    pretend = Pretend()
    async with pretend.watched() as source:
        start = NOON - timedelta(hours=3)
        await source.history("cpu_busy_ratio", TARGETS, start, NOON, timedelta(hours=1))
    assert "[3600s]" in pretend.asked[0].parameters["query"]
    assert pretend.asked[0].parameters["nocache"] == "1"


async def test_a_whole_fleet_is_asked_for_without_naming_everybody() -> None:
    fleet = Targets(servers={f"web-{n}.example:9100": f"web-{n}" for n in range(3_000)})
    asked: list[str] = []

    async def respond(request: Request, writer: asyncio.StreamWriter) -> None:
        asked.append(request.parameters["query"])
        writer.write(vector())

    async with loopback(respond) as url:
        source = PrometheusMetrics(
            Endpoint(source="prom", url=url), ManualClock(NOON), InlineCrew()
        )
        await source.read(fleet)
        few = Targets(servers=dict(list(fleet.servers.items())[:150]))
        unnamed, longest = "".join(asked), 0
        asked.clear()
        await source.read(few)
        longest = max(len(query) for query in asked)
        await source.close()
    assert "web-" not in unnamed
    assert 5_000 < longest < 16_384  # VictoriaMetrics takes no more
