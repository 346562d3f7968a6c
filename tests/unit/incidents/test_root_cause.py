"""What is broken by itself, and what only suffers from it; names decide nothing."""

from dataclasses import replace

import pytest

from tests.unit.incidents.case import (
    ESTATE,
    NOON,
    anomaly,
    evidence,
    full,
    gone,
    silent,
)
from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.diagnosis import Diagnosis
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.evidence import Evidence, Question
from watchkeeper.domain.metric import FILESYSTEM_FREE, SERVICE_PROCESSES
from watchkeeper.incidents.root_cause import (
    CONFIRMED,
    UNCONFIRMED,
    DeterministicReasoner,
    claim,
    diagnosed,
    sign_of,
)
from watchkeeper.ports.reasoner import Brief

STATE, READINGS, LINES = Question.SERVICE_STATE, Question.READINGS, Question.ERROR_LINES
ALIVE = (("answers", 1.0), ("alive_processes", 4.0), ("main_alive", 1.0))
DEAD = (("answers", 0.0), ("alive_processes", 0.0), ("main_alive", 0.0))
DEAF = (("answers", 0.0), ("alive_processes", 4.0), ("main_alive", 1.0))
SCOPE = ("shop", "orders", "stock", "web-1", "db-1")


def brief(
    anomalies: tuple[Anomaly, ...],
    *pieces: Evidence,
    scope: tuple[str, ...] = SCOPE,
    estate: Estate = ESTATE,
) -> Brief:
    return Brief(
        incident="I1",
        incident_type="service-down",
        at=NOON,
        anomalies=anomalies,
        scope=scope,
        estate=estate,
        evidence=pieces,
    )


def state(number: int, service: str, how: tuple[tuple[str, float], ...]) -> Evidence:
    return evidence(number, STATE, service, *how)


def ranking(diagnosis: Diagnosis) -> list[str]:
    return [hypothesis.cause for hypothesis in diagnosis.hypotheses]


def test_a_dead_service_is_its_own_cause_and_cites_what_says_so() -> None:
    reading = evidence(2, READINGS, "web-1", ("probe_success", 0.0, "shop"))
    nothing = evidence(3, Question.RECENT_CHANGES, "web-1", ("changes", 0.0))
    shop = state(1, "shop", DEAD)
    (cause,) = diagnosed(brief((silent("shop"),), shop, reading, nothing)).hypotheses
    assert (cause.cause, cause.incident_type, cause.score) == ("shop", "service-down", 1.0)
    assert cause.cites == ("E1", "E2")
    assert cause.path == ("shop",)


def test_a_dead_upstream_comes_first_and_explains_its_victim_s_silence() -> None:
    """The victim alerts; its upstream does not. The way runs from the cause to the symptom."""
    pieces = (state(1, "shop", DEAF), state(2, "orders", DEAD), state(3, "stock", ALIVE))
    upstream, victim = diagnosed(brief((silent("shop"),), *pieces)).hypotheses
    assert (upstream.cause, victim.cause) == ("orders", "shop")
    assert upstream.path == ("orders", "shop")
    assert victim.score == pytest.approx((0.35 + 0.05) * 0.2)


def test_silence_alone_is_enough_to_be_what_breaks_those_who_need_it() -> None:
    pieces = (state(1, "shop", DEAF), state(2, "orders", DEAF))
    assert ranking(diagnosed(brief((silent("shop"),), *pieces))) == ["orders", "shop"]


def test_what_only_a_metric_source_says_is_not_worth_naming_beside_a_dead_upstream() -> None:
    says_so = evidence(1, READINGS, "web-1", ("probe_success", 0.0, "shop"))
    found = diagnosed(brief((silent("shop"),), says_so, state(2, "orders", DEAD)))
    assert ranking(found) == ["orders"]


def test_what_is_dead_beyond_doubt_is_explained_by_nobody_else() -> None:
    """Both processes are gone: the one does not excuse the other."""
    pieces = (state(1, "shop", DEAD), state(2, "orders", DEAD))
    found = diagnosed(brief((silent("shop"),), *pieces)).hypotheses
    assert {cause.cause: cause.score for cause in found} == {"shop": 1.0, "orders": 1.0}


def test_of_two_equally_broken_the_one_that_more_need_comes_first() -> None:
    pieces = (state(1, "shop", DEAD), state(2, "orders", DEAD))
    assert ranking(diagnosed(brief((), *pieces))) == ["orders", "shop"]
    other_way_round = tuple(reversed(SCOPE))
    assert ranking(diagnosed(brief((), *pieces, scope=other_way_round))) == ["orders", "shop"]


def test_of_two_that_nobody_tells_apart_the_first_in_scope_comes_first() -> None:
    pieces = (state(1, "shop", DEAD), state(2, "blog", DEAD))
    for scope in (("shop", "blog"), ("blog", "shop")):
        assert ranking(diagnosed(brief((), *pieces, scope=scope))) == list(scope)


