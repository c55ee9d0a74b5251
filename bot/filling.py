"""What a photo of a card fills in a check-in: it only suggests, and never against what was typed meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.catalogue import FLOWS
from bot.flow import ASK, EDIT, Position, Review, Talk, locate, supply
from bot.situation import IDLE, Answer, Situation
from bot.talking import COLLECTING, PHOTO, asked
from bot.wording import as_said, doubts_of, listed, with_doubts
from bot.words import Begun, begun_by_word, likely_hall, still_open
from models.rules import companions, identity
from models.rules.card_answers import FROM_CARDS
from models.rules.check_in_fields import Requirement
from models.rules.documents import Card
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.tables.photos import PhotoRow

COMPANIONS = "companions"


def of_no_use(here: Situation) -> Answer | None:
    """What to answer where no photo could fill anything; None where one could."""
    talk = here.talk
    if talk is None or talk.flow == IDLE:
        if likely_hall(here) is None:
            return here.aside(here.say("photo.no_hall"))
        begun = begun_by_word(here, "")
        return begun if isinstance(begun, Answer) else None
    if talk.flow not in COLLECTING:
        return still_open(here, here.say("engine.text_please"))
    hall = here.hall_of(talk)
    if hall is None or not hall.is_open_for_visitors:
        return here.finished(here.say("refused.hall_not_open" if hall else "refused.hall_unknown"))
    return None


def met(here: Situation) -> str:
    """The question that a photo meets: the name of its step, "" where nothing is asked."""
    talk = here.talk
    hall = here.hall_of(talk) if talk and talk.flow in COLLECTING else None
    if talk is None or hall is None:
        return ""
    asking = _Check.of(here, talk, hall).position.asking
    return asking.name if asking else ""


def mark_of(here: Situation, photo: PhotoRow) -> Answer:
    """The talk with the mark of this photo, where one is on; else one in which nothing is asked."""
    talk = here.talk or Talk(IDLE, {}, {}, (), here.language)
    return Answer("", replace(talk, context={**talk.context, PHOTO: _mark(photo)}))


def fill(here: Situation, photo: PhotoRow, seen: Card | Refused) -> Answer | None:
    """What comes of a photo in the talk as it is now; None where that is not the one any more that it was sent in.

    Refusals of the reader are told, and what the photo is if it is no card's side with the portrait; then the talk is
    asked on."""
    talk = here.talk
    is_its_own = talk is not None and talk.context.get(PHOTO) == _mark(photo)
    # A photo sent before the scan is for the check-in that the scan opened.
    is_before_it = talk is not None and talk.flow == "check_in" and not photo.step
    if talk is None or not (is_its_own or is_before_it):
        return None
    talk = here.talk = replace(talk, context={name: at for name, at in talk.context.items() if name != PHOTO})
    fault = _fault(here, seen)
    if fault or isinstance(seen, Refused):
        return asked(here, talk, fault)
    lines: list[str] = []
    if talk.flow == IDLE:
        begun = begun_by_word(here, "")
        if not isinstance(begun, Begun):
            return begun
        talk, lines = begun.talk, begun.lines
    hall = here.hall_of(talk)
    if hall is None or not hall.is_open_for_visitors:
        return here.finished(here.say("refused.hall_not_open" if hall else "refused.hall_unknown"))
    has_moved = not is_its_own or here.talk_row is None or here.talk_row.revision != photo.revision
    check = _Check.of(here, talk, hall)
    asks_for_others = check.position.asking is not None and check.position.asking.name == COMPANIONS
    if photo.step == COMPANIONS:
        return _with_companion(check, seen) if asks_for_others and not has_moved else None
    return _with_visitor(check, seen, lines, over_said=not has_moved and not asks_for_others)


def _fault(here: Situation, seen: Card | Refused) -> str:
    """Why a photo fills nothing, "" for one that may."""
    if isinstance(seen, Refused):
        return here.say(f"refused.{seen.code}", **seen.details)
    if not seen.kind.has_fields:
        return here.say(f"photo.{seen.kind}")
    if not any(seen.text(field) for field in FROM_CARDS):
        return here.say("photo.unclear")
    return ""


def _mark(photo: PhotoRow) -> str:
    return photo.delivery.hex()[:16]


@dataclass(frozen=True)
class _Check:
    """A check-in as it stands: its talk, its hall, what the profile knows, the question it is at."""

    here: Situation
    talk: Talk
    hall: HallFacts
    facts: Any
    remembered: Mapping[str, str]
    position: Position

    @classmethod
    def of(cls, here: Situation, talk: Talk, hall: HallFacts) -> "_Check":
        flow = FLOWS[talk.flow]
        facts, remembered = flow.facts(here, talk, hall), flow.remembered(here, talk, hall)
        return cls(here, talk, hall, facts, remembered, locate(flow.script, facts, talk.answers, remembered))

    @property
    def today(self) -> date:
        return self.hall.calendar.hall_day(self.here.at)

    def said(self, name: str) -> str:
        """What was said for a step in this talk, "" for nothing, or for something that is just being changed."""
        text = self.talk.answers.get(name, "")
        return "" if text.startswith((ASK, EDIT)) else text

    def known(self, name: str) -> str:
        """What is known for a step, from this talk or before it."""
        return self.said(name) if name in self.talk.answers else self.remembered.get(name, "")

    def wants(self, name: str) -> bool:
        return self.hall.fields.get(name, Requirement.OFF) is not Requirement.OFF

    def asked(self, answers: dict[str, str], marks: Iterable[str], *lines: str) -> Answer:
        """The talk with these answers, and its next question after these lines."""
        return asked(self.here, with_doubts(replace(self.talk, answers=answers), marks), *lines)

    def as_it_was(self, *lines: str) -> Answer:
        """The talk as it was, and its question after these lines."""
        return asked(self.here, self.talk, *lines)


def _with_visitor(check: _Check, card: Card, lines: list[str], *, over_said: bool) -> Answer:
    """The card is the visitor's own: what it says of them, unless it is of somebody else than the talk is about."""
    here = check.here
    answers = dict(check.talk.answers)
    is_other = _is_of_another(check, card, over_said=over_said)
    if is_other and not over_said:
        return check.as_it_was(*lines, here.say("photo.typed_stays"))
    if is_other and not check.said("id_number"):
        return check.as_it_was(*lines, here.say("photo.someone_else"))
    if is_other and isinstance(check.position.asking, Review) and check.said(COMPANIONS):
        return check.as_it_was(*lines, here.say("photo.companion_or_not"))
    if is_other:
        lines = [*lines, here.say("photo.replaced")]
        # Nothing of the one before may stand beside the new number.
        answers.update((name, ASK) for name in FROM_CARDS if check.known(name))
    # What is not sure stands behind what is known of the same person.
    given = {
        name: found.text
        for name in FROM_CARDS
        if (found := card.fields.get(name)) and (found.is_sure or is_other or not check.known(name))
    }
    turn = supply(
        FLOWS[check.talk.flow].script, check.facts, answers, given, check.remembered, over_said=over_said
    )  # fmt: skip
    if turn.refused and turn.refused.refused.code == "under_14":
        return check.as_it_was(*lines, here.say("refused.under_14"))
    marks = (doubts_of(check.talk) - set(turn.understood)) | _unsure(card, turn.understood)
    if not turn.understood:
        lines = [*lines, here.say("photo.typed_stays")]
    elif isinstance(turn.position.asking, Review):
        lines = [*lines, here.say("photo.read_all")]
    else:
        lines = [*lines, here.say("photo.read"), *_items(here, turn.answers, turn.understood, marks)]
    unread = [name for name in FROM_CARDS if check.wants(name) and _is_open(turn.answers, check.remembered, name)]
    return check.asked(turn.answers, marks, *lines, *_unread(here, unread))


