"""The write-up, from the journal alone: what happened, why, what was done, what is left."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

import pytest

from tests.unit.incidents.case import (
    ALERT,
    ESTATE,
    NOON,
    SURE,
    Case,
    anomaly,
    cause_is,
    evidence,
    full,
    gone,
    silent,
)
from tests.unit.incidents.ports import House, text_of
from watchkeeper.domain.blob import Blob, opened, sealed
from watchkeeper.domain.diagnosis import Hypothesis
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft, Entry, Unreadable
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.events.actions import (
    ActionJudged,
    ActionOutcome,
    ApprovalDenied,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalWithdrawn,
    ChangeOpened,
    JobFinished,
    JobLost,
    LaunchRefused,
    action_stream,
)
from watchkeeper.domain.events.incidents import (
    CheckOutcome,
    EvidenceGathered,
    PostMortemRequested,
    PostMortemWritten,
    SourceBack,
    SourceLostAgain,
)
from watchkeeper.domain.evidence import Evidence, Question
from watchkeeper.domain.verdict import Ruling, needs_person, permitted
from watchkeeper.incidents.incident_fold import Phase
from watchkeeper.incidents.post_mortem import LONGEST_QUOTE
from watchkeeper.ports.journal import Journal

ALICE = Actor(kind=ActorKind.PERSON, name="alice")
SHOP = cause_is("shop")


@dataclass
class Read:
    """The part of the journal that a write-up reads."""

    case: Case
    texts: dict[str, Blob] = field(default_factory=dict)

    async def entries(self, after: int = 0, limit: int = 1000, stream: str = "") -> list[Entry]:
        return [e for e in self.case.ledger.of(stream) if e.position > after][:limit]

    async def blob(self, digest: str) -> Blob | None:
        """As every store gives it: one that does not match its digest raises BlobAltered."""
        blob = self.texts.get(digest)
        if blob:
            opened(blob)
        return blob


def write_up(case: Case, *texts: Blob, estate: Estate = ESTATE) -> str:
    """The whole text as it would be written now."""
    house = House()
    house.become(estate)
    journal = cast(Journal, Read(case, {text.digest: text for text in texts}))
    performer = replace(house.write_up(), journal=journal)
    answer = house.play(performer(PostMortemRequested(), case.state))
    (written,) = answer.said
    assert isinstance(written, PostMortemWritten)
    return text_of(answer, written.text)


def section(text: str, title: str) -> list[str]:
    """The lines of one part."""
    body = text.split(f"## {title}\n", 1)[1]
    return [line for line in body.split("\n## ", 1)[0].splitlines() if line]


def text(words: str) -> Blob:
    return sealed(words, b"0123456789abcdef")


def in_action(case: Case, *bodies: Body, by: Actor | None = None) -> None:
    """More of the newest action's own stream."""
    stream = action_stream(case.state.taken[-1].id)
    case.ledger.tell([Draft(stream=stream, body=body) for body in bodies], case.now, by)


def judged(ruling: Ruling = Ruling.PERMITTED, *, minting: bool = False) -> ActionJudged:
    asks = needs_person("autonomy-level", "nobody granted this runbook on this class")
    verdicts = [permitted("kill-switch", "not engaged")]
    verdicts += [asks] if ruling is Ruling.NEEDS_PERSON else []
    return ActionJudged(ruling=ruling, notify=False, verdicts=tuple(verdicts), minting=minting)


def finished(output: Blob, *, succeeded: bool = True) -> JobFinished:
    return JobFinished(
        succeeded=succeeded,
        return_code=0 if succeeded else 2,
        changed=1,
        failed=0 if succeeded else 1,
        unreachable=0,
        started_at=NOON,
        finished_at=NOON + timedelta(seconds=4.2),
        output=output.digest,
    )


def acting() -> Case:
    """The first state-changing step is out."""
    case = Case().open(silent("shop"))
    return case.diagnosed(SHOP, shop=False).until_step("stop-leftovers")


