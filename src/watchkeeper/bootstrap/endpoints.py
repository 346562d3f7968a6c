"""The foreign systems of the settings, as the wire wants them."""

from dataclasses import replace

from watchkeeper.adapters.wire.credentials import (
    ANONYMOUS,
    Basic,
    Bearer,
    Credentials,
    FromEnvironment,
    FromFile,
    Secret,
)
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.bootstrap.heartbeat_settings import Destination
from watchkeeper.bootstrap.secret_reference import SecretReference
from watchkeeper.bootstrap.settings import secret_value
from watchkeeper.bootstrap.source_settings import PrometheusSource

ANSWER_BYTES = 65_536  # nothing is wanted of it but its status


def endpoint_of(source: PrometheusSource) -> Endpoint:
    """Where a source is, and how it is spoken to."""
    return Endpoint(
        source=source.name,
        url=source.url,
        credentials=_credentials(source),
        ca_file=source.ca_file,
    )


def incidents_endpoint_of(source: PrometheusSource) -> Endpoint:
    """The same source as incidents ask it: with a token of their own, where they have one."""
    endpoint, token = endpoint_of(source), source.incidents_token
    if not token.given:
        return endpoint
    return replace(endpoint, credentials=Bearer(token=_secret(token)))


def endpoint_to(destination: Destination, name: str) -> Endpoint:
    """Where messages or signs of life go. Raises SettingsRefused, EndpointWrong."""
    url = destination.url
    if destination.secret_url.given:
        url = secret_value(destination.secret_url, f"{name}.url").get_secret_value()
    token = destination.bearer_token
    return Endpoint(
        source=name,
        url=url,
        credentials=Bearer(token=_secret(token)) if token.given else ANONYMOUS,
        ca_file=destination.ca_file,
        limit_bytes=ANSWER_BYTES,
        connections=1,
    )


def _credentials(source: PrometheusSource) -> Credentials:
    if source.bearer_token.given:
        return Bearer(token=_secret(source.bearer_token))
    if source.username:
        return Basic(username=source.username, password=_secret(source.password))
    return ANONYMOUS


def _secret(reference: SecretReference) -> Secret:
    if reference.file is not None:
        return FromFile(path=reference.file)
    return FromEnvironment(variable=reference.variable)
