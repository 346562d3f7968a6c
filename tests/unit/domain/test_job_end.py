"""Every way in which a job ends has a sentence for people."""

from watchkeeper.domain.job_end import SENTENCES, UNTOUCHED, JobEnd


def test_each_word_has_its_own_sentence() -> None:
    assert set(SENTENCES) == set(JobEnd) - {JobEnd.UNSAID}
    assert len(set(SENTENCES.values())) == len(SENTENCES)


def test_a_server_without_a_way_in_was_not_touched() -> None:
    assert {JobEnd.UNREACHABLE, JobEnd.HOST_KEY, JobEnd.LOGIN_REFUSED} == UNTOUCHED
