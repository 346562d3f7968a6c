"""Every question at once, each with its own time limit; what cannot be had is named."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.incidents.case import ALERT, ESTATE, NOON, silent
from tests.unit.incidents.ports import AGENT, HEALTHY, SILENT, House, text_of
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.events.incidents import (
    EvidenceGathered,
    EvidenceRequested,
    IncidentClosed,
    IncidentOpened,
    IncidentTriaged,
    Resolution,
    incident_stream,
)
from watchkeeper.domain.events.sources import EventReceived, event_stream
from watchkeeper.domain.evidence import Asked, Evidence, Question
from watchkeeper.domain.readings import Series
from watchkeeper.domain.severity import Priority
from watchkeeper.engine.machine import Answer
from watchkeeper.incidents.incident_fold import IncidentState

STATE, READINGS, LINES = Question.SERVICE_STATE, Question.READINGS, Question.ERROR_LINES
CHANGES, SIMILAR = Question.RECENT_CHANGES, Question.SIMILAR_INCIDENTS
SCOPE = ("shop", "orders", "web-1")
INCIDENT = IncidentState(id="I9", server="web-1", incident_type="service-down", scope=SCOPE)
CPU = Series(server="web-1", metric="cpu_busy_ratio")
PROBE = Series(server="web-1", metric="probe_success", part="shop")


async def asked(house: House, *questions: tuple[Question, str]) -> Answer:
    """The answers, written down as the engine writes them."""
    numbered = tuple(
        Asked(id=f"E{number}", question=question, item=item)
        for number, (question, item) in enumerate(questions, start=1)
    )
    answer = await house.gather()(EvidenceRequested(asked=numbered), INCIDENT)
    (gathered,) = answer.said
    assert isinstance(gathered, EvidenceGathered)
    await house.journal.append(AGENT, (Draft(stream="incident/I9", body=gathered),), answer.blobs)
    return answer


def pieces(answer: Answer) -> tuple[Evidence, ...]:
    (gathered,) = answer.said
    assert isinstance(gathered, EvidenceGathered)
    return gathered.evidence


def found(house: House, question: Question, item: str) -> Evidence:
    """The one piece that one question brings."""
    (piece,) = pieces(house.play(asked(house, (question, item))))
    return piece


def facts(piece: Evidence) -> dict[str, float]:
    return {f"{fact.name} {fact.about}".strip(): fact.value for fact in piece.facts}


# ── one question after another ────────────────────────────────────────────────


def test_a_service_is_looked_at_directly() -> None:
    house = House()
    house.inspector.states["shop"] = [SILENT]
    answer = house.play(asked(house, (STATE, "shop")))
    (piece,) = pieces(answer)
    assert facts(piece) == {
        "zombies": 1.0,
        "answers": 0.0,
        "alive_processes": 0.0,
        "main_alive": 0.0,
    }
    assert (piece.available, piece.source, piece.at) == (True, "inspector", NOON)
    assert text_of(answer, piece.text) == "shop: probe refused, 0 alive, 1 zombies"


def test_what_cannot_be_told_of_a_service_is_no_fact() -> None:
    house = House()
    house.inspector.states["shop"] = [
        replace(HEALTHY, answers=None, alive=None, main_alive=None, zombies=0)
    ]
    assert facts(found(house, STATE, "shop")) == {"zombies": 0.0}


def test_readings_are_those_of_the_first_source_that_measures_the_server() -> None:
    house = House()
    house.metrics.says = {Series(server="db-1", metric="cpu_busy_ratio"): 0.9}
    house.spare.says = {CPU: 0.2, PROBE: 0.0}
    piece = found(house, READINGS, "web-1")
    assert piece.source == "host"
    assert facts(piece) == {"cpu_busy_ratio": 0.2, "probe_success shop": 0.0}
    assert house.metrics.asked == house.spare.asked == ["web-1"]


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), float("-inf")])
def test_a_reading_that_is_no_number_is_no_fact_and_stops_no_incident(nonsense: float) -> None:
    house = House()
    house.metrics.says = {CPU: nonsense, PROBE: 1.0}
    assert facts(found(house, READINGS, "web-1")) == {"probe_success shop": 1.0}


def test_a_source_that_says_only_nonsense_about_a_server_does_not_measure_it() -> None:
    house = House()
    house.metrics.says = {CPU: float("inf")}
    piece = found(house, READINGS, "web-1")
    assert (piece.available, piece.source, piece.reason) == (False, "metrics", "absent")


def test_error_lines_are_counted_and_so_are_those_that_name_what_it_needs() -> None:
    house = House()
    house.logs.holds["shop"] = (
        "GET / 200",
        "error: connection to 127.0.0.1:8082 refused",
        "orders timed out",
        "fatal: something else",
    )
    answer = house.play(asked(house, (LINES, "shop")))
    (piece,) = pieces(answer)
    assert facts(piece) == {"error_lines": 3.0, "errors_naming orders": 2.0}
    assert text_of(answer, piece.text).splitlines()[0].startswith("error: connection")
    assert house.logs.wanted == [(NOON - timedelta(minutes=15), NOON, 200)]


def test_of_many_error_lines_all_are_counted_and_the_newest_fifty_are_kept() -> None:
    house = House()
    house.logs.holds["shop"] = tuple(f"error {number}" for number in range(60))
    answer = house.play(asked(house, (LINES, "shop")))
    (piece,) = pieces(answer)
    assert facts(piece)["error_lines"] == 60.0
    kept = text_of(answer, piece.text).splitlines()
    assert (len(kept), kept[0], kept[-1]) == (50, "error 10", "error 59")


def test_secrets_in_log_lines_never_reach_the_journal() -> None:
    house = House()
    house.logs.holds["shop"] = ("error: login failed, password=hunter2",)
    answer = house.play(asked(house, (LINES, "shop")))
    assert "hunter2" not in text_of(answer, pieces(answer)[0].text)


def test_logs_without_an_error_are_an_answer_too_and_need_no_text() -> None:
    piece = found(House(), LINES, "shop")
    assert facts(piece) == {"error_lines": 0.0, "errors_naming orders": 0.0}
    assert (piece.available, piece.text) == (True, "")


def test_a_need_that_is_not_in_the_estate_is_named_by_no_line() -> None:
    house = House()
    needy = tuple(
        replace(s, depends_on=("mainframe",)) if s.name == "shop" else s for s in ESTATE.services
    )
    house.become(replace(ESTATE, services=needy))
    house.logs.holds["shop"] = ("error: mainframe unavailable",)
    assert facts(found(house, LINES, "shop"))["errors_naming mainframe"] == 0.0


def told(event: str, item: str, at: datetime, number: int = 1) -> EventReceived:
    return EventReceived(source="ci", id=f"D{number}", event=event, item=item, happened_at=at)


def test_deployments_of_the_last_four_hours_on_anything_in_scope_are_found() -> None:
    house = House()
    edge = NOON - timedelta(hours=4)
    events = (
        told("deployment", "shop", NOON - timedelta(minutes=9), 1),
        told("change", "shop", edge, 2),
        told("deployment", "orders", edge - timedelta(seconds=1), 3),
        told("deployment", "blog", NOON, 4),
    )

    async def story() -> Answer:
        await house.say(event_stream("ci"), *events)
        return await asked(house, (CHANGES, "web-1"))

    answer = house.play(story())
    (piece,) = pieces(answer)
    assert facts(piece) == {"changes shop": 2.0}
    assert text_of(answer, piece.text).splitlines() == [
        "11:51 deployment of shop (D1)",
        "08:00 change of shop (D2)",
    ]


def test_no_change_at_all_is_an_answer() -> None:
    piece = found(House(), CHANGES, "web-1")
    assert (facts(piece), piece.available) == ({"changes": 0.0}, True)


def test_closed_incidents_of_the_same_type_and_place_are_similar() -> None:
    house = House()

    async def incident(name: str, kind: str, scope: str, resolution: Resolution | None) -> None:
        opened = IncidentOpened(server="web-1", alert=ALERT, anomalies=(silent("shop"),))
        triaged = IncidentTriaged(incident_type=kind, priority=Priority.P3, scope=(scope,))
        await house.say(incident_stream(name), opened, triaged)
        if resolution:
            await house.say(incident_stream(name), IncidentClosed(resolution=resolution))

    async def story() -> Answer:
        await incident("I1", "service-down", "shop", Resolution.FIXED)
        await incident("I2", "service-down", "orders", Resolution.BY_PERSON)
        await incident("I3", "disk-full", "shop", Resolution.FIXED)
        await incident("I4", "service-down", "blog", Resolution.FIXED)
        await incident("I5", "service-down", "shop", None)
        await incident("I6", "service-down", "web-1", Resolution.FIXED)
        return await asked(house, (SIMILAR, "web-1"))

    answer = house.play(story())
    (piece,) = pieces(answer)
    assert facts(piece) == {"similar": 3.0, "similar_fixed": 2.0}
    assert text_of(answer, piece.text).split() == ["I6", "I2", "I1"]


# ── what cannot be had ────────────────────────────────────────────────────────


def test_all_questions_are_asked_at_once_and_answered_in_their_order() -> None:
    house = House()
    house.inspector.seconds = house.metrics.seconds = house.logs.seconds = 5.0
    house.metrics.says = {CPU: 0.2}
    questions = ((STATE, "shop"), (LINES, "shop"), (READINGS, "web-1"), (STATE, "orders"))
    answer = house.play(asked(house, *questions))
    assert [(p.id, p.question, p.item) for p in pieces(answer)] == [
        (f"E{number}", *question) for number, question in enumerate(questions, start=1)
    ]
    assert house.loop.time() == 5.0


def test_a_source_that_hangs_costs_its_own_time_limit_and_is_named() -> None:
    house = House()
    house.inspector.seconds = 3600.0
    answer = house.play(asked(house, (STATE, "shop"), (LINES, "shop")))
    state, lines = pieces(answer)
    assert (state.available, state.source, state.reason) == (False, "service_state", "timeout")
    assert text_of(answer, state.text) == "no answer in time"
    assert lines.available
    assert house.loop.time() == 8.0


def test_a_source_that_refuses_is_named_with_its_word_and_its_reason() -> None:
    house = House()
    house.inspector.fails = "denied"
    answer = house.play(asked(house, (STATE, "shop")))
    (piece,) = pieces(answer)
    assert (piece.available, piece.source, piece.reason, piece.facts) == (
        False,
        "inspector",
        "denied",
        (),
    )
    assert text_of(answer, piece.text) == "inspector: the story says so"


def test_when_the_first_source_fails_the_next_is_asked() -> None:
    house = House()
    house.metrics.fails = house.logs.fails = "refused"
    house.spare.says = {CPU: 0.2}
    house.files.holds["shop"] = ("error: disk",)
    readings, lines = pieces(house.play(asked(house, (READINGS, "web-1"), (LINES, "shop"))))
    assert (readings.source, lines.source) == ("host", "files")


def test_when_every_source_fails_the_last_one_s_word_is_told() -> None:
    house = House()
    house.metrics.fails, house.spare.fails = "refused", "timeout"
    house.logs.fails, house.files.fails = "refused", "denied"
    readings, lines = pieces(house.play(asked(house, (READINGS, "web-1"), (LINES, "shop"))))
    assert (readings.source, readings.reason) == ("host", "timeout")
    assert (lines.source, lines.reason) == ("files", "denied")


def test_where_there_are_no_sources_that_is_said() -> None:
    house = House()
    gather = replace(house.gather(), metrics=(), logs=())

    async def story() -> tuple[Evidence, ...]:
        questions = (
            Asked(id="E1", question=READINGS, item="web-1"),
            Asked(id="E2", question=LINES, item="shop"),
        )
        return pieces(await gather(EvidenceRequested(asked=questions), INCIDENT))

    readings, lines = house.play(story())
    assert (readings.source, readings.reason) == ("metrics", "absent")
    assert (lines.source, lines.reason) == ("logs", "absent")


@pytest.mark.parametrize("question", [STATE, LINES])
def test_a_service_that_left_the_estate_meanwhile_is_missing_and_stops_nothing(
    question: Question,
) -> None:
    house = House()
    house.become(replace(ESTATE, services=()))
    piece = found(house, question, "shop")
    assert (piece.available, piece.source, piece.reason) == (False, "estate", "absent")


def test_a_server_that_left_the_estate_meanwhile_is_missing_and_stops_nothing() -> None:
    house = House()
    house.become(replace(ESTATE, servers=(), services=()))
    piece = found(house, READINGS, "web-1")
    assert (piece.available, piece.reason) == (False, "absent")


def test_an_evidence_s_fact_is_asked_by_name_and_by_what_it_is_about() -> None:
    house = House()
    house.metrics.says = {PROBE: 0.0}
    piece = found(house, READINGS, "web-1")
    assert piece.fact("probe_success") == piece.fact("probe_success", about="shop") == 0.0
    assert piece.fact("probe_success", about="orders") is None
    assert piece.fact("up") is None
