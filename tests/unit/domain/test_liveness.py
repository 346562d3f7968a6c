from dataclasses import replace

from watchkeeper.domain.liveness import Signs, not_kept, standing_still

KEPT = Signs(cycle_seconds=60, cycle_ago_seconds=30, written_ago_seconds=5)


def test_the_watch_is_kept() -> None:
    assert not_kept(KEPT) == standing_still(KEPT) == ()


def test_before_the_first_cycle_or_the_first_write_it_is_not() -> None:
    assert not_kept(replace(KEPT, cycle_ago_seconds=None)) == ("no cycle within 180 s",)
    assert not_kept(replace(KEPT, written_ago_seconds=None)) == ("no journal write within 60 s",)


def test_three_cycles_are_the_limit_and_half_a_minute_for_a_fast_pace() -> None:
    assert not_kept(replace(KEPT, cycle_ago_seconds=180)) == ()
    assert not_kept(replace(KEPT, cycle_ago_seconds=180.1)) != ()
    fast = replace(KEPT, cycle_seconds=2)
    assert not_kept(replace(fast, cycle_ago_seconds=30)) == ()
    assert not_kept(replace(fast, cycle_ago_seconds=30.1)) == ("no cycle within 30 s",)


def test_a_journal_that_has_not_been_written_for_a_minute() -> None:
    assert not_kept(replace(KEPT, written_ago_seconds=60)) == ()
    assert not_kept(replace(KEPT, written_ago_seconds=60.1)) != ()


def test_a_notifier_that_fails_silences_the_heartbeat_and_is_nothing_for_a_new_start() -> None:
    mute = replace(KEPT, notifier_fault="refused")
    assert not_kept(mute) == ("the notifier cannot be reached (refused)",)
    waiting = replace(KEPT, notice_waiting_seconds=121)
    assert not_kept(waiting) == ("a message waits for more than 120 s",)
    assert not_kept(replace(KEPT, notice_waiting_seconds=120)) == ()
    assert standing_still(mute) == standing_still(waiting) == ()
