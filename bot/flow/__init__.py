"""The conversation engine: scripts that ask, answers that are kept, and everything else computed from the two.

It knows nothing of halls or of WeChat, and says nothing itself: it hands out steps, events and codes.
"""

from bot.flow.hearing import Event, Turn, hear
from bot.flow.openings import Refusal
from bot.flow.replay import ASK, EDIT, Answered, Position, locate
from bot.flow.steps import Choice, Option, Review, Script, Step
from bot.flow.supplying import supply
from bot.flow.talk import Talk, Waiting, from_text, pause, put_behind, resume, still_waiting, to_text
from bot.flow.walk import Path, Walked, paths
from bot.flow.words import Word, clean, engine_word, normalised

__all__ = [
    "ASK",
    "EDIT",
    "Answered",
    "Choice",
    "Event",
    "Option",
    "Path",
    "Position",
    "Refusal",
    "Review",
    "Script",
    "Step",
    "Talk",
    "Turn",
    "Waiting",
    "Walked",
    "Word",
    "clean",
    "engine_word",
    "from_text",
    "hear",
    "locate",
    "normalised",
    "paths",
    "pause",
    "put_behind",
    "resume",
    "still_waiting",
    "supply",
    "to_text",
]
