"""The automation port on the pretend data centre: jobs that outlive whoever launched them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from watchkeeper.adapters.simulated.hands import TASKS, Order
from watchkeeper.adapters.simulated.havoc import Havoc
from watchkeeper.adapters.simulated.world import World
from watchkeeper.domain.action import digest_of_parameters
from watchkeeper.domain.instant import from_unix
from watchkeeper.domain.job import (
    Finished,
    JobState,
    JobTemplate,
    NeverStarted,
    Running,
    Unknowable,
)
from watchkeeper.domain.job_end import JobEnd
from watchkeeper.domain.parameter_values import ValueRefused
from watchkeeper.domain.playbook import ParameterMissing, Playbook
from watchkeeper.domain.warrant import Spent, Warrant
from watchkeeper.ports.errors import AlreadyLaunched, LaunchFailed, TemplateRefused
from watchkeeper.ports.kill_page import KillPage
from watchkeeper.ports.library import PlaybookSource

EXECUTOR = "simulated"
Parameters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass
class Job:
    """One launched job and how far it has come."""

    warrant: Warrant
    order: Order
    started_at: float
    ends_by: float
    step: int = 0
    changed: int = 0
    lines: list[str] = field(default_factory=list)
    state: JobState = field(default_factory=Running)
    cancelled: bool = False

    @property
    def running(self) -> bool:
        """Whether it has not come to any end."""
        return isinstance(self.state, Running)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a job ended by itself: the codes are those of ansible and of timeout(1)."""

    code: int
    text: str
    failed: int = 0
    unreachable: int = 0


DONE = Ending(code=0, text="done")
STOPPED = Ending(code=254, text="stopped before the next task")
TOOK_TOO_LONG = Ending(code=124, text="took too long")
TASK_FAILED = Ending(code=2, text="a task failed", failed=1)
UNREACHABLE = Ending(code=4, text="the server is unreachable", unreachable=1)
WORDS = {
    DONE: JobEnd.SUCCEEDED,
    STOPPED: JobEnd.STOPPED,
    TOOK_TOO_LONG: JobEnd.TIMED_OUT,
    TASK_FAILED: JobEnd.FAILED,
    UNREACHABLE: JobEnd.UNREACHABLE,
}


