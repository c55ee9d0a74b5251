"""Whether somebody is asked to agree to the notice that a case is followed by."""

from models.rules.notices import KIND
from models.rules.persons import is_in_wechat
from models.rules.sending import Channel, NoticeTemplate, Templates
from models.tables import outbox
from models.tables.database import transaction


def template_of(templates: Templates) -> NoticeTemplate | None:
    """What visitors are asked to agree to; None where the operator has configured nothing of the kind."""
    return templates.get((KIND, Channel.SUBSCRIPTION))


@transaction
def is_wanted(openid: str, templates: Templates) -> bool:
    """Whether to ask this person: nothing that they agreed to is left, and a browser gets no notices."""
    template = template_of(templates)
    if template is None or not is_in_wechat(openid):
        return False
    return outbox.grants([openid])[openid].get(template.template_id, 0) == 0
