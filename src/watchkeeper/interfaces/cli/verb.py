"""What all verbs share: the four global options, also after the verb, and how answers leave."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec

import typer

from watchkeeper.interfaces.cli.answer import Answer, Output, show

if TYPE_CHECKING:
    from watchkeeper.bootstrap.settings import Settings

P = ParamSpec("P")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The configuration.", rich_help_panel="Global"),
]
DataDirOption = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        help="Where the journal is (also WATCHKEEPER_DATA_DIR).",
        rich_help_panel="Global",
    ),
]
OutputOption = Annotated[
    Output | None,
    typer.Option("--output", help="How to answer.", rich_help_panel="Global"),
]
DebugOption = Annotated[
    bool,
    typer.Option("--debug", help="Show the traceback of an error.", rich_help_panel="Global"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]

GLOBAL: dict[str, object] = {
    "config": ConfigOption,
    "data_dir": DataDirOption,
    "output": OutputOption,
    "debug": DebugOption,
}


@dataclass(frozen=True, kw_only=True)
class Session:
    """One call of the program: what its global options say."""

    config: Path | None = None
    data_dir: Path | None = None
    output: Output | None = None
    debug: bool = False

    def over(self, outer: "Session") -> "Session":
        """This session where it says something, the outer one elsewhere."""
        return Session(
            config=self.config or outer.config,
            data_dir=self.data_dir or outer.data_dir,
            output=self.output or outer.output,
            debug=self.debug or outer.debug,
        )

    @property
    def folder(self) -> Path:
        """The data directory; it need not exist."""
        from watchkeeper.bootstrap.data_directory import default_data_dir

        return self.data_dir or default_data_dir()

    @property
    def config_file(self) -> Path | None:
        """The configuration file; None: there is none, and this host is watched as it is."""
        from watchkeeper.bootstrap.settings import default_config

        return self.config or default_config()

    def settings(self) -> "Settings":
        """The settings. Raises SettingsRefused."""
        from watchkeeper.bootstrap.settings import load_settings

        return load_settings(self.config_file)

    @property
    def form(self) -> Output:
        """How to answer."""
        return self.output or Output.TABLE


Verb = Callable[Concatenate[Session, P], Answer]


def verb(group: typer.Typer, name: str) -> Callable[[Verb[P]], Verb[P]]:
    """Make a function a verb of a group: its first parameter is the session, then its own."""

    def make(function: Verb[P]) -> Verb[P]:
        call: Callable[..., Answer] = function  # typer brings what the signature asks for

        def run(ctx: typer.Context, **given: Any) -> None:
            inner = Session(**{key: given.pop(key) for key in GLOBAL})
            session = inner.over(ctx.obj) if isinstance(ctx.obj, Session) else inner
            answer: Answer = call(session, **given)
            show(answer, session.form)
            raise typer.Exit(int(answer.exit_code))

        run.__doc__ = function.__doc__
        run.__signature__ = _signature(function)  # type: ignore[attr-defined]
        group.command(name)(run)
        return function

    return make


def _signature(function: Callable[..., Answer]) -> inspect.Signature:
    """The verb's own parameters after the session, and the global ones after them."""
    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    shared = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False if name == "debug" else None,
            annotation=annotation,
        )
        for name, annotation in GLOBAL.items()
    ]
    keyword = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    return inspect.Signature([context, *keyword, *shared])