def test_the_head_says_what_it_was_when_why_who_felt_it_and_how_it_ended() -> None:
    case = Case().open(silent("shop")).diagnosed(cause_is("orders"), orders=False)
    case.check(CheckOutcome.FAILED)
    assert write_up(case).splitlines()[:6] == [
        "# service-down on web-1 (P3)",
        "",
        "- Opened 2026-03-04 12:00:00 UTC, incident `I1`",
        "- Cause: **orders**",
        "- Felt by: shop, search",
        "- Ended: precondition failed",
    ]


def felt(case: Case) -> str:
    (line,) = (line for line in write_up(case).splitlines() if line.startswith("- Felt by: "))
    return line.removeprefix("- Felt by: ")


def test_a_server_is_felt_by_what_runs_on_it_and_by_all_that_needs_that() -> None:
    case = Case().open(gone("db-1")).diagnosed(cause_is("db-1", "server-down"))
    assert felt(case) == "orders, stock, shop, search"


def test_without_a_cause_it_is_felt_by_what_the_alerts_name_and_by_all_that_needs_that() -> None:
    case = Case().open(silent("orders"), anomaly("cpu_busy_ratio", server="db-1")).diagnosed()
    assert felt(case) == "orders, shop, search"


def test_it_is_for_the_owner_of_the_cause_to_take_over_wherever_the_alert_was() -> None:
    case = Case().open(silent("shop")).diagnosed(cause_is("orders"), orders=False)
    case.check(CheckOutcome.FAILED)
    assert section(write_up(case), "Follow-ups")[0] == (
        "- the data team: take over, precondition failed."
    )


def test_a_cause_that_nobody_needs_is_felt_by_nobody_that_is_known() -> None:
    case = Case().open(silent("shop")).diagnosed(SHOP, shop=False).until_verifying()
    case.quiet()
    while case.state.resolution is None:
        case.later(minutes=1)
        case.proceed()
        if case.state.resolution is None:
            case.check(CheckOutcome.PASSED)
    text = write_up(case)
    assert "- Felt by: nobody that the estate knows of" in text
    assert "- Ended: fixed" in text
    assert "the fix held" in text


def test_what_went_away_by_itself_is_told_as_recovered() -> None:
    case = Case().open(silent("shop"))
    case.quiet()
    case.proceed()
    case.gather()
    case.diagnose()
    assert "- Ended: recovered" in write_up(case)


def test_causes_are_ranked_with_their_sentence_and_the_confidence_with_its_parts() -> None:
    sentence = text("orders: service-down (orders → shop); E2")
    told = replace(cause_is("orders", score=0.9), claim=sentence.digest)
    case = Case().open(silent("shop")).diagnosed(told, cause_is("shop", score=0.08))
    lines = section(write_up(case, sentence), "Cause")
    assert lines[:3] == [
        "1. orders: service-down (orders → shop); E2 (score 0.90)",
        "2. shop: service-down (score 0.08)",  # its sentence is not to be had: in short
        "Confidence 0.84 = min(cap 0.84, margin 0.90 × grounding 1.00 × completeness 1.00);"
        " 0 labelled outcomes of this class so far.",
    ]


def test_a_confidence_that_rests_on_a_grant_says_that_it_is_unproven() -> None:
    case = Case().open(silent("shop"))
    case.proceed()
    case.gather()
    case.diagnose(SHOP, confidence=replace(SURE, granted=True))
    assert "so far, granted, unproven." in write_up(case)


def with_evidence(*pieces: Evidence, causes: tuple[Hypothesis, ...] = ()) -> Case:
    case = Case().open(silent("shop"))
    case.proceed()
    case.answer(EvidenceGathered(evidence=pieces))
    case.diagnose(*causes)
    return case


