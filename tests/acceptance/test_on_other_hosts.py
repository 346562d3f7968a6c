"""Three other hosts with their own sshd: acted on with the least that is needed, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.fleet.desk import LEFTOVERS, Desk
from tests.acceptance.fleet.files import LOOKER, WATCH
from tests.acceptance.fleet.fleet import Fleet, fleet
from tests.acceptance.fleet.host import Host
from tests.acceptance.fleet.hostile import answers
from watchkeeper.adapters.files.helper_programs import helpers
from watchkeeper.adapters.ssh.inspector import SshInspector
from watchkeeper.adapters.ssh.looker import Looker
from watchkeeper.bootstrap.login_check import LoginSeen, logins_seen
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate, Service
from watchkeeper.domain.inventory_row import row_of
from watchkeeper.domain.job_end import JobEnd
from watchkeeper.knowledge.permitted_commands import HELPERS, Command, Permitted
from watchkeeper.knowledge.sudo_rights import SudoRights
from watchkeeper.knowledge.sudoers import sudoers
from watchkeeper.ports.errors import InventoryChanged, NoWayIn, SourceUnavailable, TemplateRefused

PLAYBOOKS = Path(__file__).parent / "fleet" / "playbooks"
COMMANDS = (
    Command(helper="leftovers", words=("process=nginx", "pid_file=/run/stock.pid")),
    Command(helper="start_service", words=("unit=stock",)),
)


def allow(host: Host) -> None:
    """What `watchkeeper runbooks sudoers stock --helpers DIR` makes, brought there by its root."""
    for name, text in helpers().items():
        host.write(f"{HELPERS}/{name}", text, mode="755")
    text = sudoers("stock", WATCH, Permitted(commands=COMMANDS, left_out=()))
    host.write("/etc/sudoers.d/watchkeeper", text, mode="440")
    assert host.run("visudo", "-c").returncode == 0


@pytest.fixture(scope="module")
def hosts() -> Iterator[Fleet]:
    with fleet("stock-1", "stock-2", "evil-1") as running:
        allow(running.hosts["stock-1"])
        yield running


@pytest.fixture
def desk(tmp_path: Path, hosts: Fleet) -> Desk:
    return Desk(tmp_path, hosts)


@pytest.fixture
def odd(tmp_path: Path, hosts: Fleet) -> Desk:
    """With playbooks that end oddly."""
    return Desk(tmp_path, hosts, PLAYBOOKS)


async def test_a_dead_service_is_started_with_the_generated_sudoers(
    desk: Desk, hosts: Fleet
) -> None:
    host = hosts.hosts["stock-1"]
    host.kill_service()
    cleared = await desk.carried_out("stock-1", "stop_leftovers", LEFTOVERS)
    assert (cleared.end, cleared.changed) == (JobEnd.SUCCEEDED, 1), cleared.output
    started = await desk.carried_out("stock-1")
    assert (started.end, started.changed) == (JobEnd.SUCCEEDED, 1), started.output
    assert host.service_runs()
    again = await desk.carried_out("stock-1")
    assert (again.end, again.changed) == (JobEnd.SUCCEEDED, 0), "it ran already"


def test_nothing_else_is_allowed_to_it(hosts: Fleet) -> None:
    host = hosts.hosts["stock-1"]
    asked = ("runuser", "-u", WATCH, "--", "sudo", "-n")
    assert host.run(*asked, f"{HELPERS}/start_service", "unit=stock").returncode == 0
    for words in (
        ("/bin/sh",),
        ("/usr/bin/python3",),
        (f"{HELPERS}/start_service",),
        (f"{HELPERS}/start_service", "unit=ssh"),
        (f"{HELPERS}/start_service", "unit=stock", "unit=ssh"),
        (f"{HELPERS}/leftovers", "process=sshd", "pid_file=/run/sshd.pid"),
        ("-u", "www-data", "id"),
        ("PYTHONPATH=/home/watch", f"{HELPERS}/start_service", "unit=stock"),
    ):
        refused = host.run(*asked, *words)
        assert refused.returncode != 0, words
        assert "sudo:" in refused.stderr or "not allowed" in refused.stderr, refused.stderr
    assert host.run("runuser", "-u", WATCH, "--", "touch", f"{HELPERS}/start_service").returncode


async def test_without_its_sudoers_file_that_is_what_is_said(desk: Desk, hosts: Fleet) -> None:
    hosts.hosts["stock-2"].kill_service()
    job = await desk.carried_out("stock-2")
    assert (job.succeeded, job.end, job.changed) == (False, JobEnd.SUDO_REFUSED, 0), job.output
    assert not hosts.hosts["stock-2"].service_runs()


async def test_a_host_with_another_key_is_refused(desk: Desk, hosts: Fleet) -> None:
    host = hosts.hosts["stock-2"]
    host.change_host_key()
    job = await desk.carried_out("stock-2")
    assert (job.succeeded, job.end) == (False, JobEnd.HOST_KEY), job.output
    new = " ".join(host.read("/etc/ssh/host_key.pub").split()[:2])
    desk.change("stock-2", host_keys=(new,))
    pinned = await desk.carried_out("stock-2")
    assert pinned.end is JobEnd.SUDO_REFUSED, "once a person has pinned it, it is reached"
    host_key = host.host_key
    host.host_key = new
    assert new != host_key


async def test_a_host_without_a_pinned_key_is_not_even_called(desk: Desk) -> None:
    desk.change("stock-1", host_keys=())
    with pytest.raises(NoWayIn, match="no host key is pinned"):
        await desk.carried_out("stock-1")


async def test_a_host_that_does_not_answer_is_unreachable_not_failed(
    desk: Desk, hosts: Fleet
) -> None:
    host = hosts.hosts["stock-2"]
    host.kill_sshd()
    try:
        job = await desk.carried_out("stock-2")
    finally:
        host.start_sshd()
    assert (job.end, job.unreachable, job.failed, job.changed) == (JobEnd.UNREACHABLE, 1, 0, 0)


async def test_the_key_of_another_class_is_not_taken(desk: Desk) -> None:
    desk.change("stock-1", server_class="other")
    job = await desk.carried_out("stock-1")
    assert (job.end, job.changed) == (JobEnd.LOGIN_REFUSED, 0), job.output
    desk.change("stock-1", server_class="unheard-of")
    with pytest.raises(NoWayIn, match="has no key"):
        await desk.carried_out("stock-1")


async def test_root_never_logs_in(desk: Desk) -> None:
    desk.change("stock-1", user="root")
    with pytest.raises(NoWayIn, match="no user but root"):
        await desk.carried_out("stock-1")


async def test_a_key_that_others_may_read_is_not_used(
    desk: Desk, hosts: Fleet, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_bytes(hosts.acting_key.read_bytes())
    key.chmod(0o640)
    desk.keys["stock"] = key
    with pytest.raises(NoWayIn, match="chmod 600"):
        await desk.carried_out("stock-1")


async def test_no_python_there(desk: Desk) -> None:
    desk.change("stock-1", python="/opt/python9")
    job = await desk.carried_out("stock-1")
    assert (job.end, job.changed) == (JobEnd.PYTHON_MISSING, 0), job.output


async def test_half_done_is_neither_done_nor_untouched(odd: Desk) -> None:
    job = await odd.carried_out("stock-1", "half", ())
    assert (job.succeeded, job.end, job.changed) == (False, JobEnd.PARTLY, 1), job.output


async def test_a_module_that_dies_is_told(odd: Desk, hosts: Fleet) -> None:
    hosts.hosts["stock-1"].write("/opt/dies", "#!/bin/sh\nkill -9 $$\n", mode="755")
    odd.change("stock-1", python="/opt/dies")
    job = await odd.carried_out("stock-1", "crash", ())
    assert (job.succeeded, job.end) == (False, JobEnd.CRASHED), job.output


async def test_an_estate_that_changed_after_minting_voids_the_warrant(
    desk: Desk, hosts: Fleet
) -> None:
    warrant = await desk.warrant("stock-1", "start_service", (("unit", ("stock",)),))
    desk.change("stock-1", address=hosts.hosts["evil-1"].address)
    with pytest.raises(InventoryChanged):
        await desk.launch(warrant)


async def test_what_has_no_helper_runs_on_no_other_host(desk: Desk) -> None:
    parameters = (("mount", ("/",)),)
    with pytest.raises(TemplateRefused, match="this host only"):
        await desk.carried_out("stock-1", "vacuum_journal", parameters)


async def test_doctor_tells_what_sudo_allows_beyond_the_least(
    desk: Desk, hosts: Fleet, tmp_path: Path
) -> None:
    settings = Settings(ssh={"keys": {"stock": {"key_file": str(hosts.acting_key)}}})  # type: ignore[arg-type]
    service = Service(
        name="stock", server="stock-1", unit="stock", process="nginx", pid_file="/run/stock.pid"
    )
    estate = Estate(servers=(desk.servers["stock-1"],), services=(service,))
    [seen] = await logins_seen(settings, estate)
    assert seen == LoginSeen(server="stock-1", rights=SudoRights(extra=(), missing=()))
    host = hosts.hosts["stock-1"]
    host.write("/etc/sudoers.d/zz", f"{WATCH} ALL=(ALL) NOPASSWD: ALL\n", mode="440")
    [seen] = await logins_seen(settings, estate)
    host.run("rm", "/etc/sudoers.d/zz")
    assert seen.rights is not None
    assert seen.rights.everything
    stranger = replace(desk.servers["stock-1"], host_keys=(hosts.hosts["evil-1"].host_key,))
    [seen] = await logins_seen(settings, replace(estate, servers=(stranger,)))
    assert "another host key" in seen.fault


@pytest.mark.parametrize("kind", ["facts", "names a host", "templates"])
async def test_what_a_hostile_host_answers_has_no_effect_here(
    odd: Desk, hosts: Fleet, tmp_path: Path, kind: str
) -> None:
    mark, host = tmp_path / "owned", hosts.hosts["evil-1"]
    host.write("/usr/bin/python3", answers(kind, str(mark), host.name), mode="755")
    job = await odd.carried_out("evil-1", "ask_twice", ())
    assert not mark.exists(), job.output
    assert "ask again" in job.output or not job.succeeded, job.output


async def test_a_playbook_that_believes_a_hostile_host_is_held_all_the_same(
    odd: Desk, hosts: Fleet, tmp_path: Path
) -> None:
    mark, host = tmp_path / "owned", hosts.hosts["evil-1"]
    host.write("/usr/bin/python3", answers("facts", str(mark), host.name), mode="755")
    job = await odd.carried_out("evil-1", "gullible", ())
    assert not mark.exists(), job.output
    assert "ask again" in job.output, job.output


async def test_an_inspector_looks_there_and_changes_nothing(desk: Desk, hosts: Fleet) -> None:
    lookers = {"stock": Looker(key_file=hosts.looking_key, user=LOOKER)}
    inspector = SshInspector(
        lambda name: row_of(desk.servers[name]) if name in desk.servers else None, lookers
    )
    host = hosts.hosts["stock-1"]
    stock = Service(
        name="stock",
        server="stock-1",
        process="nginx",
        pid_file="/run/stock.pid",
        probe=f"http://{host.address}:8080/",
    )
    up = await inspector.service(stock)
    assert (up.answers, up.main_alive, up.alive) == (True, True, 2)
    host.kill_service()
    down = await inspector.service(stock)
    assert (down.main_alive, down.alive) == (False, 1), "a worker outlives its main process"
    space = await inspector.filesystem("stock-1", "/run")
    assert 0.5 < space.free_ratio <= 1.0
    with pytest.raises(SourceUnavailable, match="nothing is mounted"):
        await inspector.filesystem("stock-1", "/run; touch /tmp/owned")
