"""What a playbook takes, and the digest by which it is approved."""

import pytest

from watchkeeper.domain.parameter_values import PATHS_LIMIT, ValueRefused, checked
from watchkeeper.domain.playbook import (
    ParameterMissing,
    Playbook,
    PlaybookParameter,
    digest_of_files,
)
from watchkeeper.domain.runbook import ParameterType

BOOK = Playbook(
    name="stop_leftovers",
    files=(("stop_leftovers.yml", b"- hosts: all\n"), ("library/leftovers.py", b"pass\n")),
    parameters=(
        PlaybookParameter(name="unit", type=ParameterType.UNIT),
        PlaybookParameter(name="pid_file", type=ParameterType.PATH, optional=True),
    ),
)


def test_the_order_of_files_does_not_matter_and_everything_else_does() -> None:
    one, two = ("a", b"1"), ("b", b"2")
    assert digest_of_files((one, two)) == digest_of_files((two, one))
    others = [(("a", b"2"), ("b", b"1")), (one,), (("a", b"1b"), ("", b"2")), (one, ("c", b"2"))]
    digests = {digest_of_files(files) for files in others}
    assert len(digests) == len(others)
    assert digest_of_files((one, two)) not in digests


def test_only_declared_parameters_are_handed_on() -> None:
    given = (("pid_file", ()), ("unit", ("nginx",)), ("zone", ("anything at all",)))
    assert BOOK.arguments(given) == (("unit", ("nginx",)),)
    assert BOOK.arguments((("unit", ("nginx",)), ("pid_file", ("/run/n.pid",)))) == (
        ("unit", ("nginx",)),
        ("pid_file", ("/run/n.pid",)),
    )


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(ParameterMissing, match="stop_leftovers: unit is missing"):
        BOOK.arguments((("pid_file", ("/run/n.pid",)),))


def test_an_optional_parameter_is_checked_all_the_same() -> None:
    with pytest.raises(ValueRefused, match="pid_file"):
        BOOK.arguments((("unit", ("nginx",)), ("pid_file", ("run/n.pid",))))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ParameterType.UNIT, "nginx"),
        (ParameterType.UNIT, "getty@tty1.service"),
        (ParameterType.UNIT, "wk-test_web.2"),
        (ParameterType.PROCESS, "php-fpm8.2"),
        (ParameterType.PATH, "/run/nginx.pid"),
        (ParameterType.PATHS, "/var/log/shop/shop-2026_11:24.log"),
        (ParameterType.MOUNT, "/"),
        (ParameterType.MOUNT, "/var"),
    ],
)
def test_names_and_paths_as_machines_have_them(kind: ParameterType, value: str) -> None:
    assert checked("x", kind, (value,)) == (value,)


@pytest.mark.parametrize("kind", ParameterType)
@pytest.mark.parametrize(
    "value",
    [
        "",
        "-x",
        "--now",
        "..",
        "a b",
        "a\n",
        "/a\n",
        "a/b",
        "{{ x }}",
        "/{{ x }}",
        "{% x %}",
        "/a/../b",
        "/a/./b",
        "/a//b",
        "/a/",
        "//a",
        "a;b",
        "/a;b",
        "$(id)",
        "`id`",
        "/a'b",
        "ä",
        "/ä",
        "a\x00",
        "x" * 65 + "/",
        "/" + "x" * 1024,
    ],
)
def test_free_text_is_no_value_of_any_type(kind: ParameterType, value: str) -> None:
    with pytest.raises(ValueRefused):
        checked("x", kind, (value,))


def test_only_a_mount_may_be_the_root() -> None:
    for kind in (ParameterType.PATH, ParameterType.PATHS):
        with pytest.raises(ValueRefused):
            checked("x", kind, ("/",))


def test_how_many_values_a_type_takes() -> None:
    for kind in set(ParameterType) - {ParameterType.PATHS}:
        with pytest.raises(ValueRefused):
            checked("x", kind, ("a", "a"))
    many = tuple(f"/var/log/{number}.log" for number in range(PATHS_LIMIT))
    assert checked("x", ParameterType.PATHS, many) == many
    with pytest.raises(ValueRefused):
        checked("x", ParameterType.PATHS, (*many, "/var/log/last.log"))
    with pytest.raises(ValueRefused):
        checked("x", ParameterType.PATHS, ())
