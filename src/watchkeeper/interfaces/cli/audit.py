"""``watchkeeper audit`` and ``watchkeeper journal``: the log book itself."""

import typer

from watchkeeper.interfaces.cli.answer import Answer, ExitCode, Rows
from watchkeeper.interfaces.cli.verb import DryRun, Session

journal = typer.Typer(help="The journal's own upkeep.", no_args_is_help=True)


def audit_verify(session: Session) -> Answer:
    """Walk the whole journal, offline. Exit 1: something is not as it was written."""
    from watchkeeper.bootstrap.audit import verified
    from watchkeeper.interfaces.cli.looking import patience

    with patience("walking the journal"):
        report = verified(session.folder)
    faults = [
        {"position": f.position, "what": f.what}
        if f.between is None
        else {"between": list(f.between), "what": f.what}
        for f in report.faults
    ]
    notes = list(report.notes)
    body = {"ok": report.ok, "entries": report.entries, "faults": faults, "notes": notes}
    where = [f"{f.position}" if f.between is None else f"{f.between}" for f in report.faults]
    rows = [(at, fault["what"]) for at, fault in zip(where, faults, strict=True)]
    said = f"{report.entries} entries: " + ("all as written" if report.ok else "ALTERED")
    table = (Rows(columns=("where", "what"), rows=rows),) if rows else ()
    return Answer(
        body=body,
        said=(said, *table, *(f"but: {note}" for note in notes)),
        exit_code=ExitCode.OK if report.ok else ExitCode.FINDING,
    )


def journal_rebuild(session: Session, dry_run: DryRun = False) -> Answer:
    """Make every state anew from the entries. Exit 1: some were not what the entries say."""
    from watchkeeper.bootstrap.audit import rebuilt, rebuilt_aside
    from watchkeeper.interfaces.cli.looking import patience

    with patience("replaying the journal"):
        differing = (rebuilt_aside if dry_run else rebuilt)(session.folder)
    done = "would be made anew" if dry_run else "made anew"
    said = f"every state {done}; {len(differing) or 'none'} differed"
    return Answer(
        body={"differing": list(differing), "dry_run": dry_run},
        said=(said, *differing),
        exit_code=ExitCode.FINDING if differing else ExitCode.OK,
    )
