import pytest

from bot.flow import Word, clean, engine_word, normalised
from bot.flow.words import list_number, split


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("返回", Word.BACK),
        ("上一步", Word.BACK),
        (" Back ", Word.BACK),
        ("ＢＡＣＫ", Word.BACK),  # full-width keyboard
        ("取消。", Word.CANCEL),
        ("cancel!", Word.CANCEL),
        ("跳过", Word.SKIP),
        ("跳過", Word.SKIP),  # traditional characters
        ("SKIP", Word.SKIP),
        ("帮助", Word.HELP),
        ("帮助？", Word.HELP),
        ("?", Word.HELP),
        ("？？？", Word.HELP),
        ("help", Word.HELP),
        ("确认", Word.CONFIRM),
        ("确 认", Word.CONFIRM),
        ("“确认”", Word.CONFIRM),  # copied with the quotes of the prompt
        ("确定", Word.CONFIRM),
        ("好", Word.CONFIRM),
        ("好的～", Word.CONFIRM),
        ("好的！", Word.CONFIRM),
        ("[OK]", Word.CONFIRM),  # how WeChat sends its OK sign
        ("Yes.", Word.CONFIRM),
        ("是", Word.CONFIRM),
        ("确认？", None),  # a question is not a yes
        ("取消？", None),
        ("不确认", None),
        ("确认一下", None),
        ("", None),
        ("。。", None),
        ("好" * 50, None),
    ],
)
def test_an_engine_word_is_known_however_it_is_typed(typed: str, word: Word | None) -> None:
    assert engine_word(typed) is word


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("\x00\x01张三", "张三"),  # the engine's own marks
        ("  张三\t", "张三"),
        ("138\u202d0013\u202c8000", "13800138000"),  # direction marks around a number copied from the phone book
        ("\ufeff36.5\u200b", "36.5"),
        ("张三\r\n36.5", "张三\n36.5"),
        ("一\u2028二", "一\n二"),
        ("👨\u200d👩", "👨\u200d👩"),  # a joiner belongs to what it joins
        ("张\ud83d三", "张三"),  # half of a pair can be stored nowhere
        ("买买提·艾力", "买买提·艾力"),
        ("\x07", ""),
    ],
)
def test_control_characters_are_taken_out(sent: str, kept: str) -> None:
    assert clean(sent) == kept


@pytest.mark.parametrize(
    "pair", [("Social Security", "ｓｏｃｉａｌｓｅｃｕｒｉｔｙ"), ("设置。", "设 置"), ("（社保）", "社保")]
)
def test_spelling_of_a_word_does_not_matter(pair: tuple[str, str]) -> None:
    assert normalised(pair[0]) == normalised(pair[1])


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2", 2),
        ("２", 2),
        ("②", 2),
        ("2.", 2),
        ("2、", 2),
        ("(2)", 2),
        ("第2个", 2),
        ("02", 2),
        ("0", 0),
        ("1 2", None),  # two numbers, not twelve
        ("-1", None),
        ("1.5", None),
        ("36.5", None),
        ("1234", None),
        ("二", None),
        ("", None),
        ("九" * 100, None),
    ],
)
def test_a_number_of_a_list(typed: str, number: int | None) -> None:
    assert list_number(typed) == number


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("张三 36.5", ["张三", "36.5"]),
        ("张三，36.5、社保；好", ["张三", "36.5", "社保", "好"]),
        ("张三\n36.5。", ["张三", "36.5"]),
        ("John O'Neill 36.5.", ["John", "O'Neill", "36.5"]),
        ("John Jr.", ["John", "Jr."]),
        ("姓名 ： 张三", ["姓名：张三"]),
        ("“社保”！", ["社保"]),
        (" , ... !", []),
        ("👍", ["👍"]),
    ],
)
def test_a_message_is_split_into_words(said: str, words: list[str]) -> None:
    line, pieces = split(said)
    assert [piece.text for piece in pieces] == words
    assert [line[piece.start : piece.end] for piece in pieces] == words