def test_a_dead_main_process_is_a_death_though_its_children_still_answer() -> None:
    leftovers = (("answers", 1.0), ("alive_processes", 3.0), ("main_alive", 0.0))
    sign = sign_of("shop", brief((silent("shop"),), state(1, "shop", leftovers)))
    assert sign.dead
    assert sign.strength == pytest.approx(0.75 + 0.05)


@pytest.mark.parametrize(("alive", "dead"), [(0.0, True), (1.0, False)])
def test_where_only_processes_can_be_counted_none_is_a_death(alive: float, dead: bool) -> None:
    counted = (("alive_processes", alive),)
    assert sign_of("shop", brief((), state(1, "shop", counted))).dead is dead


def test_a_living_service_that_is_alerted_about_is_not_accused_without_a_sign() -> None:
    pieces = (state(1, "shop", ALIVE),)
    assert diagnosed(brief((silent("shop"),), *pieces)).hypotheses == ()


def test_an_alert_alone_cites_nothing_and_so_names_nothing() -> None:
    assert diagnosed(brief((silent("shop"),))).hypotheses == ()


def test_a_metric_source_s_word_counts_a_little_by_itself() -> None:
    down = evidence(1, READINGS, "web-1", (SERVICE_PROCESSES.name, 0.0, "shop"))
    (cause,) = diagnosed(brief((silent("shop"),), down)).hypotheses
    assert cause.score == pytest.approx(0.10 + 0.05)
    of_another = evidence(1, READINGS, "web-1", ("probe_success", 0.0, "search"))
    assert diagnosed(brief((silent("shop"),), of_another)).hypotheses == ()


def test_error_lines_of_others_that_name_the_cause_are_cited_for_it() -> None:
    lines = evidence(3, LINES, "shop", ("error_lines", 9.0), ("errors_naming", 1.0, "orders"))
    pieces = (state(1, "shop", DEAF), state(2, "orders", DEAD), lines)
    assert diagnosed(brief((silent("shop"),), *pieces)).hypotheses[0].cites == ("E2", "E3")


def test_error_lines_that_name_it_not_once_are_not_cited() -> None:
    lines = evidence(3, LINES, "shop", ("errors_naming", 0.0, "orders"))
    pieces = (state(2, "orders", DEAD), lines)
    assert diagnosed(brief((silent("shop"),), *pieces)).hypotheses[0].cites == ("E2",)


def test_a_full_disk_explains_the_silence_of_what_runs_there_and_of_what_needs_that() -> None:
    reading = evidence(2, READINGS, "db-1", (FILESYSTEM_FREE.name, 0.04, "/var"))
    orders, shop = state(1, "orders", DEAF), state(3, "shop", DEAF)
    anomalies = (silent("shop"), silent("orders"), full("/var", "db-1"))
    disk, *victims = diagnosed(brief(anomalies, orders, reading, shop)).hypotheses
    assert (disk.cause, disk.part, disk.incident_type) == ("db-1", "/var", "disk-full")
    assert (disk.score, disk.cites) == (0.9, ("E2",))
    assert {victim.cause for victim in victims} == {"orders", "shop"}
    assert all(victim.score == pytest.approx(0.4 * 0.2) for victim in victims)


def test_a_full_disk_that_no_reading_confirms_excuses_nobody() -> None:
    found = diagnosed(brief((silent("orders"), full("/var", "db-1")), state(1, "orders", DEAF)))
    by_cause = {cause.cause: cause for cause in found.hypotheses}
    assert by_cause["db-1"].score == 0.4 and by_cause["db-1"].cites == ()
    assert by_cause["orders"].score == pytest.approx(0.4)


def test_a_busy_processor_cripples_nobody() -> None:
    busy = anomaly("cpu_busy_ratio", server="web-1", value=0.98, limit=0.9)
    reading = evidence(2, READINGS, "web-1", ("cpu_busy_ratio", 0.97))
    found = diagnosed(brief((busy, silent("shop")), state(1, "shop", DEAF), reading)).hypotheses
    assert {cause.cause: cause.score for cause in found} == {
        "web-1": CONFIRMED,
        "shop": pytest.approx(0.4),
    }


@pytest.mark.parametrize(
    ("told", "limit", "now", "score"),
    [
        (0.04, 0.05, 0.04, CONFIRMED),  # as it was
        (0.04, 0.05, 0.049, CONFIRMED),  # to within a hundredth
        (0.04, 0.05, 0.06, UNCONFIRMED),  # room again
        (0.04, 0.05, 0.0, CONFIRMED),  # fuller than it was
        (0.10, 0.20, 0.05, CONFIRMED),  # much fuller
        (0.96, 0.90, 0.99, CONFIRMED),  # of a metric that is bad above: worse
        (0.96, 0.90, 0.5, UNCONFIRMED),
        (0.04, None, 0.0, UNCONFIRMED),  # nobody knows which way is worse
    ],
)
def test_a_fresh_reading_confirms_what_is_no_better_than_was_told(
    told: float, limit: float | None, now: float, score: float
) -> None:
    disk = anomaly(FILESYSTEM_FREE.name, "/var", "web-1", value=told, limit=limit)
    reading = evidence(1, READINGS, "web-1", (FILESYSTEM_FREE.name, now, "/var"))
    (cause,) = diagnosed(brief((disk,), reading)).hypotheses
    assert cause.score == score
    assert cause.cites == (("E1",) if score == CONFIRMED else ())


