"""``watchkeeper init``: a configuration to begin with, by asking."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from watchkeeper.interfaces.cli.answer import Answer
from watchkeeper.interfaces.cli.verb import DryRun, Session


class AlreadyThere(Exception):
    """A file that would be written is there already; edit it, or name another with --config."""


def init(
    session: Session,
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="A Prometheus to ask; empty: this host itself.")
    ] = "",
    watch_only: Annotated[
        bool, typer.Option("--watch-only", help="No runbooks: it finds causes and calls you.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; take what is given.")] = False,
    dry_run: DryRun = False,
) -> Answer:
    """Write watchkeeper.yaml, a draft of estate.yaml and a token for Alertmanager."""
    from watchkeeper.bootstrap.settings import config_folder
    from watchkeeper.interfaces.cli.drafts import drafted, problem_with

    if not (prometheus or yes) and sys.stdin.isatty():
        prometheus = typer.prompt("Prometheus address (empty: this host itself)", default="")
    if prometheus and (problem := problem_with(prometheus)):
        raise typer.BadParameter(problem, param_hint="--prometheus")
    config = session.config or config_folder() / "watchkeeper.yaml"
    files = drafted(config, prometheus=prometheus, hands="none" if watch_only else "ansible")
    there = [path for path in files if path.exists()]
    if there:
        raise AlreadyThere(f"{there[0]} is there already; edit it, or name another with --config")
    if not dry_run:
        _written(files)
    return _answer(files, config, dry_run)


def _written(files: dict[Path, str]) -> None:
    from watchkeeper.bootstrap.data_directory import PRIVATE_FOLDER, write_private

    for path, text in files.items():
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        write_private(path, text)


def _answer(files: dict[Path, str], config: Path, dry_run: bool) -> Answer:
    from watchkeeper.bootstrap.settings import load_settings
    from watchkeeper.interfaces.checkup.receivers import receivers

    names = [str(path) for path in files]
    if dry_run:
        shown = [f"--- {path}\n{text}" for path, text in files.items() if "token" not in path.name]
        return Answer(body={"files": names, "dry_run": True}, said=("would write:", *shown))
    snippet = receivers(load_settings(config))
    return Answer(
        body={"files": names, "dry_run": False, "receivers": snippet},
        said=(
            *(f"wrote {name}" for name in names),
            "",
            f"1. complete {config.parent / 'estate.yaml'}: classes, services, dependencies",
            f"2. watchkeeper doctor --config {config}",
            f"3. watchkeeper up --config {config}",
            "",
            "For Alertmanager:",
            snippet,
        ),
    )
