"""What another server tells of a service's processes."""

from dataclasses import dataclass

from watchkeeper.domain.estate import Service

COMM_CHARACTERS = 15  # the kernel keeps no more of a name


@dataclass(frozen=True, kw_only=True)
class ProcessList:
    """A service's processes, counted: None is what cannot be told."""

    alive: int | None
    zombies: int
    main_alive: bool | None


def read_processes(said: str, service: Service) -> ProcessList:
    """From the pid file's text and, below it, a line ``pid state name`` for each process.

    Whatever else a server says counts for nothing.
    """
    lines = said.splitlines()
    table = [entry for line in lines if (entry := _entry(line))]
    mine = [state for _, state, name in table if name == service.process[:COMM_CHARACTERS]]
    main = lines[0].strip() if lines else ""
    living = {number for number, state, _ in table if state[0] not in "ZX"}
    return ProcessList(
        alive=sum(state[0] not in "ZX" for state in mine) if service.process and table else None,
        zombies=sum(state[0] == "Z" for state in mine) if service.process else 0,
        main_alive=main in living if service.pid_file and table else None,
    )


def _entry(line: str) -> tuple[str, str, str] | None:
    number, _, rest = line.strip().partition(" ")
    state, _, name = rest.strip().partition(" ")
    if number.isdigit() and state and state[0].isalpha() and name.strip():
        return number, state, name.strip()
    return None
