"""What staff see to from the chat: 待处理, 全部签退."""

from bot.links import page
from bot.lists import fitting
from bot.situation import Answer, Situation
from bot.talking import asked
from bot.words import still_open
from models.phrases import has, tap
from models.rules import masks
from models.rules.halls import HallFacts
from models.rules.health import Temperature
from models.services import second_eyes, waiting, watching
from models.services.posts import Post
from models.services.second_eyes import Second
from models.services.waiting import Fever, Flag, Waiting


def to_do(here: Situation, post: Post, rest: str) -> Answer:
    """待处理: what waits for staff today, the most pressing first, each with where it is seen to."""
    hall = _hall(post)
    found = waiting.all_of(hall, here.now)
    seconds = second_eyes.open_of(post, here.now)
    rows = [*_of_the_door(here, hall, found), *(_second(here, one) for one in seconds), *_lost(here, hall, found)]
    if not rows:
        return still_open(here, here.say("todo.nothing", hall=hall.name))
    head = here.say("todo.head", hall=hall.name, count=len(rows))
    foot = page(here, here.say("todo.page"), _path(hall))
    beyond = here.say("todo.beyond", count=len(rows))
    shown = rows[: fitting(here, rows, [head, beyond, foot])]
    if len(shown) < len(rows):
        shown.append(here.say("todo.beyond", count=len(rows) - len(shown)))
    return still_open(here, "\n".join([head, *shown, foot]))


def _of_the_door(here: Situation, hall: HallFacts, found: Waiting) -> list[str]:
    helps = [
        here.say("todo.help", door=_door(here, hall, one.door), at=here.moment(one.at, hall)) for one in found.helps
    ]
    return [
        *(_link(here, _fever(here, hall, one), f"{_path(hall)}/fever/{one.key}") for one in found.fevers),
        *(_link(here, text, _path(hall)) for text in helps),
        *(_link(here, _flag(here, hall, one), _path(hall)) for one in found.flags),
    ]


def _fever(here: Situation, hall: HallFacts, one: Fever) -> str:
    name = masks.mask_name(one.name) if one.name else here.say("waiting.unnamed")
    tenths = one.corrected_tenths if one.corrected_tenths is not None else one.declared_tenths
    at = here.moment(one.at, hall)
    return here.say("todo.fever", name=name, value=Temperature(tenths), door=_door(here, hall, one.door), at=at)


def _flag(here: Situation, hall: HallFacts, one: Flag) -> str:
    kind = one.kind if has(f"todo.flag.{one.kind}") else "other"
    what = here.say(f"todo.flag.{kind}")
    return here.say("todo.doubt", name=masks.mask_name(one.name), at=here.moment(one.in_at, hall), what=what)


def _second(here: Situation, one: Second) -> str:
    told = (
        here.say("names.second.todo", name=one.asker, number=one.number, purpose=one.purpose, code=one.code)
        if one.kind == second_eyes.CASE
        else here.say("todo.second", name=one.asker, purpose=one.purpose, code=one.code)
    )
    return f"{told} {tap(here.say('todo.agree'), f'批准 {one.code}')}"


def _lost(here: Situation, hall: HallFacts, found: Waiting) -> list[str]:
    """What did not arrive, told by kind: to whom it was is nobody's."""
    kinds = [(one.kind if has(f"waiting.kind.{one.kind}") else "other", one.messages) for one in found.undelivered]
    totals = {kind: sum(count for other, count in kinds if other == kind) for kind, _ in kinds}
    texts = [
        here.say("todo.lost", kind=here.say(f"waiting.kind.{kind}"), count=total) for kind, total in totals.items()
    ]
    return [_link(here, text, _path(hall)) for text in texts]


def _link(here: Situation, label: str, path: str) -> str:
    # Each link of an account without web authorization is a sign-in of its own: one is enough, to the page of all.
    return page(here, label, path) if here.setting.oauth else label


def _path(hall: HallFacts) -> str:
    return f"/hall/{hall.code}/waiting"


def _door(here: Situation, hall: HallFacts, number: int) -> str:
    return hall.doors[number].name if number in hall.doors else here.say("waiting.door_gone")


def sweep(here: Situation, post: Post, rest: str) -> Answer:
    """全部签退: how many are inside, and whether they are to be signed out."""
    hall = _hall(post)
    count = watching.inside(hall, here.now, 0).count
    if not count:
        return still_open(here, here.say("count.empty", hall=hall.name))
    told = here.say("todo.sweeping", hall=hall.name, count=count)
    return asked(here, here.opening("sweep", {"of": hall.id}), told)


def _hall(post: Post) -> HallFacts:
    if post.hall is None:
        raise ValueError("a desk is a hall's")
    return post.hall