class SimulatedAutomation:
    """The pretend data centre's hands, with a spent ledger of their own.

    Its jobs are happenings of the world: they go on while nobody looks, and are found again by
    whoever asks next.
    """

    def __init__(
        self, world: World, havoc: Havoc, playbooks: PlaybookSource, page: KillPage
    ) -> None:
        self._world = world
        self._playbooks = playbooks
        self._page = page
        self._jobs: dict[str, Job] = {}
        self._void: dict[str, None] = {}
        self.heard: list[Callable[[Warrant], None]] = []  # told before a task changes anything
        havoc.lost_wrappers.append(self._wrappers_die)

    @property
    def name(self) -> str:
        """The executor's name, to which a warrant is bound."""
        return EXECUTOR

    @property
    def launched(self) -> tuple[Warrant, ...]:
        """Every warrant that has had its job started, in the order of starting."""
        return tuple(job.warrant for job in self._jobs.values())

    async def templates(self) -> tuple[JobTemplate, ...]:
        """Every template of the library that this data centre knows how to carry out."""
        return tuple(book.template for book in self._playbooks.playbooks())

    async def surroundings(self) -> str:
        """It brings nothing along but itself."""
        return EXECUTOR

    async def launch(
        self,
        spent: Spent,
        template: JobTemplate,
        parameters: Parameters,
        timeout_seconds: float,
    ) -> None:
        """Start an approved template; its tasks take virtual seconds."""
        warrant = spent.warrant
        now = self._world.now()
        self._check(warrant, template, parameters)
        book = self._approved(template)
        values = frozenset(value for _, given in _arguments(book, parameters) for value in given)
        if warrant.id in self._void:
            raise LaunchFailed(f"warrant {warrant.id} was said never to start")
        if warrant.id in self._jobs:
            raise AlreadyLaunched(f"warrant {warrant.id} has had its launch")
        job = Job(
            warrant=warrant,
            order=Order(server=warrant.server, values=values),
            started_at=now,
            ends_by=now + timeout_seconds,
        )
        self._jobs[warrant.id] = job
        self._next_task(job, now)

    async def find(self, warrant: str) -> JobState:
        """What became of the job; a warrant that has none is buried."""
        self._world.now()
        job = self._jobs.get(warrant)
        if job is None:
            self._void[warrant] = None
            return NeverStarted()
        return job.state

    async def cancel(self, warrant: str) -> None:
        """Ask a running job to stop before its next task."""
        self._world.now()
        if warrant in self._jobs:
            self._jobs[warrant].cancelled = True

    def lose(self, warrant: str) -> None:
        """What carries this job out is killed within seconds, before its effect or after it."""
        seconds = 4.0 * self._world.chance("lose", warrant)
        self._world.schedule(self._world.now() + seconds, lambda _: self._lost(warrant))

    def _check(self, warrant: Warrant, template: JobTemplate, parameters: Parameters) -> None:
        """Whether the warrant says exactly this."""
        if (warrant.executor, warrant.template, warrant.template_digest) != (
            EXECUTOR,
            template.name,
            template.digest,
        ):
            raise LaunchFailed(f"the warrant is for {warrant.template} on {warrant.executor}")
        if warrant.parameters_digest != digest_of_parameters(parameters):
            raise LaunchFailed("the warrant is for other parameters")
        if warrant.server not in self._world.hosts:
            raise LaunchFailed(f"no server {warrant.server}")

    def _approved(self, template: JobTemplate) -> Playbook:
        book = next((b for b in self._playbooks.playbooks() if b.name == template.name), None)
        if book is None or book.template != template or template.name not in TASKS:
            raise TemplateRefused(f"{template.name} is not in the library as approved")
        return book

    def _next_task(self, job: Job, at: float) -> None:
        """A task boundary: stop here when asked to, end, or go on with the next task."""
        tasks = TASKS[job.warrant.template]
        if not job.running:
            return
        if self._page.engaged() or job.cancelled:
            _end(job, at, STOPPED)
        elif job.step == len(tasks):
            _end(job, at, DONE)
        else:
            for hear in self.heard:
                hear(job.warrant)
            seconds = tasks[job.step].seconds * self._pace(job)
            end = min(at + seconds, job.ends_by)
            self._world.schedule(end, lambda when: self._task_done(job, when))

    def _task_done(self, job: Job, at: float) -> None:
        if not job.running:
            return
        if at >= job.ends_by:
            _end(job, at, TOOK_TOO_LONG)
            return
        task = TASKS[job.warrant.template][job.step]
        if not self._world.hosts[job.order.server].reachable.now:
            _end(job, at, UNREACHABLE)
            return
        end = task.work(self._world, job.order, at)
        job.changed += end.changed
        job.lines.append(f"TASK [{task.title}] {end.text}")
        if end.failed:
            _end(job, at, TASK_FAILED)
        else:
            job.step += 1
            self._next_task(job, at)

    def _pace(self, job: Job) -> float:
        """Some jobs are slower than others: half to twice the usual time."""
        return 0.5 + 1.5 * self._world.chance("pace", job.warrant.server, job.step)

    def _wrappers_die(self, server: str) -> None:
        for warrant, job in self._jobs.items():
            if job.order.server == server:
                self._lost(warrant)

    def _lost(self, warrant: str) -> None:
        job = self._jobs.get(warrant)
        if job and job.running:
            job.state = Unknowable(reason="what carried the job out was killed")


def _end(job: Job, at: float, ending: Ending) -> None:
    job.lines.append(ending.text)
    job.state = Finished(
        succeeded=ending.code == 0,
        return_code=ending.code,
        changed=job.changed,
        failed=ending.failed,
        unreachable=ending.unreachable,
        started_at=from_unix(job.started_at),
        finished_at=from_unix(at),
        output="\n".join(job.lines),
        end=_word(job, ending),
    )


def _word(job: Job, ending: Ending) -> JobEnd:
    if ending == TASK_FAILED and job.changed:
        return JobEnd.PARTLY
    return WORDS[ending]


def _arguments(book: Playbook, parameters: Parameters) -> Parameters:
    try:
        return book.arguments(parameters)
    except (ValueRefused, ParameterMissing) as error:
        raise LaunchFailed(str(error)) from error
