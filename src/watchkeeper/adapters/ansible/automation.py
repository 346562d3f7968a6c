"""Playbooks of the library, here or by ssh: launched once, found again, cancelled at a boundary."""

import asyncio
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import watchkeeper
from watchkeeper.adapters.ansible.job_directory import JobDirectory, LaunchTaken
from watchkeeper.adapters.ansible.order import Arguments, Errand, Place, lay_down
from watchkeeper.adapters.ansible.reach import Reach
from watchkeeper.adapters.ansible.surroundings import surroundings
from watchkeeper.adapters.wire.ssh_login import login_to
from watchkeeper.domain.action import digest_of_parameters
from watchkeeper.domain.job import JobState, JobTemplate, NeverStarted, Unknowable
from watchkeeper.domain.parameter_values import ValueRefused
from watchkeeper.domain.playbook import ParameterMissing, Playbook
from watchkeeper.domain.warrant import Spent, Warrant
from watchkeeper.ports.errors import (
    AlreadyLaunched,
    InventoryChanged,
    LaunchFailed,
    SourceUnavailable,
    SurroundingsChanged,
    TemplateRefused,
)
from watchkeeper.ports.library import PlaybookSource

EXECUTOR = "ansible-local"
HANDSHAKE_SECONDS = 30.0  # for the wrapper to take its lock; a loaded machine needs one or two
POLL_SECONDS = 0.02

SYSTEM_PYTHON = Path("/usr/bin/python3")  # has what ansible's modules need of the distribution

_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SERVER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")


