"""The action of most stories: a dead shop is started again. Stories change what matters."""

from watchkeeper.domain.action import Action
from watchkeeper.domain.runbook import VerbClass

START_SHOP = Action(
    id="A1",
    incident="I1",
    runbook="restart-dead-service",
    runbook_digest="r" * 64,
    step="start",
    step_index=2,
    verb=VerbClass.REVERSIBLE,
    target="shop",
    server="web-1",
    server_class="web",
    template="start_service",
    template_digest="s" * 64,
    parameters=(("unit", ("shop",)),),
    confidence=8_000,
    timeout_seconds=60.0,
)
