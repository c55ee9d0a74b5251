"""What people type, before anybody asks what it means: cleaning, comparing, splitting, and the engine's own words."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MOST_WORDS = 40
"""How many words of one message are read as separate answers. A line with everything has about ten."""

# Controls can never be part of an answer: the engine marks answers with them. Direction marks and zero-width
# spaces come along when people copy numbers from other apps. Joiners (U+200C, U+200D) stay: names need them.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

_OPENING = "\"'“‘「『[【(<《"
_CLOSING = "\"'”’」』]】)>》。.!,、;:~…"


class Word(StrEnum):
    """The engine's own words, the same in every flow."""

    BACK = "back"
    CANCEL = "cancel"
    SKIP = "skip"
    HELP = "help"
    CONFIRM = "confirm"


_ENGINE_WORDS = {
    **dict.fromkeys(("返回", "上一步", "back"), Word.BACK),
    **dict.fromkeys(("取消", "cancel"), Word.CANCEL),
    **dict.fromkeys(("跳过", "跳過", "skip"), Word.SKIP),
    **dict.fromkeys(("帮助", "幫助", "help"), Word.HELP),
    **dict.fromkeys(
        (
            *("什么", "什么意思", "这是什么意思", "啥意思", "看不懂", "我看不懂", "没看懂", "不懂", "我不懂", "不明白"),
            *("不会", "不会弄", "不会填", "我不会", "怎么填", "怎么弄", "怎么办", "为什么", "为什么要登记", "为啥"),
            *("what", "whatisthis", "whatdoesthismean", "why", "how", "idonotunderstand", "idon'tunderstand"),
        ),
        Word.HELP,
    ),
    **dict.fromkeys(("确认", "確認", "确定", "確定", "好", "好的", "好了", "可以", "是", "是的"), Word.CONFIRM),
    **dict.fromkeys(("对", "对的", "正确", "没错", "没问题", "ok", "okay", "yes", "confirm", "correct"), Word.CONFIRM),
}
_PARTICLES = "吧啊呀哦哈啦"
_OBJECTIONS = frozenset(
    ("不", "不对", "不是", "不行", "错", "错了", "不正确", "有误", "有错", "no", "wrong", "incorrect")
)
_COURTESIES = frozenset(
    (
        *("谢谢", "谢谢您", "谢谢你", "多谢", "谢了", "麻烦", "麻烦了", "麻烦您", "您好", "你好", "请", "辛苦了"),
        *("thanks", "thank", "you", "thankyou", "please", "hello", "hi", "there"),
    )
)


def clean(said: str) -> str:
    """The message without control characters, with plain line ends, without space around it."""
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", said)).strip()


def normalised(text: str) -> str:
    """The form in which words are compared: case, spaces, full-width forms, quotes and final punctuation do not matter.

    A final question mark does matter: 确认？ is a question, not a yes.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.lstrip(_OPENING).rstrip(_CLOSING)


def engine_word(text: str) -> Word | None:
    """The engine word that this text is, if it is one and nothing else (确认吧 and 确认 👍 are 确认)."""
    if len(text) > 40:
        return None
    word = _spoken(text)
    without_mark = word.rstrip("?")
    if word and (not without_mark or _ENGINE_WORDS.get(without_mark) is Word.HELP):
        return Word.HELP
    return _ENGINE_WORDS.get(word) or _ENGINE_WORDS.get(word.rstrip(_PARTICLES))


def is_objection(text: str) -> bool:
    """A bare 不对: something is wrong, without saying what."""
    return len(text) <= 40 and _spoken(text).rstrip(_PARTICLES) in _OBJECTIONS


def is_courtesy(text: str) -> bool:
    """A word that asks and answers nothing beside others: 谢谢, 好的, an emoji."""
    if len(text) > 40:
        return False
    word = _spoken(text)
    return not word or word.rstrip(_PARTICLES) in _COURTESIES or engine_word(text) is Word.CONFIRM


def _spoken(text: str) -> str:
    """`normalised`, without emoji and other signs."""
    return normalised("".join(char for char in unicodedata.normalize("NFKC", text) if not _is_sign(char)))


def _is_sign(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk", "Cf") or char in "\ufe0e\ufe0f\u20e3"


_NUMBER = re.compile(r"第?([0-9]{1,3})[个個项項号號]?")


def list_number(text: str) -> int | None:
    """The number of an item in a list that was shown ("2", "２", "②", "2.", "(2)", 第2个), or None; "1 2" is none."""
    if len(text) > 10 or len(text.split()) != 1:
        return None
    match = _NUMBER.fullmatch(normalised(text))
    return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a message: where it stands, and what separates it from the word before ("space" or "mark")."""

    text: str
    start: int
    end: int
    gap: str


_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff'’.\-]+")
_PIECE = re.compile(r"[^\s,，、;；]+")
_COLON_SPACE = re.compile(r"[ \t\u3000]*([:：])[ \t\u3000]*")
_HANGING = '。！!~…"“”'


def is_latin(text: str) -> bool:
    """Written in Latin letters: John, O'Neill, Müller-Smith, Jr. No digit, nothing Chinese."""
    return bool(_LATIN.fullmatch(text)) and any(char.isalpha() for char in text)


def split(said: str) -> tuple[str, list[Piece]]:
    """The message with the space around its colons closed up, and its words with their places in that text.

    Words are separated by white space and by , ， 、 ; ；. What hangs on a word (a final 。 or !) is not part of it;
    "36.5" and "O'Neill" stay whole.
    """
    line = _COLON_SPACE.sub(r"\1", said)
    pieces: list[Piece] = []
    reached = 0
    for match in _PIECE.finditer(line):
        gap = line[reached : match.start()]
        text = match[0].lstrip(_HANGING)
        start = match.end() - len(text)
        text = text.rstrip(_HANGING)
        if text[-2:-1].isdigit() and text.endswith("."):
            text = text[:-1]
        if any(char.isalnum() or not char.isascii() for char in text):
            pieces.append(Piece(text, start, start + len(text), "mark" if gap.strip(" \t\u3000") else "space"))
            reached = match.end()
    return line, pieces


_DENYING = frozenset("不没未别勿拒")
_LONGEST_DENIAL = 4
_ENGLISH_DENIALS = frozenset(("no", "not", "never", "cannot", "dont", "cant", "wont", "refuse", "disagree", "without"))


def denies(said: str) -> bool:
    """Whether a word of this message may say the opposite of another one: 还没 同意, I don't agree. A long word with
    such a sign is a name or a place."""
    return any(_is_denial(piece.text) for piece in split(said)[1])


def _is_denial(text: str) -> bool:
    word = normalised(text)
    is_short = len(word) <= _LONGEST_DENIAL
    return (
        (is_short and not _DENYING.isdisjoint(word))
        or "撤回" in word
        or word in _ENGLISH_DENIALS
        or word.endswith(("n't", "n’t"))
    )