def test_every_piece_of_evidence_has_its_row_in_a_table_that_no_text_can_break() -> None:
    facts = [("answers", 0.0), ("alive_processes", 0.0)]
    many = [("error_lines", float(number)) for number in range(12)]
    case = with_evidence(
        evidence(1, Question.SERVICE_STATE, "shop", *facts),
        evidence(2, Question.READINGS, "a|b\nc", ("cpu_busy_ratio", 0.25, "all")),
        evidence(3, Question.ERROR_LINES, "shop", *many),
    )
    rows = section(write_up(case), "Cause")[-3:]
    assert rows[0] == "| E1 service_state | shop | inspector | answers 0, alive_processes 0 |"
    assert rows[1] == "| E2 readings | a\\|b c | metrics | cpu_busy_ratio (all) 0.25 |"
    assert rows[2].endswith("error_lines 6, error_lines 7 |")  # the first eight


def test_sources_that_could_not_be_asked_are_named_to_the_person_who_takes_over() -> None:
    """Every source is down: no cause, and the person reads which ones and why."""
    case = with_evidence(
        evidence(1, Question.SERVICE_STATE, "shop", missing="refused"),
        evidence(2, Question.READINGS, "web-1", missing="timeout"),
    )
    whole = write_up(case)
    assert "- Cause: **not found**" in whole
    assert "No cause was found in the evidence." in section(whole, "Cause")
    assert "| E2 readings | web-1 | metrics | unavailable: timeout |" in whole
    assert section(whole, "Follow-ups") == [
        "- the web team: take over, no cause found.",
        "- Say what it was: no cause was found.",
        "- inspector could not be asked: refused.",
        "- metrics could not be asked: timeout.",
        "- Was the cause right? A verdict teaches the confidence of this class.",
    ]


def test_without_anything_done_it_says_none() -> None:
    case = Case().open(silent("shop")).diagnosed()
    assert section(write_up(case), "Actions") == ["None."]


def test_an_action_is_told_by_which_permission_it_ran_and_what_it_printed() -> None:
    case = acting()
    output = text("TASK [end leftovers] ok")
    in_action(case, judged(Ruling.NEEDS_PERSON))
    in_action(case, ApprovalGranted(digest="x"), by=ALICE)
    in_action(case, ChangeOpened(record="CHG-1"), judged(minting=True), finished(output))
    lines = section(write_up(case, output), "Actions")
    assert lines == [
        "### stop-leftovers on shop (restart-dead-service)",
        "- when proposed: needs person, autonomy-level: nobody granted this runbook on this class",
        "- approved by person:alice",
        "- at minting: permitted, kill-switch: not engaged",
        "- succeeded after 4.2 s, 1 changed",
        "```",
        "TASK [end leftovers] ok",
        "```",
    ]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (ApprovalDenied(reason=""), "- denied by person:alice"),
        (ApprovalExpired(), "- nobody answered in time"),
        (ApprovalWithdrawn(), "- everything was quiet before anybody answered"),
        (LaunchRefused(rule="kill-switch"), "- not started: kill-switch"),
        (JobLost(), "- nobody can say what became of it"),
    ],
)
def test_every_other_end_of_an_action_has_its_line(body: Body, line: str) -> None:
    case = acting()
    in_action(case, body, by=ALICE)
    assert section(write_up(case), "Actions")[-1] == line


def test_reasons_in_people_s_words_stay_on_one_line() -> None:
    case = acting()
    reason, lost = text("not\ntonight"), text("the wrapper was killed")
    in_action(case, ApprovalDenied(reason=reason.digest), by=ALICE)
    in_action(case, JobLost(reason=lost.digest))
    assert section(write_up(case, reason, lost), "Actions")[-2:] == [
        "- denied by person:alice: not tonight",
        "- nobody can say what became of it: the wrapper was killed",
    ]


def test_a_failed_job_s_output_is_quoted_by_its_end_and_cannot_end_its_fence() -> None:
    case = acting()
    output = text("begin\n" + "x" * 2 * LONGEST_QUOTE + "\n````\n# not a heading\nthe end")
    in_action(case, finished(output, succeeded=False))
    lines = section(write_up(case, output), "Actions")
    assert "- failed after 4.2 s, 1 changed" in lines
    fence = lines.index("`````")
    assert lines[-1] == "`````" and lines[-2] == "the end"
    assert len("\n".join(lines[fence + 1 : -1])) <= LONGEST_QUOTE


