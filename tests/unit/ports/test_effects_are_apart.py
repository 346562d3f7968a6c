"""No port changes the estate without a spent warrant, and no record can be made to wait for one."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator

import pytest

from watchkeeper import adapters, ports
from watchkeeper.domain.effects import (
    EffectWithoutWarrant,
    RecordWithWarrant,
    estate_effect,
    is_estate_effect,
    is_record,
    record,
    takes_warrant,
)
from watchkeeper.domain.warrant import Spent

Methods = dict[str, Callable[..., object]]

REACHES_THE_ESTATE = {"Automation": {"launch"}}
"""Which ports have hands, and with what: the rest of such a port only looks, or stops something."""

TELLS_PEOPLE = {"Notifier": {"notify"}, "Heartbeat": {"beat"}}
"""Which ports bring something to people, and with what."""


def modules(package: object) -> Iterator[object]:
    path, name = package.__path__, package.__name__  # type: ignore[attr-defined]
    for found in pkgutil.walk_packages(path, f"{name}."):
        yield importlib.import_module(found.name)


def methods_of(port: type) -> Methods:
    return {
        name: value
        for name, value in vars(port).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }


def is_port(found: object) -> bool:
    return inspect.isclass(found) and getattr(found, "_is_protocol", False)


def all_ports() -> dict[str, Methods]:
    return {
        found.__name__: methods_of(found)
        for module in modules(ports)
        for found in vars(module).values()
        if is_port(found) and found.__module__ == module.__name__  # type: ignore[attr-defined]
    }


def test_what_changes_the_estate_is_known_and_takes_a_spent_warrant() -> None:
    effects = {
        port: {name for name, method in methods.items() if is_estate_effect(method)}
        for port, methods in all_ports().items()
    }
    assert {port: names for port, names in effects.items() if names} == REACHES_THE_ESTATE


def test_nothing_else_takes_one() -> None:
    assert {
        port: {name for name, method in methods.items() if takes_warrant(method)}
        for port, methods in all_ports().items()
        if any(takes_warrant(method) for method in methods.values())
    } == REACHES_THE_ESTATE


def test_what_tells_people_is_known_and_can_wait_for_no_warrant() -> None:
    records = {
        port: {name for name, method in methods.items() if is_record(method)}
        for port, methods in all_ports().items()
    }
    assert {port: names for port, names in records.items() if names} == TELLS_PEOPLE


def test_no_adapter_has_a_way_round() -> None:
    """Where an adapter takes a spent warrant it is a hand of a port that is known to have hands."""
    hands = set().union(*REACHES_THE_ESTATE.values())
    takers = {
        name
        for module in modules(adapters)
        for found in vars(module).values()
        if inspect.isclass(found) and found.__module__ == module.__name__  # type: ignore[attr-defined]
        for name, method in methods_of(found).items()
        if takes_warrant(method)
    }
    assert takers == hands


def test_an_effect_that_asks_for_no_warrant_cannot_even_be_defined() -> None:
    async def reboot(self: object, server: str) -> None: ...

    with pytest.raises(EffectWithoutWarrant):
        estate_effect(reboot)  # type: ignore[arg-type]


def test_the_warrant_comes_first() -> None:
    async def reboot(self: object, server: str, spent: Spent) -> None: ...

    with pytest.raises(EffectWithoutWarrant):
        estate_effect(reboot)  # type: ignore[arg-type]


def test_a_record_that_waits_for_a_warrant_cannot_be_defined() -> None:
    async def page(self: object, text: str, spent: Spent | None) -> None: ...

    with pytest.raises(RecordWithWarrant):
        record(page)


def test_what_is_as_it_should_be_is_marked() -> None:
    @estate_effect
    async def reboot(self: object, spent: Spent) -> None: ...

    @record
    async def page(self: object, text: str) -> None: ...

    assert (is_estate_effect(reboot), is_record(reboot)) == (True, False)
    assert (is_estate_effect(page), is_record(page)) == (False, True)
