"""Each question goes to the inspector that can answer it."""

from watchkeeper.bootstrap.inspectors import Inspectors
from watchkeeper.domain.estate import Service
from watchkeeper.ports.inspector import FilesystemState, Presence, ServiceState


class Asked:
    def __init__(self) -> None:
        self.of: list[str] = []

    async def service(self, service: Service) -> ServiceState:
        self.of.append(service.server)
        return ServiceState(
            answers=True, probe_reason="", probe_seconds=None, alive=1, zombies=0, main_alive=None
        )

    async def filesystem(self, server: str, mount: str) -> FilesystemState:
        self.of.append(server)
        return FilesystemState(mount=mount, free_ratio=1.0, inodes_free_ratio=1.0)

    async def presence(self, server: str) -> Presence:
        self.of.append(server)
        return Presence()


async def test_this_host_is_asked_here_and_the_others_elsewhere() -> None:
    here, elsewhere = Asked(), Asked()
    both = Inspectors(is_here=lambda name: name == "here", here=here, elsewhere=elsewhere)
    await both.service(Service(name="a", server="here"))
    await both.service(Service(name="b", server="there"))
    await both.filesystem("there", "/")
    await both.presence("there")
    assert (here.of, elsewhere.of) == (["here"], ["there"] * 3)
