"""What the fields of a template may hold: the first part of a field's name says it."""

import re

_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2})"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?"
_AT = rf"(?:{_DAY}\s?)?{_TIME}"
_ON = rf"{_DAY}(?:\s?{_TIME})?"
_HAN = r"\u3400-\u9fff\uf900-\ufaff"

_SHAPES = {
    "thing": r".{1,20}",
    "number": r"(?=.{1,32}$)-?\d+(?:\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": rf"[^\w\s{_HAN}]{{1,5}}",
    "character_string": rf"[^\s{_HAN}]{{1,32}}",
    "time": rf"{_AT}(?:\s?[~～]\s?{_AT})?|{_ON}(?:\s?[~～]\s?{_ON})?",
    "date": rf"{_ON}(?:\s?[~～]\s?{_ON})?",
    "amount": r"[^\d\s\w]?\d{1,10}(?:\.\d+)?元?",
    "phone_number": r"[+\-\d\s()#*,]{1,17}",
    "car_number": rf"[{_HAN}A-Za-z0-9]{{1,8}}",
    "name": rf"[{_HAN}·]{{1,10}}|[A-Za-z\s.'·-]{{1,20}}",
    "phrase": rf"[{_HAN}]{{1,5}}",
}
_KNOWN = {prefix: re.compile(shape, re.DOTALL) for prefix, shape in _SHAPES.items()}
_PREFIX = re.compile(r"[a-z_]+")


def is_allowed(key: str, value: object) -> bool:
    """Whether a field such as thing1 may hold this value. A field of no known kind may hold any text but none."""
    if not isinstance(value, str) or not value.strip():
        return False
    prefix = _PREFIX.match(key)
    shape = _KNOWN.get(prefix[0]) if prefix else None
    return shape is None or shape.fullmatch(value) is not None
