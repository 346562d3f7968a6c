"""``watchkeeper servers``: the estate as it is written down."""

from watchkeeper.interfaces.cli.answer import Answer, Rows
from watchkeeper.interfaces.cli.verb import Session


def servers_list(session: Session) -> Answer:
    """Every server with its class and its services."""
    from watchkeeper.bootstrap.estate_in_force import estate_in_force

    estate = estate_in_force(session.settings())
    body = [
        {
            "name": server.name,
            "class": server.server_class,
            "exposure": str(server.exposure),
            "owner": server.owner,
            "protected": server.protected,
            "services": [s.name for s in estate.services if s.server == server.name],
        }
        for server in estate.servers
    ]
    table = Rows(
        columns=("server", "class", "exposure", "owner", "services"),
        rows=[tuple(_cell(value) for key, value in b.items() if key != "protected") for b in body],
        none="the estate is empty: write servers into estate.yaml",
    )
    return Answer(body=body, said=(table,))


def _cell(value: object) -> object:
    return ", ".join(value) if isinstance(value, list) else value
