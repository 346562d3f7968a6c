"""What another server tells of a service's processes, and what it cannot make us believe."""

from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.adapters.ssh.process_list import ProcessList, read_processes
from watchkeeper.domain.estate import Service

NGINX = Service(name="stock", server="s", process="nginx", pid_file="/run/stock.pid")
TABLE = "   1 Ss   sh\n  20 S    nginx\n  21 Z    nginx\n  22 S+   a nginx\n"


def test_living_dead_and_main_are_told_apart() -> None:
    assert read_processes(f"20\n\n{TABLE}", NGINX) == ProcessList(
        alive=1, zombies=1, main_alive=True
    )
    assert read_processes(f"21\n\n{TABLE}", NGINX).main_alive is False, "a zombie is dead"
    assert read_processes(f"\n{TABLE}", NGINX).main_alive is False, "no pid file"


def test_a_long_name_is_compared_as_the_kernel_keeps_it() -> None:
    service = Service(name="s", server="s", process="prometheus-node-exporter")
    assert read_processes("\n 7 S prometheus-node\n", service).alive == 1


def test_where_no_process_is_told_nothing_is_known() -> None:
    assert read_processes("20\n", NGINX) == ProcessList(alive=None, zombies=0, main_alive=None)


@given(st.text())
def test_whatever_it_says_it_is_only_counted(said: str) -> None:
    seen = read_processes(said, NGINX)
    assert seen.zombies >= 0
    assert seen.alive is None or 0 <= seen.alive <= len(said)
