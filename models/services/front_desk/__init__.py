"""What staff do at a hall's desk, each to be undone within minutes."""

from models.services.front_desk.acts import KEEP, UNDO_LASTS, Kind, RecentAct, recent_acts
from models.services.front_desk.leaving import Swept, sweep
from models.services.front_desk.undoing import Undone, undo

__all__ = ("KEEP", "UNDO_LASTS", "Kind", "RecentAct", "Swept", "Undone", "recent_acts", "sweep", "undo")
