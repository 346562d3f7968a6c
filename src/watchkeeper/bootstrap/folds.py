"""Every kind of stream and how its entries add up: the one list, light enough for the CLI."""

from watchkeeper.domain.entry import AnyFold
from watchkeeper.governance.action_fold import ACTION_FOLD
from watchkeeper.governance.authority import AUTHORITY_FOLD
from watchkeeper.incidents.incident_fold import INCIDENT_FOLD
from watchkeeper.knowledge.change_fold import CHANGE_FOLD
from watchkeeper.knowledge.estate_fold import ESTATE_FOLD
from watchkeeper.knowledge.event_fold import EVENT_FOLD
from watchkeeper.monitoring.alert_fold import ALERT_FOLD
from watchkeeper.monitoring.source_fold import SOURCE_FOLD

FOLDS: tuple[AnyFold, ...] = (
    ALERT_FOLD,
    SOURCE_FOLD,
    EVENT_FOLD,
    INCIDENT_FOLD,
    ACTION_FOLD,
    AUTHORITY_FOLD,
    CHANGE_FOLD,
    ESTATE_FOLD,
)
