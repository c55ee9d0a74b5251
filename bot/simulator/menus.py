"""The account's menu: what the platform takes as one, and which one a person sees."""

from typing import Any

Menu = dict[str, Any]


class Menus:
    """The menu that is published, None if there is none."""

    def __init__(self) -> None:
        self.default: Menu | None = None
