"""The process table is read right whatever a process calls itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.host.processes import NoProcess, process_of, unit_of

numbers = st.integers(0, 2**22)


@settings(deadline=None)
@given(
    name=st.text(max_size=15),
    state=st.sampled_from("RSDTtIZXx"),
    pid=numbers,
    parent=numbers,
    group=numbers,
    session=numbers,
)
def test_a_process_is_read_back(
    name: str, state: str, pid: int, parent: int, group: int, session: int
) -> None:
    line = f"{pid} ({name}) {state} {parent} {group} {session} 0 -1 4194560 1 2 3\n"
    found = process_of(line)
    assert (found.pid, found.parent, found.group, found.session) == (pid, parent, group, session)
    assert found.name == name
    assert found.alive == (state not in "ZXx")


@given(st.text())
def test_what_is_no_process_is_refused_and_nothing_else(line: str) -> None:
    try:
        process_of(line)
    except NoProcess:
        return
    assert "(" in line
    assert ")" in line


@pytest.mark.parametrize("line", ["", "1", "1 (x", "1 x) S 0 0 0", "x (y) S 0 0 0", "1 (y) S 0 0"])
def test_lines_that_are_cut(line: str) -> None:
    with pytest.raises(NoProcess):
        process_of(line)


@pytest.mark.parametrize(
    ("cgroups", "unit"),
    [
        ("0::/system.slice/nginx.service\n", "nginx.service"),
        ("0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n",
         "postgresql@15-main.service"),
        ("0::/user.slice/user-0.slice/user@0.service/app.slice/shop.service\n", "shop.service"),
        ("12:cpu:/\n1:name=systemd:/system.slice/cron.service\n0::/system.slice/cron.service\n",
         "cron.service"),
        ("0::/system.slice/docker-0a1b.scope\n", ""),
        ("0::/\n", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_unit_of_a_process(cgroups: str, unit: str) -> None:
    assert unit_of(cgroups) == unit
