"""The tags that an account puts people under."""

import itertools
import threading

from bot.simulator.phones import Phone

MOST_TAGS = 100
MOST_NAME_BYTES = 30
MOST_TAGS_OF_ONE = 20


class Tags:
    """Names by id, from 100, as the platform keeps the first ones for itself. May be used from several threads."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._ids = itertools.count(100)
        self._lock = threading.Lock()

    def __contains__(self, tag_id: object) -> bool:
        return tag_id in self._names

    def listed(self) -> dict[int, str]:
        """The name of each."""
        with self._lock:
            return dict(self._names)

    def create(self, name: str) -> int | None:
        """The id of a new tag; None if there is one of this name or there are too many."""
        with self._lock:
            if name in self._names.values() or len(self._names) >= MOST_TAGS:
                return None
            tag_id = next(self._ids)
            self._names[tag_id] = name
            return tag_id

    def delete(self, tag_id: int) -> None:
        """Forgets a tag, as the account's console does; people and menus that had it keep its number."""
        with self._lock:
            self._names.pop(tag_id, None)

    def put(self, phone: Phone, tag_id: int) -> bool:
        """Puts a person under a tag, which then is their last; False if they have too many."""
        with self._lock:
            others = [one for one in phone.tag_ids if one != tag_id]
            if len(others) >= MOST_TAGS_OF_ONE:
                return False
            phone.tag_ids = [*others, tag_id]
            return True

    def take_off(self, phone: Phone, tag_id: int) -> None:
        """Takes a tag off a person."""
        with self._lock:
            phone.tag_ids = [one for one in phone.tag_ids if one != tag_id]
