"""The foreign systems of the settings, as the wire wants them."""

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
from watchkeeper.bootstrap.secret_reference import SecretReference
from watchkeeper.bootstrap.source_settings import PrometheusSource


def endpoint_of(source: PrometheusSource) -> Endpoint:
    """Where a source is, and how it is spoken to."""
    return Endpoint(
        source=source.name,
        url=source.url,
        credentials=_credentials(source),
        ca_file=source.ca_file,
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
