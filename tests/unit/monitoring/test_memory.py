"""What lasts from cycle to cycle does not grow for ever."""

from tests.unit.monitoring.station import Station, cpu, disk, estate, probe
from watchkeeper.domain.readings import Series
from watchkeeper.monitoring.memory import FORGOTTEN_LEAST
from watchkeeper.monitoring.numbers import Pace
from watchkeeper.monitoring.roster import Roster


def device(number: int) -> Series:
    return Series(server="web-1", metric="network_errors_per_second", part=f"veth{number}")


async def test_devices_that_came_and_went_are_forgotten_and_nothing_else_is() -> None:
    station = Station(estate(), pace=Pace(cycle_seconds=3600))
    station.says.update({cpu(): 0.2, disk(): 0.5})
    for number in range(FORGOTTEN_LEAST + 10):
        station.says[device(number)] = 0
    await station.run(3)
    before = len(station.watch._memory.roster)
    for number in range(FORGOTTEN_LEAST + 10):
        del station.says[device(number)]
    await station.run(47)
    assert len(station.watch._memory.roster) == before
    station.says[probe("shop")] = 0
    await station.run()  # the first bad answer is counted before the tidying …
    await station.run()
    assert len(station.watch._memory.roster) == 4
    assert [a.part for alert in station.raised for a in alert.anomalies] == ["shop"]  # … and after
    await station.run(20)
    assert len(station.raised) == 1


def test_a_roster_gives_the_same_series_the_same_row() -> None:
    roster = Roster()
    first = (cpu(), disk(), probe("shop"))
    assert roster.rows("a", first).tolist() == [0, 1, 2]
    assert roster.rows("b", (probe("shop"), cpu("web-2"))).tolist() == [2, 3]
    assert roster.rows("a", (cpu(), disk(), probe("shop"))).tolist() == [0, 1, 2]
    assert roster.rows("a", (disk(), device(1))).tolist() == [1, 4]
    assert roster.row(cpu("web-9")) is None
    assert len(roster) == 5
