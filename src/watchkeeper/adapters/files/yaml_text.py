"""YAML as people write it: safe, bounded, and a key given twice is a mistake, not a choice."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

LIMIT_BYTES = 4_194_304  # a configuration file; a longer one is something else


class FileRefused(ValueError):
    """A file cannot be used. The message is one line: which file, what, and what to do."""


class _Once(yaml.SafeLoader):
    """A safe loader that refuses a key given twice: of two, nobody knows which was meant."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping. Raises ConstructorError at the second of two equal keys."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key_node.value!r} stands twice",
                    problem_mark=key_node.start_mark,
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> object:
    """What a YAML file says; None when it is empty. Raises FileRefused."""
    return parse_yaml(read_text(path), path.name)


def read_text(path: Path, limit_bytes: int = LIMIT_BYTES) -> str:
    """A bounded UTF-8 text. Raises FileRefused, whose message names the file and what to do."""
    try:
        if path.stat().st_size > limit_bytes:
            raise FileRefused(f"{path}: larger than {limit_bytes} bytes; is this the right file?")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileRefused(f"{path}: no such file; create it or correct the path") from None
    except IsADirectoryError:
        raise FileRefused(f"{path}: is a directory; name the file in it") from None
    except PermissionError:
        raise FileRefused(f"{path}: may not be read by this user; check its permissions") from None
    except UnicodeDecodeError:
        raise FileRefused(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise FileRefused(f"{path}: cannot be read: {error.strerror}") from None


def parse_yaml(text: str, name: str) -> object:
    """What a YAML text says; ``name`` is what its errors call it. Raises FileRefused."""
    try:
        said: object = yaml.load(text, Loader=_Once)  # noqa: S506 a safe loader, made stricter
    except yaml.YAMLError as error:
        raise FileRefused(f"{name}: {_one_line(error)}") from None
    except (ValueError, TypeError, RecursionError) as error:
        # an impossible date, a key that cannot be one, nested without end
        raise FileRefused(f"{name}: is not usable YAML ({type(error).__name__})") from None
    return said


def _one_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "is not YAML"
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{where}{problem}"
