"""What a step can cost, by the table, the runbook and what its parameters name."""

from dataclasses import replace

import pytest

from tests.unit.governance.scene import CONTEXT, an_action
from watchkeeper.domain.runbook import VerbClass
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.gates.verb_table import verb_table


def judged(**changed: object) -> Verdict:
    return verb_table(replace(an_action(), **changed), CONTEXT)  # type: ignore[arg-type]


def emptying(path: str) -> Ruling:
    return judged(template="rotate_logs", parameters=(("paths", ("/var/log/a.log", path)),)).ruling


def test_what_can_be_undone_may_go() -> None:
    assert judged().ruling is Ruling.PERMITTED


def test_what_the_table_does_not_know_is_refused() -> None:
    verdict = judged(template="wipe_disk")
    assert verdict.ruling is Ruling.REFUSED
    assert verdict.saw == (("template", "wipe_disk"),)


def test_what_the_table_calls_lossy_asks_though_the_runbook_calls_it_reversible() -> None:
    verdict = judged(template="vacuum_journal", verb=VerbClass.REVERSIBLE)
    assert (verdict.ruling, verdict.reason) == (Ruling.NEEDS_PERSON, "something would be lost")
    assert verdict.saw == (("cost", "lossy"), ("template", "vacuum_journal"))


def test_a_runbook_may_call_a_step_more_costly_than_the_table() -> None:
    assert judged(verb=VerbClass.LOSSY).ruling is Ruling.NEEDS_PERSON
    verdict = judged(verb=VerbClass.DESTRUCTIVE)
    assert verdict.ruling is Ruling.REFUSED
    assert verdict.saw == (("cost", "destructive"), ("template", "start_service"))


def test_an_approval_does_not_move_a_refusal() -> None:
    action = replace(an_action(), verb=VerbClass.DESTRUCTIVE)
    assert verb_table(action, replace(CONTEXT, approved=True)).ruling is Ruling.REFUSED


@pytest.mark.parametrize(
    "path",
    [
        "/var/lib/mysql/ibdata1",
        "/var/lib/mysql",
        "/srv/pg/base/1",
        "/data/orders.sqlite",
        "/home/shop/ledger.db",
        "/opt/shop/settings.yaml",
        "/srv/db/redo01.log",
        "/srv/db/000123.log",
        "/srv/pg/log/000000010000000000000001",
        "/srv/db/ib_logfile0",
        "/var/log",
        "/var",
        "/",
        "/etc/passwd",
        "/etc/shop.log",
        "/etc",
        "/boot/vmlinuz",
        "/usr/bin/sshd",
        "/root/.ssh/known_hosts",
        "/var/spool/mail/root",
        "/var/log/../lib/mysql/ibdata1",
        "/var/log//shop.log",
        "/var/log/shop.log/",
        "var/log/shop.log",
        "",
        "/var/log/audit/audit.log",
        "/var/log/auth.log",
        "/var/log/secure",
        "/var/log/wtmp",
        "/var/log/sudo-io/00/log",
    ],
)
def test_to_empty_data_configuration_or_evidence_destroys(path: str) -> None:
    assert emptying(path) is Ruling.REFUSED


@pytest.mark.parametrize(
    "path",
    [
        "/var/log/shop/access.log",
        "/var/log/shop/access.log.1",
        "/var/log/shop/2026-03-04.log",
        "/var/log/messages",
        "/srv/shop/logs/shop.out",
        "/srv/shop/logs/wallet.log",
        "/opt/shop.log",
        "/var/lib/shop/a.log",
    ],
)
def test_to_empty_a_log_is_no_loss_of_data(path: str) -> None:
    assert emptying(path) is Ruling.PERMITTED


def test_only_files_that_are_emptied_are_looked_at() -> None:
    assert judged(parameters=(("pid_file", ("/run/shop.pid",)),)).ruling is Ruling.PERMITTED
