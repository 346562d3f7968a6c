"""Who takes messages and signs of life, as the settings name them."""

from dataclasses import dataclass

from watchkeeper.adapters.alertmanager.heartbeat import AlertmanagerHeartbeat
from watchkeeper.adapters.webhook.heartbeat import UrlHeartbeat
from watchkeeper.adapters.webhook.notifier import WebhookNotifier
from watchkeeper.bootstrap.endpoints import endpoint_to
from watchkeeper.bootstrap.heartbeat_settings import Heartbeat
from watchkeeper.bootstrap.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Receivers:
    """Who is told, and who waits for signs of life; None where the settings name nobody."""

    notifier: WebhookNotifier | None
    heartbeat: UrlHeartbeat | AlertmanagerHeartbeat | None


def receivers(settings: Settings) -> Receivers:
    """As the settings name them. Raises SettingsRefused, EndpointWrong."""
    told, beat = settings.notifications, settings.heartbeat
    return Receivers(
        notifier=WebhookNotifier(endpoint_to(told, "notifications")) if told else None,
        heartbeat=_heartbeat(beat) if beat else None,
    )


def _heartbeat(settings: Heartbeat) -> UrlHeartbeat | AlertmanagerHeartbeat:
    endpoint = endpoint_to(settings, "heartbeat")
    if settings.kind == "url":
        return UrlHeartbeat(endpoint, settings.method)
    return AlertmanagerHeartbeat(endpoint, settings.every_seconds, settings.installation)
