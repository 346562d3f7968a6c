"""Where the acceptance stories get their servers from, and what is told when one fails."""

import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path

import pytest

from tests.acceptance.rig.estate import Estate, Member
from tests.acceptance.rig.metrics import Metrics
from tests.acceptance.rig.watchkeeper import Watchkeeper

PROGRAMS = (
    "prometheus",
    "prometheus-node-exporter",
    "prometheus-blackbox-exporter",
    "prometheus-alertmanager",
    "nginx",
    "sshd",
    "ip",
    "sudo",
)

# Four services on the host, one needing another: what most stories are told on.
FOUR = {
    "stock": Member(),
    "shop": Member(depends_on="stock"),
    "mail": Member(),
    "docs": Member(),
}

FAILED = pytest.StashKey[bool]()

Watched = Callable[[Estate], Watchkeeper]
Built = Callable[[Mapping[str, Member]], Estate]


def why_not() -> str | None:
    """Why the real servers cannot be had here; nothing when they can."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    missing = [program for program in PROGRAMS if shutil.which(program, path=path) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (tests/acceptance/servers.sh)"
    return None if os.geteuid() == 0 else "installing an init script needs root"


@pytest.fixture(scope="session", autouse=True)
def real_servers() -> None:
    reason = why_not()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    os.environ["PATH"] += ":/usr/sbin:/sbin"


@pytest.fixture(scope="session")
def session_folder() -> Iterator[Path]:
    """A short path that nginx's workers may enter."""
    with tempfile.TemporaryDirectory(prefix="wk-acceptance-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def folder(session_folder: Path, request: pytest.FixtureRequest) -> Path:
    made = Path(tempfile.mkdtemp(prefix=f"{request.node.name[5:25]}-".replace("[", "-"),
                                 dir=session_folder))  # fmt: skip
    made.chmod(0o755)
    return made


@pytest.fixture(scope="session")
def shared_metrics(session_folder: Path) -> Iterator[Metrics]:
    """One Prometheus for all the stories that do not hurt it."""
    metrics = Metrics(session_folder / "metrics")
    try:
        metrics.start()
        yield metrics
    finally:
        metrics.stop()


@pytest.fixture
def own_metrics(folder: Path) -> Iterator[Metrics]:
    """A Prometheus that a story may kill."""
    metrics = Metrics(folder / "metrics")
    try:
        metrics.start()
        yield metrics
    finally:
        metrics.stop()


@pytest.fixture
def built(shared_metrics: Metrics, folder: Path) -> Iterator[Built]:
    """Builds the estate that a story asks for."""
    estates: list[Estate] = []

    def build(members: Mapping[str, Member]) -> Estate:
        estates.append(Estate(folder=folder, metrics=shared_metrics))
        estates[-1].build(members)
        return estates[-1]

    yield build
    for estate in estates:
        estate.remove()


@pytest.fixture
def estate(built: Built) -> Estate:
    return built(FOUR)


@pytest.fixture
def watched(folder: Path, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """Starts a Watchkeeper over an estate; on failure its account is in the report."""
    started: list[Watchkeeper] = []

    def watch(estate: Estate) -> Watchkeeper:
        watchkeeper = Watchkeeper(folder)
        started.append(watchkeeper)
        estate.write(folder, listen=watchkeeper.listen)
        watchkeeper.start()
        return watchkeeper

    yield watch
    for watchkeeper in started:
        if request.node.stash.get(FAILED, False):
            print(watchkeeper.account())
        watchkeeper.stop()
        watchkeeper.end_leftovers()


@pytest.fixture
def watchkeeper(estate: Estate, watched: Watched) -> Watchkeeper:
    """Watchkeeper over the four services, granted nothing."""
    return watched(estate)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
