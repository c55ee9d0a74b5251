"""Templates of an account: the texts that template messages and subscription notices fill in."""

import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.simulator.bubbles import Card

KINDS = ("template", "one_time", "long_term")
_PLACE = re.compile(r"\{\{\s*([A-Za-z_]+[0-9]*)\.DATA\s*\}\}")


@dataclass(frozen=True)
class Template:
    """One template. `kind`: template (for followers), one_time or long_term (subscription notices).

    `content` as the platform's pages show it: lines such as 大厅：{{thing1.DATA}}."""

    template_id: str
    title: str
    content: str
    kind: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The names to be filled in, in order: thing1, time2."""
        return tuple(_PLACE.findall(self.content))

    def card(self, values: Mapping[str, str], url: str = "") -> Card:
        """What a person sees with these values; one that is not given stays empty."""
        rows = []
        for line in self.content.splitlines():
            label, _, _ = line.partition("{{")
            filled = _PLACE.sub(lambda place: values.get(place[1], ""), line.removeprefix(label))
            rows.append((label.rstrip("：: "), filled))
        return Card(self.title, tuple(rows), url)


class Templates:
    """The account's templates, in the order of their adding."""

    def __init__(self) -> None:
        self._by_id: dict[str, Template] = {}
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Template]:
        with self._lock:
            return iter(tuple(self._by_id.values()))

    def add(self, title: str, content: str, kind: str = "template", template_id: str = "") -> str:
        """Adds a template and gives its id, a new one unless it had one in an earlier life of the platform. ValueError
        for an unknown kind or a content without anything to fill."""
        template = Template(template_id or secrets.token_urlsafe(32), title, content, kind)
        if kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        if not template.keys:
            raise ValueError("a template has at least one {{name.DATA}}")
        with self._lock:
            self._by_id[template.template_id] = template
        return template.template_id

    def find(self, template_id: str) -> Template | None:
        """The template of this id."""
        return self._by_id.get(template_id)
