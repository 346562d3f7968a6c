"""Where the console and the API listen."""

from ipaddress import ip_address

from pydantic import model_validator

from watchkeeper.bootstrap.section import Section


class Http(Section):
    """Where the console and the API listen. Loopback only: there is no sign-in yet."""

    listen: str = "127.0.0.1:8600"
    "Address and port; loopback only. Port 0 takes a free one."

    @property
    def host(self) -> str:
        """The address without its port, and without brackets."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port; 0 takes a free one."""
        return int(self.listen.rpartition(":")[2])

    @model_validator(mode="after")
    def _loopback(self) -> "Http":
        host, _, port = self.listen.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
            raise ValueError('listen must be an address and a port, such as "127.0.0.1:8600"')
        if not _is_loopback(host.strip("[]")):
            raise ValueError(
                "listen may only be a loopback address: there is no sign-in yet, so a public one "
                'is refused; use "127.0.0.1:8600" behind a proxy that signs people in'
            )
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
