"""Which runbook fits, with values from the estate and from nowhere else."""

from dataclasses import replace

from tests.unit.incidents.case import ESTATE, FREE_SPACE, GRAPH, RESTART, RUNBOOKS, cause_is
from watchkeeper.domain.runbook import Parameter, ParameterType
from watchkeeper.incidents.remediation import chosen
from watchkeeper.knowledge.estate import EstateGraph

FULL = cause_is("web-1", "disk-full", part="/var")


def test_a_dead_service_gets_the_restart_with_its_own_unit_process_and_pid_file() -> None:
    choice = chosen(cause_is("shop"), RUNBOOKS, GRAPH)
    assert choice is not None
    assert (choice.runbook, choice.runbook_digest) == (RESTART.id, RESTART.digest)
    assert choice.target == "shop"
    assert choice.parameters == (
        ("pid_file", ("/run/shop.pid",)),
        ("process", ("nginx",)),
        ("unit", ("shop",)),
    )


def test_what_a_service_does_not_have_is_left_out_where_the_runbook_can_do_without() -> None:
    choice = chosen(cause_is("search"), RUNBOOKS, GRAPH)
    assert choice is not None
    assert dict(choice.parameters) == {"pid_file": (), "process": (), "unit": ("search",)}


def test_a_service_without_a_unit_cannot_be_restarted() -> None:
    assert chosen(cause_is("stock"), RUNBOOKS, GRAPH) is None


def test_a_full_file_system_gets_the_logs_that_the_estate_lets_go_and_its_own_mount() -> None:
    choice = chosen(FULL, RUNBOOKS, GRAPH)
    assert choice is not None
    assert dict(choice.parameters) == {"mount": ("/var",), "paths": ("/var/log/shop.log",)}


def test_a_server_on_which_nothing_may_be_rotated_still_has_a_mount() -> None:
    choice = chosen(cause_is("db-1", "disk-full", part="/"), RUNBOOKS, GRAPH)
    assert choice is not None
    assert dict(choice.parameters) == {"mount": ("/",), "paths": ()}


def test_without_a_mount_nothing_is_freed() -> None:
    assert chosen(cause_is("web-1", "disk-full"), RUNBOOKS, GRAPH) is None


def test_a_runbook_for_services_is_never_applied_to_a_server_nor_the_other_way_round() -> None:
    assert chosen(cause_is("web-1", "service-down"), RUNBOOKS, GRAPH) is None
    assert chosen(cause_is("shop", "disk-full", part="/var"), RUNBOOKS, GRAPH) is None


def test_a_type_that_no_runbook_is_for_has_none() -> None:
    assert chosen(cause_is("web-1", "cpu-saturation"), RUNBOOKS, GRAPH) is None
    assert chosen(cause_is("shop"), {}, GRAPH) is None


def test_of_several_that_fit_the_first_by_name_is_taken_whatever_the_order_on_disk() -> None:
    gentler = replace(RESTART, id="a-gentler-way")
    for library in ((RESTART, gentler), (gentler, RESTART)):
        choice = chosen(cause_is("shop"), {r.id: r for r in library}, GRAPH)
        assert choice is not None and choice.runbook == "a-gentler-way"


def test_the_first_that_can_be_filled_in_is_taken() -> None:
    demanding = replace(
        RESTART,
        id="a-demanding-way",
        parameters=(Parameter(name="mount", type=ParameterType.MOUNT, source="part"),),
    )
    choice = chosen(cause_is("shop"), {r.id: r for r in (demanding, RESTART)}, GRAPH)
    assert choice is not None and choice.runbook == RESTART.id


def test_a_service_s_own_logs_may_be_rotated_where_the_runbook_is_for_services() -> None:
    paths = Parameter(name="paths", type=ParameterType.PATHS, source="rotate")
    rotating = replace(RESTART, id="rotate-its-logs", parameters=(paths,))
    choice = chosen(cause_is("shop"), {rotating.id: rotating}, GRAPH)
    assert choice is not None
    assert dict(choice.parameters) == {"paths": ("/var/log/shop.log",)}


def test_an_attribute_that_nobody_knows_is_never_made_up() -> None:
    unknown = Parameter(name="user", type=ParameterType.UNIT, source="somewhere")
    asking = replace(RESTART, parameters=(unknown,))
    assert chosen(cause_is("shop"), {asking.id: asking}, GRAPH) is None


def test_a_server_s_own_parameters_are_no_service_s() -> None:
    unit = Parameter(name="unit", type=ParameterType.UNIT, source="unit")
    asking = replace(FREE_SPACE, parameters=(unit,))
    assert chosen(FULL, {asking.id: asking}, GRAPH) is None


def test_a_service_that_left_the_estate_meanwhile_has_no_runbook() -> None:
    left = replace(ESTATE, services=tuple(s for s in ESTATE.services if s.name != "shop"))
    assert chosen(cause_is("shop"), RUNBOOKS, EstateGraph(left)) is None
