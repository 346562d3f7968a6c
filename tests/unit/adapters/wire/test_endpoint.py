"""A wrong address is refused when it is configured, and a password in it is not repeated."""

import pytest

from watchkeeper.adapters.wire.endpoint import Endpoint, EndpointWrong


@pytest.mark.parametrize(
    "url",
    [
        "http://alice:S3cr3t@prom:9090",
        "http://S3cr3t@prom:9090",
        "ftp://prom",
        "prom:9090",
        "http://",
        "http://prom/?token=S3cr3t",
        "http://prom/#S3cr3t",
        "",
    ],
)
def test_an_address_that_cannot_work(url: str) -> None:
    with pytest.raises(EndpointWrong) as caught:
        Endpoint(source="prom", url=url)
    assert "S3cr3t" not in str(caught.value)


@pytest.mark.parametrize("limit", ["timeout_seconds", "limit_bytes", "connections"])
def test_a_limit_is_above_zero(limit: str) -> None:
    with pytest.raises(EndpointWrong, match="above zero"):
        Endpoint(source="prom", url="http://prom:9090", **{limit: 0})  # type: ignore[arg-type]


def test_errors_show_the_origin_only() -> None:
    endpoint = Endpoint(source="prom", url="https://prom.example:9090/team/secret-path")
    assert endpoint.origin == "https://prom.example:9090"
