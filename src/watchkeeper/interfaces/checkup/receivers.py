"""What to paste into Alertmanager's configuration."""

from collections.abc import Sequence

from watchkeeper.bootstrap.settings import Settings
from watchkeeper.bootstrap.source_settings import AlertSource

_SNIPPET = """\
receivers:
  - name: watchkeeper
    webhook_configs:
      - url: http://{listen}/api/v1/webhooks/alertmanager
        send_resolved: true
        max_alerts: 1000
        http_config:
          authorization:
            type: Bearer
            credentials_file: {token}  # a copy that Alertmanager's user may read
"""


def receivers(settings: Settings) -> str:
    """The snippet for the first alert source with a token; a way to one where there is none."""
    source = _first(settings.alert_sources)
    if source is None:
        return (
            "No alert source is configured, so nobody may post alerts. `watchkeeper init` makes a\n"
            "token; or write one (mode 600) and name it in the configuration:\n"
            "alert_sources:\n"
            "  - {name: alertmanager, token_file: alertmanager.token, targets: [SERVER]}"
        )
    return _SNIPPET.format(listen=settings.http.listen, token=source.token.file or "TOKEN_FILE")


def _first(sources: Sequence[AlertSource]) -> AlertSource | None:
    return next((source for source in sources if source.token.given), None)