class AnsibleAutomation:
    """The executor "ansible-local"; implements the ``Automation`` port.

    ``reach`` says which server is this host, and how another one is reached: nothing runs here
    that was meant elsewhere. ``jobs`` is the directory of job directories, which is the executor's
    own ledger of spent warrants: nothing is ever removed from it while a warrant could come back.
    """

    def __init__(
        self,
        jobs: Path,
        playbooks: PlaybookSource,
        kill_page: Path,
        reach: Reach,
        interpreter: Path = SYSTEM_PYTHON,
    ) -> None:
        python = interpreter if interpreter.exists() else Path(sys.executable)
        self._jobs = jobs.absolute()
        self._playbooks = playbooks
        self._here = Place(kill_page=kill_page.absolute(), interpreter=str(python))
        self._reach = reach
        self._wrappers: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def name(self) -> str:
        """The executor's name, to which a warrant is bound."""
        return EXECUTOR

    async def templates(self) -> tuple[JobTemplate, ...]:
        """Every template of the library, with the digest of its files as they are now."""
        books = await asyncio.to_thread(self._playbooks.playbooks)
        return tuple(book.template for book in books)

    async def surroundings(self) -> str:
        """The digest of ansible's code, its settings, its plugins and ssh's options, as of now."""
        return await asyncio.to_thread(surroundings)

    async def launch(
        self,
        spent: Spent,
        template: JobTemplate,
        parameters: Arguments,
        timeout_seconds: float,
    ) -> None:
        """Start the template in a detached wrapper; return once the wrapper has begun."""
        warrant = spent.warrant
        self._check(warrant, template, parameters)
        place = await asyncio.to_thread(self._place, warrant)
        book = await asyncio.to_thread(self._approved, template)
        if place.login and not book.helper:
            raise TemplateRefused(f"{book.name} has no helper: it runs on this host only")
        arguments = _arguments(book, parameters)
        job = JobDirectory(self._jobs / warrant.id)
        await asyncio.to_thread(_made, job)
        errand = Errand(
            warrant=warrant, book=book, arguments=arguments, timeout_seconds=timeout_seconds
        )
        process = await asyncio.to_thread(self._spawned, job, errand, place)
        self._wrappers[warrant.id] = process
        await self._begun(job, process)

    async def find(self, warrant: str) -> JobState:
        """What became of the job. NeverStarted buries the warrant for this executor."""
        self._reap()
        if not _IDENTIFIER.fullmatch(warrant):
            return NeverStarted()  # and launch refuses it
        return await asyncio.to_thread(_found, JobDirectory(self._jobs / warrant))

    async def cancel(self, warrant: str) -> None:
        """Ask a running job to stop before its next task."""
        if _IDENTIFIER.fullmatch(warrant):
            await asyncio.to_thread(JobDirectory(self._jobs / warrant).cancel)

    def _check(self, warrant: Warrant, template: JobTemplate, parameters: Arguments) -> None:
        """Whether the warrant says exactly this; the journal is not the only one to look."""
        if not _IDENTIFIER.fullmatch(warrant.id):
            raise LaunchFailed(f"not a warrant's id: {warrant.id[:80]!r}")
        said = (warrant.executor, warrant.template, warrant.template_digest)
        if said != (EXECUTOR, template.name, template.digest):
            raise LaunchFailed(f"the warrant is for {said[1]} on {said[0]}, not for this")
        if warrant.parameters_digest != digest_of_parameters(parameters):
            raise LaunchFailed("the warrant is for other parameters")
        if not _SERVER.fullmatch(warrant.server):
            raise LaunchFailed(f"{warrant.server[:80]!r} is no server's name")

    def _place(self, warrant: Warrant) -> Place:
        """Where it runs, if that and all around it are still what the warrant is bound to."""
        if surroundings() != warrant.surroundings_digest:
            raise SurroundingsChanged("ansible, its settings or its plugins have changed")
        row = self._reach.row(warrant.server)
        if row is None or row.digest != warrant.inventory_digest:
            raise InventoryChanged(
                f"{warrant.server} is not reached as it was when this was minted"
            )
        if self._reach.is_here(warrant.server):
            return self._here
        return replace(self._here, login=login_to(row, self._reach.keys))

    def _approved(self, template: JobTemplate) -> Playbook:
        try:
            books = self._playbooks.playbooks()
        except SourceUnavailable as error:
            raise TemplateRefused(str(error)) from error
        book = next((each for each in books if each.name == template.name), None)
        if book is None:
            raise TemplateRefused(f"{template.name} is not in the library")
        if book.template != template:
            raise TemplateRefused(f"{template.name} is not the playbook that was approved")
        return book

    def _spawned(
        self, job: JobDirectory, errand: Errand, place: Place
    ) -> "subprocess.Popen[bytes]":
        self._reap()
        try:
            lay_down(job, errand, place)
            return _detached(job)
        except OSError as error:
            with suppress(OSError):
                job.bury("it could not be started")
            raise LaunchFailed(f"the wrapper could not be started: {error.strerror}") from error

    async def _begun(self, job: JobDirectory, process: "subprocess.Popen[bytes]") -> None:
        """Wait until the wrapper holds its lock and has said so."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + HANDSHAKE_SECONDS
        while not job.started:
            if process.poll() is not None or clock() > deadline:
                await asyncio.to_thread(_give_up, job, process)
                return
            await asyncio.sleep(POLL_SECONDS)

    def _reap(self) -> None:
        """Collect wrappers that have ended, so that none stays behind as a zombie."""
        self._wrappers = {w: p for w, p in self._wrappers.items() if p.poll() is None}


def _made(job: JobDirectory) -> None:
    try:
        job.make()
    except LaunchTaken:
        if job.epitaph:
            raise LaunchFailed(f"never to be started: {job.epitaph}") from None
        raise AlreadyLaunched(f"warrant {job.path.name} has had its launch") from None
    except OSError as error:
        raise LaunchFailed(f"no job directory can be made: {error.strerror}") from error


def _found(job: JobDirectory) -> JobState:
    try:
        with suppress(LaunchTaken):
            job.make()  # whoever launches it now comes too late
        return job.state()
    except OSError as error:
        return Unknowable(reason=f"the job directory cannot be used: {error.strerror}")


def _arguments(book: Playbook, parameters: Arguments) -> Arguments:
    try:
        return book.arguments(parameters)
    except (ValueRefused, ParameterMissing) as error:
        raise LaunchFailed(str(error)) from error


def _detached(job: JobDirectory) -> "subprocess.Popen[bytes]":
    """The wrapper: a session of its own, no pipe to us, nothing of our environment but the code."""
    with job.wrapper_log.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "watchkeeper.adapters.ansible.wrapper", str(job.path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=job.path,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": _code()},
            start_new_session=True,
        )


def _code() -> str:
    """Where this program's code lies: the wrapper runs the same."""
    return str(Path(watchkeeper.__file__).parents[1])


def _give_up(job: JobDirectory, process: "subprocess.Popen[bytes]") -> None:
    """The wrapper has not said that it began: end it, and see to it that it never does.

    Returns when it began after all. Raises LaunchFailed.
    """
    process.kill()
    process.wait()
    with job.unless_held():
        if job.started:
            return
        job.bury("the wrapper did not begin")
    raise LaunchFailed(job.epitaph)
