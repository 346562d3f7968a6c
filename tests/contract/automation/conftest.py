import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.automation.ansible_workshop import AnsibleWorkshop
from tests.contract.automation.simulated_workshop import SimulatedWorkshop
from tests.contract.automation.workshop import Workshop


def ansible(folder: Path) -> Workshop:
    return AnsibleWorkshop(folder)


def simulated(_: Path) -> Workshop:
    return SimulatedWorkshop()


@pytest.fixture(params=[pytest.param(ansible, marks=pytest.mark.live("ansible")), simulated])
def workshop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workshop]:
    make: Callable[[Path], Workshop] = request.param
    workshop = make(tmp_path)
    yield workshop
    if isinstance(workshop, AnsibleWorkshop):
        clear(workshop)


@pytest.fixture
def real(tmp_path: Path) -> Iterator[AnsibleWorkshop]:
    workshop = AnsibleWorkshop(tmp_path)
    yield workshop
    clear(workshop)


def clear(workshop: AnsibleWorkshop) -> None:
    """End what a story left running, and remove its folder: it holds read-only files."""
    for left in workshop.remains():
        left.kill()
    shutil.rmtree(workshop.folder, ignore_errors=True)
