"""Where to look next: commands that work, on the journal that a demo has left."""

from pathlib import Path
from shlex import quote

from watchkeeper.incidents.incident_fold import Phase
from watchkeeper.lab.account import Account


def where_next(home: Path, called: str, account: Account) -> None:
    """Say them, each with what it shows, and keep them in the account."""
    found = {f"{called} {verb} --data-dir {quote(str(home))}": why for verb, why in _verbs(account)}
    account.facts["next"] = list(found)
    account.words(f"\nThe journal stays in {home}. Look further:")
    widest = max(map(len, found))
    for command, why in found.items():
        account.words(f"  {command:{widest}}  # {why}")
    account.words(f"For real, on this machine: {called} up")


def _verbs(account: Account) -> list[tuple[str, str]]:
    incidents = [i for story in account.stories for i in story.incidents]
    actions = [a for story in account.stories for a in story.actions]
    left = [i.id for i in incidents if i.phase is Phase.ESCALATED]
    waited = [a.action.id for a in actions if a.action and a.waits]
    return [
        ("incidents list", "all of them"),
        *((f"incidents show {name}", "the one that still waits for a person") for name in left[:1]),
        *((f"explain {name}", "why it had to wait") for name in waited[:1]),
        ("changes list", "a record for everything that was done"),
        ("audit verify", "the journal once more"),
    ]
