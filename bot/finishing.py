"""What a finished conversation does, and what is said of it."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.flow import Talk, pause, resume
from bot.scripts.check_in import Declined, EnteredEarlier
from bot.scripts.fever import ReadAgain
from bot.scripts.leaving import LeavesNow, LeftAt
from bot.situation import Answer, Situation, clock
from models.rules.clock_times import clock_time, last_before
from models.rules.halls import HallFacts
from models.rules.identity import id_number
from models.rules.refusal import Refused
from models.rules.visits import HowIn, HowOut, SignIn, TurnAway
from models.services import check_in, check_out, fever, hashing
from models.services.check_in import Entry, Exit
from models.services.check_out import Leaving, SignedOut


def check_in_done(
    here: Situation, talk: Talk, hall: HallFacts, outcome: SignIn | TurnAway | Declined | EnteredEarlier
) -> Answer:
    """The end of a check-in, or of a missed entry told later."""
    if isinstance(outcome, Declined):
        return here.finished(here.say("check_in.declined"))
    if isinstance(outcome, TurnAway):
        return _turned_away(here, talk, hall, outcome)
    if isinstance(outcome, EnteredEarlier):
        return _entered_earlier(here, talk, hall, outcome)
    entry = _entry(here, talk, hall, HowIn(str(talk.context["how_in"])), here.at)
    done = check_in.sign_in(entry, outcome, here.known)
    time = clock(done.at, hall)
    if done.already:
        return here.finished(here.say("check_in.already", time=time, hall=hall.name))
    lines = [here.say("check_in.moved")] if done.moved else []
    if done.companions:
        lines.append(here.say("check_in.done_companions", time=time, hall=hall.name, count=done.companions))
    else:
        lines.append(here.say("check_in.done", time=time, hall=hall.name))
    return here.finished("\n".join(lines))


def _entry(here: Situation, talk: Talk, hall: HallFacts, how_in: HowIn, at: datetime) -> Entry:
    scanned = int(talk.context.get("scanned_at", 0))
    return Entry(
        openid=here.delivery.openid,
        hall=hall,
        door=int(talk.context["door"]),
        how_in=how_in,
        at=at,
        scanned_at=datetime.fromtimestamp(scanned, UTC) if scanned else None,
        language=here.language,
    )


def _turned_away(here: Situation, talk: Talk, hall: HallFacts, outcome: TurnAway) -> Answer:
    """Recorded at once, so that staff see it also if nothing more is said; the answers wait for the one correction."""
    number = id_number(outcome.id_number, today=hall.calendar.hall_day(here.at)) if outcome.id_number else None
    fever_id = fever.declare(
        here.delivery.openid,
        hall,
        int(talk.context["door"]),
        outcome.temperature_tenths,
        here.at,
        outcome.name,
        outcome.phone,
        hashing.id_hash(number) if number else None,
    )
    behind = replace(talk, answers={name: text for name, text in talk.answers.items() if name != "temperature"})
    waiting = pause(behind, here.seconds)
    mending = Talk("fever", {**talk.context, "fever": fever_id}, {}, waiting, here.language)
    return Answer(f"{here.say('fever.wait')}\n{here.say('fever.mend')}", mending)


def fever_read_again(here: Situation, talk: Talk, hall: HallFacts, outcome: ReadAgain) -> Answer:
    """The one correction: no fever after all, and the check-in goes on with it; or the person waits for staff."""
    try:
        fine = fever.correct(int(talk.context["fever"]), hall, outcome.tenths, here.at)
    except Refused:
        fine = False
    resumed = resume(talk, here.seconds)
    if not fine or resumed is None:
        return Answer(here.say("fever.mended" if fine else "fever.wait"))
    reading = f"{outcome.tenths // 10}.{outcome.tenths % 10}"
    return Answer(here.say("fever.mended"), replace(resumed, answers={**resumed.answers, "temperature": reading}))


def _entered_earlier(here: Situation, talk: Talk, hall: HallFacts, outcome: EnteredEarlier) -> Answer:
    left_at = datetime.fromtimestamp(int(talk.context["left_at"]), UTC)
    entered = last_before(clock_time(outcome.entered_at), left_at, hall.calendar.zone)
    if hall.calendar.hall_day(entered) != hall.calendar.hall_day(left_at):
        raise Refused("entry_after_exit")
    entry = _entry(here, talk, hall, HowIn.STATED, entered)
    how_out = HowOut(str(talk.context["how_out"]))
    done = check_in.sign_in(entry, outcome.said, here.known, Exit(left_at, how_out))
    if done.already:
        return here.finished(here.say("check_in.already", time=clock(done.at, hall), hall=hall.name))
    lines = [here.say("check_in.moved_then", time=clock(entered, hall))] if done.moved else []
    lines.append(
        here.say("check_in.missed_done", entered=clock(entered, hall), left=clock(left_at, hall), hall=hall.name)
    )
    return here.finished("\n".join(lines))


def left(here: Situation, talk: Talk, hall: HallFacts, outcome: LeavesNow | LeftAt) -> Answer:
    """The end of 签退 by word: now, or at the earlier time that was told."""
    if here.known is None:
        return here.finished(here.say("check_out.nothing_open"))
    if isinstance(outcome, LeavesNow):
        return here.finished(out(here, hall, check_out.by_word(here.known, here.at)))
    done = check_out.earlier(here.known, clock_time(outcome.clock), hall, here.at)
    if done.what in (Leaving.CLOSED, Leaving.REPLACED):
        return here.finished(here.say("check_out.stated", **times(here, done, hall)))
    return here.finished(out(here, hall, done))


def corrected(here: Situation, talk: Talk, hall: HallFacts, outcome: LeftAt) -> Answer:
    """The end of 更正."""
    if here.known is None:
        raise Refused("nothing_to_correct")
    done = check_out.correct(here.known, clock_time(outcome.clock), here.at)
    return here.finished(here.say("correction.done", **times(here, done, hall)))


def out(here: Situation, hall: HallFacts, done: SignedOut) -> str:
    """What to say of a sign-out."""
    return here.say(f"check_out.{done.what}", **times(here, done, hall))


def times(here: Situation, done: SignedOut, hall: HallFacts) -> dict[str, str]:
    """The two ends of a stay, as the hall's clocks show them, with the day where that is not today."""
    return {
        "entered": here.moment(done.in_at, hall) if done.in_at else "",
        "left": here.moment(done.out_at, hall) if done.out_at else "",
    }
