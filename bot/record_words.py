"""What admins ask of their hall's records in the chat: 查询, 更多, 导出; and the yes of a second pair of eyes."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from bot.flow import Talk
from bot.links import page
from bot.lists import fitting
from bot.situation import IDLE, Answer, Situation, clock
from bot.words import still_open
from models.rules.asked import asked, period
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import Certainty, HowOut, certainty_out
from models.rules.wanted import Period, Wanted
from models.services import exporting, searching, second_eyes
from models.services.posts import Post
from models.services.searching import Cursor, Found
from models.services.second_eyes import Second
from models.tables.found_visits import FoundVisit

MOST_ROWS = 30
"""More than ever fit into a message."""
_QUESTION = "query"
"""In a talk's context: what was asked, which ends with the talk."""


@dataclass(frozen=True)
class Question:
    """A search of which more is to come: the text, the hall and its day when it was asked, how many rows were shown,
    and the last of them."""

    text: str
    hall_id: int
    day: str
    shown: int
    at: str
    id: int


def search(here: Situation, post: Post, rest: str) -> Answer:
    """查询 X: how many there are, and the latest of them, masked, each with a link to its record."""
    if not rest:
        return still_open(here, here.say("query.how"))
    hall = searching.hall_of(post)
    day = hall.calendar.hall_day(here.now)
    wanted = asked(rest, day)
    found = searching.find(post, wanted, here.now, MOST_ROWS)
    searching.note(post, wanted, found.total, here.now)
    lines = [_head(here, hall, found)]
    if wanted.period and found.taken.period and wanted.period.first < found.taken.period.first:
        lines.append(here.say("query.cut", days=found.kept_days))
    return _shown(here, hall, found, lines, Question(rest, hall.id, day.isoformat(), 0, "", 0))


def more(here: Situation, post: Post, rest: str) -> Answer:
    """更多: the rows after those of the last answer, for as long as the talk lasts."""
    hall = searching.hall_of(post)
    question = _question_of(here.talk)
    if question is None or question.hall_id != hall.id:
        return still_open(here, here.say("query.no_question"))
    wanted = asked(question.text, date.fromisoformat(question.day))
    after = Cursor(datetime.fromisoformat(question.at), question.id)
    found = searching.find(post, wanted, here.now, MOST_ROWS, after)
    return _shown(here, hall, found, [_head(here, hall, found)], question)


def _head(here: Situation, hall: HallFacts, found: Found) -> str:
    what = _days(here, found.taken.period)
    if found.taken.who:
        what = f"{what} {here.say(f'query.by_{found.taken.who.by}')}"
    return here.say("query.found" if found.total else "query.none", hall=hall.name, what=what, count=found.total)


def _days(here: Situation, days: Period | None) -> str:
    if days is None:
        return ""
    if days.first == days.last:
        return days.first.isoformat()
    return here.say("query.days", first=days.first, last=days.last)


def _shown(here: Situation, hall: HallFacts, found: Found, lines: list[str], question: Question) -> Answer:
    """The rows that fit, and a tap for those that do not; the question is kept while there are any."""
    if not here.setting.oauth and found.rows:
        # Each link of an account without web authorization is a sign-in of its own, so there is one for all rows.
        lines.append(page(here, here.say("query.page"), f"/hall/{hall.code}/records"))
    rows = [_row(here, hall, row) for row in found.rows]
    count = fitting(here, rows, [*lines, here.say("query.more", count=found.total)])
    shown = question.shown + count
    lines += rows[:count]
    if count < len(rows) or found.next:
        last = found.rows[count - 1]
        question = replace(question, shown=shown, at=last.in_at.isoformat(), id=last.id)
        lines.append(here.say("query.more", count=max(1, found.total - shown)))
        _keep(here, question)
    else:
        if question.shown:
            lines.append(here.say("query.all_shown"))
        _keep(here, None)
    return still_open(here, "\n".join(lines))


def _row(here: Situation, hall: HallFacts, visit: FoundVisit) -> str:
    seen = searching.masked(visit)
    matter = hall.matter(seen.matter)
    door = hall.doors.get(seen.door)
    parts = (
        f"{here.moment(seen.in_at, hall)}–{_exit(here, hall, seen)}", seen.name or here.say("rights.erased"),
        matter.label(here.language) if matter else "", door.name if door else "",
    )  # fmt: skip
    label = " ".join(part for part in parts if part)
    return page(here, label, f"/hall/{hall.code}/records/{seen.public_id}") if here.setting.oauth else label


def _exit(here: Situation, hall: HallFacts, visit: FoundVisit) -> str:
    """When somebody left, a guess told as one."""
    if visit.out_at is None:
        return here.say("query.inside")
    # Of a stay over midnight the day is said too.
    is_same_day = hall.calendar.hall_day(visit.out_at) == hall.calendar.hall_day(visit.in_at)
    left = clock(visit.out_at, hall) if is_same_day else here.moment(visit.out_at, hall)
    certainty = certainty_out(HowOut(visit.how_out or HowOut.UNKNOWN))
    return left if certainty is Certainty.CERTAIN else here.say(f"query.{certainty}", left=left)


def _keep(here: Situation, question: Question | None) -> None:
    """Put the question, or none, into the talk they are in."""
    talk = here.talk or Talk(IDLE, {}, {}, (), here.language)
    context = {name: value for name, value in talk.context.items() if name != _QUESTION}
    if question:
        context[_QUESTION] = json.dumps(asdict(question), ensure_ascii=False)
    here.talk = replace(talk, context=context)


def _question_of(talk: Talk | None) -> Question | None:
    kept = talk.context.get(_QUESTION) if talk else None
    return Question(**json.loads(str(kept))) if kept else None


def export(here: Situation, post: Post, rest: str) -> Answer:
    """导出 X: how many rows, and the page where the workbook will be; never the data."""
    if not rest:
        return still_open(here, here.say("query.export_how"))
    hall = searching.hall_of(post)
    days = period(rest, hall.calendar.hall_day(here.now))
    made = exporting.ask(post, Wanted(days), here.now)
    lines = [here.say("query.exporting", hall=hall.name, days=_days(here, made.period), rows=made.rows)]
    if days.first < made.period.first:
        lines.append(here.say("query.cut", days=hall.retention_days))
    lines.append(page(here, here.say("query.export_page"), f"/hall/{hall.code}/exports/{made.public_id}"))
    return still_open(here, "\n".join(lines))


def approve(here: Situation, post: Post, rest: str) -> Answer:
    """批准 CODE, of a second pair of eyes: by whichever of their posts may answer it."""
    if not rest:
        return still_open(here, here.say("query.approve_how"))
    for one in here.posts:
        try:
            done = second_eyes.approve(one, rest, here.now)
        except Refused as no:
            if no.code != "second_unknown":
                raise
        else:
            return still_open(here, _approved(here, done))
    raise Refused("second_unknown")


def _approved(here: Situation, done: Second) -> str:
    hall = done.hall.name
    if done.kind == second_eyes.CASE:
        return here.say("names.second.approved", name=done.asker, hall=hall, number=done.number, purpose=done.purpose)
    return here.say("query.approved", name=done.asker, hall=hall, purpose=done.purpose)
