"""密接: a case is opened for somebody who was in the hall, and how many were there with them is told."""

import json
import re
from collections.abc import Sequence
from datetime import date

from bot.case_replies import days, told
from bot.links import page
from bot.lists import fitting
from bot.situation import Answer, Situation
from bot.talking import asked as ask
from bot.words import still_open
from models.rules.asked import asked
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.wanted import Period, Who
from models.services.casework import cases
from models.services.casework.cases import Suspect
from models.services.posts import Post
from models.tables.cases import CaseRow

MOST_ASKED = 8
"""People of one name among whom the chat lets choose."""

# What is said of a day or of a person and asks for nothing more.
_TOLD_OF_IT = re.compile(
    "(?:发病|采样|确诊|检测|阳性|发烧|发热)(?:的|了|日期|时间|那天|当天|日)*[是为在: ]*|的?(?:密切接触者|密接|接触者)"
)


def trace(here: Situation, post: Post, rest: str) -> Answer:
    """密接 X: opens a case for X, or asks which X; of a case's number, that case; alone, how it is said and which cases
    there are."""
    if not rest:
        return _how(here, post)
    if (known := cases.by_number(post, rest)) and (case := cases.told(post, known.public_id)):
        reply = told(here, cases.hall_of(post), case)
        return still_open(here, reply if known.is_open else f"{reply}\n{here.say('tracing.closed')}")
    hall = cases.hall_of(post)
    who, period, onset = _asked(hall, here, rest)
    # Before anybody is looked for, so that days of which nothing is kept are said at once.
    cases.days_of(hall, period, onset, here.now)
    found = cases.suspects(post, who, here.now)
    if len(found) == 1:
        return still_open(here, told(here, hall, cases.open_case(post, found[0].public_id, period, onset, here.now)))
    return _which(here, hall, found, period, onset)


def _asked(hall: HallFacts, here: Situation, rest: str) -> tuple[Who, Period | None, date | None]:
    """Whom the words name, and the days: one day is that of the first signs or of the sample."""
    wanted = asked(_TOLD_OF_IT.sub(" ", rest).strip() or rest, hall.calendar.hall_day(here.now))
    if wanted.who is None:
        raise Refused("case_who_wanted")
    period = wanted.period
    return (wanted.who, None, period.first) if period and period.days == 1 else (wanted.who, period, None)


def _which(
    here: Situation, hall: HallFacts, found: Sequence[Suspect], period: Period | None, onset: date | None
) -> Answer:
    """Several people may be meant: which of them, by what can be seen behind their masks."""
    shown = found[:MOST_ASKED]
    context: dict[str, str | int] = {"of": hall.id, "people": json.dumps(_labels(here, hall, shown))}
    if period:
        context |= {"first": period.first.isoformat(), "last": period.last.isoformat()}
    if onset:
        context["onset"] = onset.isoformat()
    lines = [here.say("tracing.several", count=len(found))]
    if len(found) > len(shown):
        lines.append(here.say("tracing.more_people", count=len(found) - len(shown)))
    return ask(here, here.opening("case", context), *lines)


def _labels(here: Situation, hall: HallFacts, people: Sequence[Suspect]) -> list[tuple[str, str]]:
    """Public id and what is shown of each; no two of them look the same, since the label is what a tap sends."""
    labels: list[tuple[str, str]] = []
    for one in people:
        seen = here.moment(one.last_seen, hall)
        parts = (one.shown.name, one.shown.id_number, one.shown.phone, here.say("tracing.seen", at=seen))
        label = " ".join(part for part in parts if part)
        same = sum(before.startswith(label) for _, before in labels)
        labels.append((one.public_id, f"{label} {here.say('tracing.again', number=same + 1)}" if same else label))
    return labels


def _how(here: Situation, post: Post) -> Answer:
    hall = cases.hall_of(post)
    lines = [here.say("tracing.how", days=hall.tracing.look_back_days)]
    there = [row for row in cases.of_hall(post, here.now) if row.is_open]
    if not there:
        return still_open(here, "\n".join(lines))
    lines += [here.say("tracing.open_cases", count=len(there)), page(here, here.say("tracing.all"), _path(hall))]
    rows = [_row(here, hall, row) for row in there]
    return still_open(here, "\n".join([*lines, *rows[: fitting(here, rows, lines)]]))


def _row(here: Situation, hall: HallFacts, row: CaseRow) -> str:
    label = here.say("tracing.row", number=row.number, days=days(here, row.first, row.last), count=row.contacts)
    # Each link of an account without web authorization is a sign-in of its own: one is enough, to the page of all.
    return page(here, label, f"{_path(hall)}/{row.public_id}") if here.setting.oauth else label


def _path(hall: HallFacts) -> str:
    return f"/hall/{hall.code}/cases"
