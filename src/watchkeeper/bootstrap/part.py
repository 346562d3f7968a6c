"""A part of the program: what it decides, what it carries out, and what it keeps doing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from watchkeeper.engine.machine import Duties, Machine

Loop = Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Part:
    """The agents, the authority or the executor; a process is made of one to three of them."""

    name: str
    machines: Mapping[str, Machine] = field(default_factory=dict)  # prefix of the streams → machine
    duties: Duties = field(default_factory=dict)
    loops: Mapping[str, Loop] = field(default_factory=dict)  # kept going as long as it runs
