"""What subscription notices one person has agreed to."""

import threading
from collections import Counter

from bot.simulator.notices import Template


class Grants:
    """An accepted one-time notice may be sent once, at any time; a long-term one until it is withdrawn. May be used
    from several threads: one grant is used once."""

    def __init__(self) -> None:
        self._once: Counter[str] = Counter()
        self._lasting: set[str] = set()
        self._lock = threading.Lock()

    def accept(self, template: Template) -> None:
        """Agrees once more. ValueError for a template that is no subscription notice."""
        if template.kind == "template":
            raise ValueError("a template message needs nobody's consent")
        with self._lock:
            if template.kind == "one_time":
                self._once[template.template_id] += 1
            else:
                self._lasting.add(template.template_id)

    def withdraw(self, template: Template) -> None:
        """Takes all consent to this notice back."""
        with self._lock:
            self._once.pop(template.template_id, None)
            self._lasting.discard(template.template_id)

    def use(self, template: Template) -> bool:
        """Whether it may be sent now; a one-time grant is gone with it."""
        with self._lock:
            if template.template_id in self._lasting:
                return True
            if not self._once[template.template_id]:
                return False
            self._once[template.template_id] -= 1
            return True
