"""By which channels of the account somebody can be reached now: for whoever plans, and for whoever sends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.rules.sending import LONGEST_WINDOW, Channel, Opening, Templates, has_window
from models.tables import outbox, receipts
from models.tables.database import transaction


@dataclass(frozen=True)
class Reach:
    """What decides which channels are open to one person: what they did lately, when they were sent messages in the
    chat, and which templates' notices they agree to."""

    openings: Mapping[Opening, datetime]
    sent: Collection[datetime]
    grants: Mapping[str, int]

    def best(self, kind: str, templates: Templates, now: datetime, closed: Collection[str] = ()) -> Channel | None:
        """The most welcome channel that is open to a message of this kind, but for those that are `closed` to it."""
        return next((one for one in Channel if one not in closed and self._is_open(one, kind, templates, now)), None)

    def _is_open(self, channel: Channel, kind: str, templates: Templates, now: datetime) -> bool:
        if channel is Channel.CUSTOM:
            return has_window(self.openings, self.sent, now)
        template = templates.get((kind, channel))
        if template is None:
            return False
        if channel is Channel.SUBSCRIPTION:
            return self.grants.get(template.template_id, 0) > 0
        # Template messages reach followers only.
        return not self._has_left

    @property
    def _has_left(self) -> bool:
        return bool(self.openings) and max(self.openings, key=self.openings.__getitem__) is Opening.LEFT


@transaction
def of(openids: Collection[str], now: datetime) -> dict[str, Reach]:
    """How each of these people can be reached; three statements for all of them."""
    if not openids:
        return {}
    since = now - LONGEST_WINDOW
    openings, sent, grants = receipts.openings(openids, since), outbox.sent_to(openids, since), outbox.grants(openids)
    return {
        openid: Reach({Opening(name): at for name, at in openings[openid].items()}, sent[openid], grants[openid])
        for openid in openids
    }