def _is_of_another(check: _Check, card: Card, *, over_said: bool) -> bool:
    """Whether the card is of somebody else than the talk is about: by its number, else by its name, if that is sure."""
    known, number, name = check.known("id_number"), card.text("id_number"), card.fields.get("name")
    if known and number:
        return not _are_same(known, number, check.today)
    before = check.known("name")
    if not known and over_said and check.said("name"):
        return False  # a name alone was typed: the card shows how it is written
    return bool(name and name.is_sure and before and name.text != before)


def _are_same(one: str, other: str, today: date) -> bool:
    try:
        first, second = (identity.id_number(text, today=today) for text in (one, other))
    except Refused:
        return False
    return first.for_matching == second.for_matching


def _unsure(card: Card, steps: Iterable[str]) -> set[str]:
    return {step for step in steps if not card.fields[step].is_sure}


def _is_open(answers: Mapping[str, str], remembered: Mapping[str, str], name: str) -> bool:
    """Whether nothing is known for a step: it is to be asked."""
    text = answers.get(name)
    return not remembered.get(name) if text is None else text.startswith((ASK, EDIT))


def _items(here: Situation, answers: Mapping[str, str], steps: Iterable[str], marks: set[str]) -> list[str]:
    """What was read, whole, before a question other than the review, which shows it itself."""
    lines = []
    for name in steps:
        value = as_said(name, answers[name])
        value = here.say("photo.doubtful", value=value) if name in marks else value
        lines.append(here.say("photo.item", label=here.say(f"step.{name}.label"), value=value))
    return lines


def _unread(here: Situation, steps: list[str]) -> list[str]:
    labels = [here.say(f"step.{name}.label") for name in steps]
    return [here.say("photo.unread", labels=listed(here, labels))] if labels else []


def _with_companion(check: _Check, card: Card) -> Answer:
    """The card is a companion's: name and number join those who are named already."""
    here = check.here
    name, number = card.fields.get("name"), card.fields.get("id_number")
    if name is None:
        return check.as_it_was(here.say("photo.unread", labels=here.say("step.name.label")))
    known = check.known("id_number")
    if number and known and _are_same(known, number.text, check.today):
        return check.as_it_was(here.say("refused.companion_is_lead"))
    before = check.talk.answers.get(COMPANIONS, "").removeprefix(EDIT).removeprefix(ASK)
    people = companions.companions(before, today=check.today).people if before else ()
    line = " ".join(field.text for field in (name, number) if field)
    text = "\n".join((*map(str, people), line))
    turn = supply(
        FLOWS[check.talk.flow].script, check.facts, check.talk.answers, {COMPANIONS: text}, check.remembered
    )  # fmt: skip
    if turn.refused:
        return check.as_it_was(here.say(f"refused.{turn.refused.refused.code}", **turn.refused.refused.details))
    is_sure = name.is_sure and (number is None or number.is_sure)
    marks = doubts_of(check.talk) | (set() if is_sure else {COMPANIONS})
    unread = _unread(here, [] if number else ["id_number"])
    return check.asked(turn.answers, marks, here.say("photo.read_all"), *unread)
