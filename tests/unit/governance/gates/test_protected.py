"""What Watchkeeper, and whoever watches it, stands on is never touched without a person."""

from dataclasses import replace

import pytest

from tests.unit.governance.scene import CONTEXT, ESTATE, an_action
from watchkeeper.domain.estate import Estate, Role
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.gates.protected import protected
from watchkeeper.knowledge.estate import EstateGraph


def judged(target: str = "docs", estate: Estate = ESTATE, **changed: object) -> Verdict:
    context = replace(CONTEXT, estate=EstateGraph(estate), own_places=("/var/lib/watchkeeper",))
    return protected(replace(an_action(target), **changed), context)  # type: ignore[arg-type]


def with_parameter(name: str, *values: str) -> Verdict:
    return judged(parameters=((name, values),))


def test_a_plain_service_is_not_protected() -> None:
    assert judged().ruling is Ruling.PERMITTED


def test_a_protected_server_and_all_that_is_on_it_ask_a_person() -> None:
    verdict = judged("keys")
    assert (verdict.ruling, verdict.reason) == (Ruling.NEEDS_PERSON, "keys is protected")


def test_a_protected_service_protects_its_server_and_not_its_neighbours() -> None:
    services = tuple(replace(s, protected=s.name == "docs") for s in ESTATE.services)
    estate = replace(ESTATE, services=services)
    assert judged("docs", estate).ruling is Ruling.NEEDS_PERSON
    assert judged("web-2", estate).ruling is Ruling.NEEDS_PERSON
    assert judged("mail", estate).ruling is Ruling.PERMITTED


@pytest.mark.parametrize("role", [role for role in Role if role])
def test_whatever_has_a_role_for_those_who_watch_asks_a_person(role: Role) -> None:
    services = tuple(replace(s, role=role if s.name == "docs" else s.role) for s in ESTATE.services)
    verdict = judged("docs", replace(ESTATE, services=services))
    assert (verdict.ruling, verdict.reason) == (Ruling.NEEDS_PERSON, f"docs serves as {role}")


def test_what_runs_on_a_server_with_a_role_shares_its_protection() -> None:
    servers = tuple(
        replace(s, role=Role.BASTION if s.name == "web-3" else s.role) for s in ESTATE.servers
    )
    assert judged("mail", replace(ESTATE, servers=servers)).reason == "web-3 serves as bastion"


@pytest.mark.parametrize(
    "unit",
    [
        "watchkeeper",
        "watchkeeper.service",
        "watchkeeper-executor",
        "watchkeeper@a.service",
        "Watchkeeper.service",
    ],
)
def test_its_own_units_ask_a_person_under_whatever_target(unit: str) -> None:
    assert with_parameter("unit", unit).ruling is Ruling.NEEDS_PERSON


def test_a_unit_that_only_begins_alike_is_another_one() -> None:
    assert with_parameter("unit", "watchkeepers-tea").ruling is Ruling.PERMITTED


@pytest.mark.parametrize(
    "path",
    [
        "/var/lib/watchkeeper",
        "/var/lib/watchkeeper/journal.db",
        "/var/log/../lib/watchkeeper/journal.db",
        "//var/lib/watchkeeper",
        "/var/lib",
        "/",
    ],
)
def test_its_own_places_ask_a_person(path: str) -> None:
    assert with_parameter("paths", "/var/log/shop.log", path).ruling is Ruling.NEEDS_PERSON


def test_a_place_that_only_begins_alike_is_another_one() -> None:
    assert with_parameter("paths", "/var/lib/watchkeeper-old/x").ruling is Ruling.PERMITTED


def test_the_file_system_that_needs_space_may_hold_them() -> None:
    parameters = (("mount", ("/",)), ("paths", ("/var/log/shop.log",)))
    assert judged(parameters=parameters).ruling is Ruling.PERMITTED


@pytest.mark.parametrize(
    "package",
    ["sudo=1.9.13", "python3:amd64", "python3-minimal", "python3.11", "Sudo", "systemd-sysv"],
)
def test_a_part_or_a_version_of_a_protected_package_is_protected(package: str) -> None:
    assert with_parameter("packages", package).ruling is Ruling.NEEDS_PERSON


@pytest.mark.parametrize("package", ["sudoku", "libansible", "nginx"])
def test_a_package_that_is_only_called_alike_is_not(package: str) -> None:
    assert with_parameter("packages", package).ruling is Ruling.PERMITTED


def test_a_package_change_that_brings_a_protected_one_along_asks_a_person() -> None:
    verdict = with_parameter("packages", "nginx", "libssl3", "openssh-server")
    assert verdict.reason == "it changes openssh-server"
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert with_parameter("packages", "nginx", "libssl3").ruling is Ruling.PERMITTED


def test_its_own_host_asks_a_person_unless_that_was_allowed() -> None:
    own = replace(CONTEXT, own_server="watch-1")
    assert protected(an_action("console"), own).reason == "this is Watchkeeper's own host"
    assert protected(an_action("docs"), own).ruling is Ruling.PERMITTED
    allowed = replace(own, estate=EstateGraph(replace(ESTATE, single_host=True)))
    assert protected(an_action("console"), allowed).ruling is Ruling.PERMITTED
