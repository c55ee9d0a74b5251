"""What staff do at a hall's desk, each to be undone within minutes."""

from models.services.front_desk.acts import KEEP, UNDO_LASTS, Kind, RecentAct, recent_acts
from models.services.front_desk.correcting import FIELDS, FOR_GUARDS, Corrected, correct, correctable
from models.services.front_desk.leaving import SeenOut, Swept, sign_out, sweep
from models.services.front_desk.looking import Inside, as_masked, inside, who_is_meant
from models.services.front_desk.registering import Form, Registered, What, register
from models.services.front_desk.undoing import Undone, undo

__all__ = (
    "FIELDS", "FOR_GUARDS", "KEEP", "UNDO_LASTS", "Corrected", "Form", "Inside", "Kind", "RecentAct", "Registered",
    "SeenOut", "Swept", "Undone", "What", "as_masked", "correct", "correctable", "inside", "recent_acts", "register",
    "sign_out", "sweep", "undo", "who_is_meant",
)  # fmt: skip