def test_a_text_that_was_altered_in_the_store_is_said_to_be() -> None:
    case = acting()
    output = text("as it was")
    in_action(case, finished(output))
    altered = Blob(digest=output.digest, salt=output.salt, content=b"altered")
    said = f"[text {output.digest[:12]}… does not match its digest]"
    assert said in write_up(case, altered)


def test_the_timeline_tells_everything_in_order_with_who_said_it() -> None:
    case = Case().open(silent("shop")).diagnosed(SHOP, shop=False).until_step("start")
    case.finish(ActionOutcome.FAILED)
    rows = [row.split(" | ") for row in section(write_up(case), "Timeline")[2:]]
    assert [row[2] for row in rows] == [
        "incident.opened: probe_success{shop}",
        "triaged: service-down, P3",
        "evidence: 9 of 9 available",
        "diagnosed: shop, confidence 0.84",
        "precondition: service is dead? passed",
        "step: service is dead? passed",
        "step stop-leftovers begins",
        "step stop-leftovers: succeeded",
        "evidence: 5 of 5 available",
        "step start begins",
        "step start: failed",
        "escalated: step failed (start)",
    ]
    positions = [int(row[1]) for row in rows]
    assert positions == sorted(positions)
    assert rows[0][0] == "| 12:00:00" and rows[0][3] == "agent:incidents |"


def test_a_second_round_is_told_with_why_it_was_needed() -> None:
    case = Case().open(silent("shop")).diagnosed(SHOP, shop=False).until_verifying()
    case.until_round(2)
    case.gather()
    case.diagnose()
    told = "\n".join(section(write_up(case), "Timeline"))
    assert "verifying until 12:05:00" in told
    assert "something is still wrong: looked into anew, round 2" in told
    assert told.count("diagnosed:") == 2
    assert "diagnosed: none" in told


def test_a_question_that_was_taken_back_is_told_with_the_quiet_before_it() -> None:
    case = acting()
    case.quiet()
    case.proceed()
    told = "\n".join(section(write_up(case), "Timeline"))
    assert told.index(f"alert {ALERT} is quiet") < told.index(
        "step stop-leftovers: all is quiet, nobody has to be asked"
    )


def test_a_lost_source_is_told_by_its_name_and_asks_for_no_cause() -> None:
    case = Case().lose("prometheus")
    case.proceed()
    case.say(SourceBack(source="prometheus"), SourceLostAgain(source="prometheus"))
    whole = write_up(case)
    assert whole.startswith("# source-lost on prometheus (P2)\n")
    told = "\n".join(section(whole, "Timeline"))
    assert "incident.opened: a source was lost" in told
    assert told.index("prometheus answers again") < told.index("prometheus is lost again")
    assert section(whole, "Follow-ups")[0] == (
        "- its owner (none in the estate): take over, source lost."
    )
    assert "Say what it was" not in whole


def test_what_a_newer_program_wrote_is_left_out_of_the_timeline() -> None:
    case = Case().open(silent("shop")).diagnosed()
    newer = replace(case.ledger.entries[0], body=Unreadable(kind="incident.pondered", schema=1))
    case.ledger.entries.insert(1, newer)
    assert "pondered" not in write_up(case)


def test_a_full_disk_is_told_by_its_mount_and_its_owner() -> None:
    case = Case().open(full("/var", "db-1"))
    case.diagnosed(cause_is("db-1", "disk-full", part="/var"))
    case.check(CheckOutcome.UNKNOWN)
    whole = write_up(case)
    assert whole.startswith("# disk-full on db-1 (P3)")
    assert "filesystem_free_ratio{/var}" in whole
    assert "- the data team: take over, check unanswered." in whole
    assert case.state.phase is Phase.ESCALATED
