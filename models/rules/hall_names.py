"""What a hall may call itself, and when two names would be taken for one by somebody in front of a poster."""

import re
import unicodedata

from models.rules.plain_words import letters, plain_words
from models.rules.refusal import Refused
from models.rules.traditional import simplified

SHORTEST, LONGEST = 2, 40
FEWEST_CHINESE, FEWEST_LATIN = 2, 4

# Han that pass for one another in print, each group on its first; 零 and 〇 are the digit as numbers on doors have it.
_LOOK_ALIKE_HAN = (
    "日曰 己已巳 未末 土士 人入 口囗 千干于 戊戌戍 大太犬 市巿 天夭 今令 刀刁 冶治 侯候 亳毫 汨汩 折拆 免兔 睢雎 家冢"
)
_LOOK_ALIKE_LATIN = "0oо〇○零 1liı丨 5s 2z"
_ALIKE = str.maketrans(
    {other: group[0] for group in f"{_LOOK_ALIKE_HAN} {_LOOK_ALIKE_LATIN}".split() for other in group[1:]}
)
_DROPPED = re.compile(r"[\W_]")


def hall_name(text: str) -> str:
    """Read a hall's name: 2 to 40 characters, with two Chinese ones at least, or four Latin letters.

    Refuses with all that `plain_words` refuses; hall_name_too_short (fewest, fewest_latin); hall_name_too_long (most).
    Gives back its own result.
    """
    name = plain_words(text)
    chinese, latin = letters(name)
    if len(name) > LONGEST:
        raise Refused("hall_name_too_long", most=LONGEST)
    if len(name) < SHORTEST or (chinese < FEWEST_CHINESE and latin < FEWEST_LATIN):
        raise Refused("hall_name_too_short", fewest=FEWEST_CHINESE, fewest_latin=FEWEST_LATIN)
    return name


def name_key(text: str) -> str:
    """Equal for two names that are taken for one: widths, case, accents, spaces, marks, traditional characters and
    characters that look alike make no difference. Takes any text, and gives back its own result."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return simplified(_DROPPED.sub("", _without_accents(folded))).translate(_ALIKE)


def _without_accents(text: str) -> str:
    return "".join(character for character in text if not unicodedata.category(character).startswith(("M", "C")))
