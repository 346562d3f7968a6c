"""Servers and services as CSV: what a CMDB or a spreadsheet exports.

One file of servers, one of services, UTF-8, comma-separated. The first line names the columns: the
keys of ``estate.yaml``. A list in a cell is separated by semicolons; an empty cell says nothing.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TypeVar, get_args, get_origin

from pydantic import ValidationError

from watchkeeper.adapters.files.estate import (
    EstateRefused,
    WrittenServer,
    WrittenService,
    server_claim,
    service_claim,
)
from watchkeeper.adapters.files.field_faults import first_fault
from watchkeeper.adapters.files.yaml_text import read_text
from watchkeeper.domain.estate import Server, Service
from watchkeeper.domain.telling import Claim

LIMIT_BYTES = 67_108_864  # 100,000 servers are about 10 MB
SEPARATOR = ";"
_TRUTH = {"true": True, "false": False}

Written = TypeVar("Written", WrittenServer, WrittenService)


def read_servers(path: Path) -> tuple[Claim[Server], ...]:
    """The servers of a file. Raises FileRefused, or EstateRefused with line and column."""
    return tuple(_elsewhere(server_claim(row)) for row in _rows(path, WrittenServer))


def read_services(path: Path) -> tuple[Claim[Service], ...]:
    """The services of a file. Raises FileRefused, or EstateRefused with line and column."""
    return tuple(service_claim(row) for row in _rows(path, WrittenService))


def _elsewhere(claim: Claim[Server]) -> Claim[Server]:
    """A server that no file gives an address is found by its name; it is never this host."""
    if "address" in claim.said:
        return claim
    return replace(claim, item=replace(claim.item, address=claim.item.name))


def _rows(path: Path, shape: type[Written]) -> Iterator[Written]:
    """Every line as an item, each name once. O(cells)."""
    text = read_text(path, LIMIT_BYTES).removeprefix("\ufeff")
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    seen: dict[str, int] = {}
    try:
        for cells in reader:
            if not columns:
                columns = _header(cells, shape, path)
            elif any(cell.strip() for cell in cells):
                item = _item(cells, columns, shape, f"{path}: line {reader.line_num}")
                _once(item.name, seen, reader.line_num, path)
                yield item
    except csv.Error as error:
        raise EstateRefused(f"{path}: line {reader.line_num}: is not CSV: {error}") from None
    if not columns:
        raise EstateRefused(f"{path}: line 1: names no columns; begin with: {_example(shape)}")


def _header(cells: list[str], shape: type[Written], path: Path) -> list[str]:
    columns = [cell.strip() for cell in cells]
    kinds = _kinds(shape)
    for index, column in enumerate(columns, 1):
        if column not in kinds:
            told = f"column {index} is called {column[:40]!r}"
            raise EstateRefused(f"{path}: line 1: {told}; there are {', '.join(kinds)}")
        if columns.index(column) < index - 1:
            raise EstateRefused(f"{path}: line 1: two columns are called {column}; remove one")
    for key, field in shape.model_fields.items():
        if field.is_required() and key not in columns:
            raise EstateRefused(f"{path}: line 1: the column {key} is missing; add it")
    return columns


def _item(cells: list[str], columns: list[str], shape: type[Written], where: str) -> Written:
    if len(cells) != len(columns):
        told = f"{len(cells)} cells for {len(columns)} columns"
        raise EstateRefused(f"{where}: {told}; quote what has a comma in it")
    kinds = _kinds(shape)
    said = {
        column: _value(cell.strip(), kinds[column], f"{where}, column {column}")
        for column, cell in zip(columns, cells, strict=True)
        if cell.strip()
    }
    try:
        return shape.model_validate(said)
    except ValidationError as error:
        raise EstateRefused(f"{where}, column {first_fault(error)}") from None


def _value(cell: str, kind: type, where: str) -> object:
    """A cell as what its column holds."""
    if kind is tuple:
        return tuple(part.strip() for part in cell.split(SEPARATOR) if part.strip())
    if kind is bool:
        if cell.lower() not in _TRUTH:
            raise EstateRefused(f"{where}: must be true or false")
        return _TRUTH[cell.lower()]
    if kind is int:
        if not (cell.isascii() and cell.isdigit() and len(cell) <= 18):
            raise EstateRefused(f"{where}: must be a whole number")
        return int(cell)
    return cell


def _kinds(shape: type[Written]) -> Mapping[str, type]:
    """The columns that there may be, and whether each holds a list, a truth, a number or words."""
    if shape not in _KINDS:
        _KINDS[shape] = {
            field.alias or key: _kind(field.annotation) for key, field in shape.model_fields.items()
        }
    return _KINDS[shape]


_KINDS: dict[type, Mapping[str, type]] = {}


def _kind(annotation: object) -> type:
    """``tuple[Name, ...]`` holds a list, ``int | None`` a number; what is no list may be words."""
    if get_origin(annotation) is tuple:
        return tuple
    if annotation in (bool, int):
        return bool if annotation is bool else int
    return next((kind for each in get_args(annotation) if (kind := _kind(each)) is not str), str)


def _once(name: str, seen: dict[str, int], line: int, path: Path) -> None:
    first = seen.setdefault(name, line)
    if first != line:
        told = f"{name} stands in line {first} already"
        raise EstateRefused(f"{path}: line {line}, column name: {told}; remove one of them")


def _example(shape: type[Written]) -> str:
    return ",".join(_kinds(shape))
