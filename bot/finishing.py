"""What a finished conversation does, and what is said of it."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.flow import Talk, put_behind, resume
from bot.links import open_page, own_page
from bot.scripts.check_in import Declined, EnteredEarlier, NotWanted
from bot.scripts.erasing import Erases
from bot.scripts.fever import ReadAgain
from bot.scripts.leaving import LeavesNow, LeftAt
from bot.situation import Answer, Situation, clock
from models.rules.clock_times import clock_time, last_before
from models.rules.halls import HallFacts
from models.rules.health import is_fever, temperature
from models.rules.identity import id_number
from models.rules.refusal import Refused
from models.rules.visits import HowIn, HowOut, SignIn, TurnAway
from models.services import check_in, check_out, consents, fever, forgetting, hashing
from models.services.check_in import Entry, Exit
from models.services.check_out import Leaving, SignedOut


def check_in_done(
    here: Situation, talk: Talk, hall: HallFacts, outcome: SignIn | TurnAway | Declined | NotWanted | EnteredEarlier
) -> Answer:
    """The end of a check-in, or of a missed entry told later."""
    match outcome:
        case Declined():
            return declined(here, talk)
        case NotWanted():
            return here.finished(here.say(_missed_declined(here)))
        case TurnAway():
            return _turned_away(here, talk, hall, outcome)
        case EnteredEarlier():
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
    lines.append(own_page(here, here.say("check_in.pass"), "/pass"))
    if consents.is_wanted(here.delivery.openid, here.setting.templates):
        lines.append(
            here.say("consent.offer", page=open_page(here, here.say("consent.offer_page"), f"/h/{hall.code}/notices"))
        )
    return here.finished("\n".join(lines))


def declined(here: Situation, talk: Talk) -> Answer:
    """不同意 in a check-in, which ends it. That nothing is kept is said only where it is so."""
    if talk.context.get("fever_told"):
        return here.finished(here.say("check_in.declined_fever"))
    if talk.flow == "missed":
        return here.finished(here.say(_missed_declined(here)))
    if here.known:
        return here.finished(here.say("check_in.declined_known"))
    return here.finished(here.say("check_in.declined_now" if _something_is_kept(here) else "check_in.declined"))


def _missed_declined(here: Situation) -> str:
    if here.known:
        return "check_in.missed_declined_known"
    return "check_in.missed_declined_now" if _something_is_kept(here) else "check_in.missed_declined"


def _something_is_kept(here: Situation) -> bool:
    """Whether a stranger would be told an untruth by the sentence that nothing is kept."""
    return bool(here.still_waiting()) or fever_on_record(here)


def fever_on_record(here: Situation) -> bool:
    """Whether a fever that they declared, here or elsewhere, is kept with their name."""
    return fever.declared(here.delivery.openid)


def closed_meanwhile(here: Situation, hall_id: int) -> str | None:
    """What to say of a 签退 that was left unanswered until the visit in this hall was over; None while it goes on."""
    inside = check_out.settled(here.known, here.at)
    if inside and inside.hall_id == hall_id:
        return None
    found = check_out.correctable(here.known, here.now)
    if found is None or found.visit.hall_id != hall_id or found.visit.out_at is None:
        return None
    return here.say("check_out.due", left=here.moment(found.visit.out_at, found.hall))


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
        for_another=bool(talk.context.get("fresh")),
    )


def _turned_away(here: Situation, talk: Talk, hall: HallFacts, outcome: TurnAway) -> Answer:
    """Recorded at once, so that staff see it also if nothing more is said; the check-in waits for one correction."""
    last = here.at + fever.CORRECTABLE
    behind = replace(
        talk,
        context={
            **talk.context,
            "fever": _declare(here, talk, hall, outcome),
            "fever_until": int(last.timestamp()),
            "fever_told": 1,
        },
        answers={name: text for name, text in talk.answers.items() if name != "temperature"},
    )
    return Answer(here.say("fever.wait"), _temperature_again(here, behind))


def _declare(here: Situation, talk: Talk, hall: HallFacts, told: TurnAway) -> int:
    number = id_number(told.id_number, today=hall.calendar.hall_day(here.at)) if told.id_number else None
    return fever.declare(
        here.delivery.openid,
        hall,
        int(talk.context["door"]),
        told.temperature_tenths,
        here.at,
        told.name,
        told.phone,
        hashing.id_hash(number) if number else None,
    )


def _temperature_again(here: Situation, check_in: Talk) -> Talk:
    """The question for the one correction, with the check-in that it is about behind it."""
    return Talk("fever", check_in.context, {}, put_behind(check_in, here.seconds), here.language)


def resumed(here: Situation, talk: Talk) -> Answer:
    """A talk taken up again, by itself or as the question that has to come before it."""
    hall = here.hall_of(talk)
    text = f"{hall.name}：{here.say('engine.resumed')}" if hall else here.say("engine.resumed")
    if not talk.context.get("fever"):
        return Answer(text, talk)
    if here.at.timestamp() <= int(talk.context["fever_until"]):
        return Answer(text, _temperature_again(here, talk))
    here.talk = talk
    return here.finished(here.say("fever.wait"))


def fever_read_again(here: Situation, talk: Talk, hall: HallFacts, outcome: ReadAgain) -> Answer:
    """The one correction: no fever after all, and the check-in goes on with it; or the person waits for staff."""
    reading = f"{outcome.tenths // 10}.{outcome.tenths % 10}"
    try:
        fine = fever.correct(int(talk.context["fever"]), hall, outcome.tenths, here.at)
    except Refused:
        # Too late, or staff have looked after them meanwhile and let them in.
        is_hot = is_fever(temperature(reading, declared_allowed=False), hall.fever_tenths)
        fine = not is_hot and not fever.waits(here.delivery.openid, hall, hall.calendar.hall_day(here.at))
    behind = resume(talk, here.seconds)
    if not fine or behind is None:
        here.talk = behind or talk
        return here.finished(here.say("fever.mended" if fine else "fever.wait"))
    context = {name: value for name, value in behind.context.items() if name not in ("fever", "fever_until")}
    answers = {**behind.answers, "temperature": reading}
    return Answer(here.say("fever.mended"), replace(behind, context=context, answers=answers))


def _entered_earlier(here: Situation, talk: Talk, hall: HallFacts, outcome: EnteredEarlier) -> Answer:
    left_at = datetime.fromtimestamp(int(talk.context["left_at"]), UTC)
    entered = last_before(clock_time(outcome.entered_at), left_at, hall.calendar.zone)
    if hall.calendar.hall_day(entered) != hall.calendar.hall_day(left_at):
        raise Refused("entry_after_exit")
    entry = _entry(here, talk, hall, HowIn.STATED, entered)
    how_out = HowOut(str(talk.context["how_out"]))
    said = outcome.said
    done = check_in.sign_in(entry, said, here.known, Exit(left_at, how_out))
    if done.already:
        return here.finished(here.say("check_in.already", time=clock(done.at, hall), hall=hall.name))
    if done.told and done.told.out_at:
        stay = {"entered": clock(done.told.in_at, hall), "left": clock(done.told.out_at, hall)}
        return here.finished(here.say("check_in.missed_already", **stay, hall=hall.name))
    lines = [here.say("check_in.moved_then", time=clock(entered, hall))] if done.moved else []
    lines.append(
        here.say(
            "check_in.missed_done",
            entered=clock(entered, hall),
            left=clock(left_at, hall),
            hall=hall.name,
            how=here.say(f"exits.{how_out}"),
        )
    )
    measured = temperature(said.temperature, declared_allowed=True) if said.temperature else None
    if measured and measured.tenths is not None and is_fever(measured, hall.fever_tenths):
        _declare(here, talk, hall, TurnAway(measured.tenths, said.name, said.phone, said.id_number))
        lines.append(here.say("fever.missed"))
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
    visit_id = int(talk.context["visit"]) if "visit" in talk.context else None
    done = check_out.correct(here.known, clock_time(outcome.clock), here.at, visit_id)
    return here.finished(here.say("correction.done", **times(here, done, hall), hall=hall.name))


def erased(here: Situation, talk: Talk, hall: None, outcome: Erases) -> Answer:
    """The end of 删除我的资料: nothing is kept of the talk either."""
    if not outcome.is_sure:
        return here.finished(here.say("cancelled.erase"))
    done = forgetting.forget(here.delivery.openid, here.now, "chat", is_in_talk=True)
    lines = [here.say("rights.done")]
    if done.later:
        lines.append(here.say("rights.done_later", count=done.later))
    if done.held_until:
        lines.append(here.say("rights.held", count=done.held, day=done.held_until))
    return Answer("\n".join((*lines, here.say("rights.done_next"))))


def out(here: Situation, hall: HallFacts, done: SignedOut) -> str:
    """What to say of a sign-out."""
    return here.say(f"check_out.{done.what}", **times(here, done, hall))


def times(here: Situation, done: SignedOut, hall: HallFacts) -> dict[str, str]:
    """The two ends of a stay, as the hall's clocks show them, with the day where that is not today."""
    return {
        "entered": here.moment(done.in_at, hall) if done.in_at else "",
        "left": here.moment(done.out_at, hall) if done.out_at else "",
    }