@pytest.mark.parametrize(("now", "score"), [(0.2, CONFIRMED), (0.9, UNCONFIRMED)])
def test_a_disk_that_is_foreseen_full_is_confirmed_while_it_goes_on_filling(
    now: float, score: float
) -> None:
    ends = anomaly(
        FILESYSTEM_FREE.name, "/var", "web-1", value=0.3, limit=0.0, kind=AnomalyKind.FORECAST
    )
    reading = evidence(1, READINGS, "web-1", (FILESYSTEM_FREE.name, now, "/var"))
    (cause,) = diagnosed(brief((ends,), reading)).hypotheses
    assert (cause.incident_type, cause.score) == ("disk-filling", score)


def test_a_reading_of_another_server_or_mount_confirms_nothing() -> None:
    elsewhere = evidence(1, READINGS, "web-2", (FILESYSTEM_FREE.name, 0.04, "/var"))
    other_mount = evidence(2, READINGS, "web-1", (FILESYSTEM_FREE.name, 0.04, "/srv"))
    (cause,) = diagnosed(brief((full(),), elsewhere, other_mount)).hypotheses
    assert cause.score == UNCONFIRMED


def test_what_vanished_has_no_number_to_confirm() -> None:
    vanished = replace(gone("db-1"), value=None, kind=AnomalyKind.VANISHED)
    reading = evidence(1, READINGS, "db-1", ("up", 0.0))
    (cause,) = diagnosed(brief((vanished,), reading)).hypotheses
    assert (cause.incident_type, cause.score) == ("server-down", UNCONFIRMED)


def test_a_dead_server_is_one_cause_however_many_alerts_say_so() -> None:
    reading = evidence(1, READINGS, "db-1", ("up", 0.0))
    (cause,) = diagnosed(brief((gone("db-1"), gone("db-1")), reading)).hypotheses
    assert (cause.cause, cause.part, cause.path) == ("db-1", "", ("db-1",))


def test_opaque_names_of_another_alerting_system_still_lead_to_the_cause() -> None:
    """The alert says nothing; the evidence says which service is dead."""
    opaque = anomaly("external", "", "web-1", value=None, limit=None, kind=AnomalyKind.EXTERNAL)
    pieces = (state(1, "shop", DEAF), state(2, "orders", DEAD), state(3, "stock", ALIVE))
    first, *_ = diagnosed(brief((opaque,), *pieces)).hypotheses
    assert (first.cause, first.incident_type) == ("orders", "service-down")


def test_the_longest_way_to_a_symptom_is_the_one_that_is_told() -> None:
    pieces = (state(1, "stock", DEAD),)
    anomalies = (silent("orders"), silent("shop"))
    assert diagnosed(brief(anomalies, *pieces)).hypotheses[0].path == ("stock", "orders", "shop")


def test_what_could_not_be_asked_is_named_in_the_diagnosis() -> None:
    unanswered = evidence(2, STATE, "orders", missing="timeout")
    diagnosis = diagnosed(brief((silent("shop"),), state(1, "shop", DEAD), unanswered))
    assert diagnosis.missing == ("E2",)
    assert ranking(diagnosis) == ["shop"]


def test_with_every_source_down_there_is_no_cause_and_everything_is_missing() -> None:
    pieces = (
        evidence(1, STATE, "shop", missing="refused"),
        evidence(2, READINGS, "web-1", missing="timeout"),
    )
    diagnosis = diagnosed(brief((silent("shop"),), *pieces))
    assert (diagnosis.hypotheses, diagnosis.missing) == ((), ("E1", "E2"))


async def test_the_reasoner_says_who_it_is() -> None:
    reasoner = DeterministicReasoner()
    diagnosis = await reasoner.diagnose(brief((silent("shop"),), state(1, "shop", DEAD)))
    assert reasoner.name == diagnosis.reasoner == "deterministic"


def test_a_hypothesis_is_one_sentence() -> None:
    pieces = (state(1, "shop", DEAF), state(2, "orders", DEAD))
    first, *_ = diagnosed(brief((silent("shop"),), *pieces)).hypotheses
    assert claim(first) == "orders: service-down (orders → shop); E2"
    (disk,) = diagnosed(brief((full(),))).hypotheses
    assert claim(disk) == "/var of web-1: disk-full (web-1); no evidence"
