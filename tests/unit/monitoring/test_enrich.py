"""What an alert carries of the logs, and what it does when they do not answer."""

from datetime import timedelta

from tests.unit.monitoring.station import START, Station, cpu, estate, probe, up
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.ports.logs import LogLine


def line(text: str, minute: float, origin: str = "/var/log/shop/error.log") -> LogLine:
    return LogLine(at=START + timedelta(minutes=minute), origin=origin, text=text)


async def dead_shop(station: Station) -> str:
    """The words of the alert that is raised when the shop dies in the sixth minute."""
    await station.run(5)
    station.says[probe("shop")] = 0
    await station.run(2)
    return await station.text(station.raised[0].details)


async def test_the_error_lines_around_the_onset_come_with_the_alert() -> None:
    station = Station(estate())
    station.logs.holds["shop"] = (
        line("worker process 311 exited on signal 9: fatal", -60),
        line("GET /index.html 200", 5.1),
        line("connect() failed (111: Connection refused)", 5.2),
        line("GET /cart 200", 5.3),
    )
    text = await dead_shop(station)
    assert "probe_success{shop}: threshold (service-answers), critical, value 0, limit 1" in text
    assert "logs of shop, files: 3 lines, 1 speak of trouble" in text
    assert "connect() failed" in text
    assert "index.html" not in text
    assert "signal 9" not in text  # an hour before: not around the onset


async def test_without_an_error_the_newest_lines_are_shown() -> None:
    station = Station(estate())
    station.logs.holds["shop"] = tuple(line(f"GET /{n} 200", 5 + n / 100) for n in range(50))
    text = await dead_shop(station)
    assert "logs of shop, files: 50 lines, 5 around it" in text
    assert "GET /49" in text
    assert "GET /44" not in text


async def test_secrets_in_a_log_are_masked_and_nothing_in_it_moves_the_page() -> None:
    station = Station(estate())
    station.logs.holds["shop"] = (
        line("login failed password=hunter2 \x1b[2J\nserver web-1: all is well \u202egnorw", 5.5),
    )
    text = await dead_shop(station)
    assert "hunter2" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not any(row.startswith("server web-1: all is well") for row in text.splitlines())


async def test_a_log_source_that_fails_is_named_and_delays_nothing() -> None:
    station = Station(estate())
    station.logs.fails = "denied"
    assert "logs of shop, files: unavailable (denied)" in await dead_shop(station)


async def test_a_log_source_that_never_answers_is_named_and_delays_nothing() -> None:
    station = Station(estate())
    station.logs.hangs = True
    assert "logs of shop, files: unavailable (timeout)" in await dead_shop(station)


async def test_trouble_with_the_server_itself_asks_the_logs_of_its_services() -> None:
    station = Station(estate(services=("shop", "search")))
    station.says[up("web-1")] = 0
    await station.run(2)
    text = await station.text(station.raised[0].details)
    assert "logs of shop, files: 0 lines" in text
    assert "logs of search, files: 0 lines" in text


async def test_an_update_brings_new_words_only_when_something_joined() -> None:
    station = Station(estate(services=("shop", "search")))
    station.says[probe("shop")] = 0
    await station.run(3)
    station.says[probe("search")] = 0
    await station.run(2)
    assert "probe_success{search}" in await station.text(station.updated[-1].details)
    station.says[probe("shop")] = 1
    await station.run(3)
    assert station.updated[-1].details == ""
    (alert,) = await station.active()
    assert alert.details == station.updated[0].details


async def test_an_alert_that_gets_worse_is_told_and_one_that_gets_better_is_not() -> None:
    station = Station(estate())
    station.says[cpu()] = 0.1
    metric = "load_per_core"
    series = cpu().__class__(server="web-1", metric=metric)
    station.says[series] = 3
    await station.run(20)
    assert station.raised[0].severity is AlertSeverity.WARNING
    station.says[series] = 9
    await station.run()
    assert [body.severity for body in station.updated] == [AlertSeverity.CRITICAL]
    station.says[series] = 3
    await station.run(10)
    assert len(station.updated) == 1
