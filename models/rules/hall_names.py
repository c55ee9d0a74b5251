"""Names of halls."""

import unicodedata


def hall_name(text: str) -> str:
    """The name in its plain form."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def name_key(text: str) -> str:
    """What the name looks like."""
    return "".join(hall_name(text).casefold().split())
