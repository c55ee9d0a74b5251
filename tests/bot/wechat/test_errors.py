"""What each error code of the platform asks of us: the table of its documentation, copied here by hand."""

import pytest

from bot.wechat.errors import REACTIONS, TEMPORARY, Reaction, WechatError

DOCUMENTED = {
    Reaction.BUSY: [-1, 268487001, 268487002],
    Reaction.STALE_TOKEN: [40001, 40014, 42001],
    Reaction.SIGN_IN: [40029, 40163, 42003],
    Reaction.NO_CODE: [40053],
    Reaction.BUG: [41001, 43001, 43002],
    Reaction.ACCOUNT: [40013, 40125, 40164, 40243, 41002, 41004, 89503, 89506, 89507],
    Reaction.BAD_OPENID: [40003, 46004],
    Reaction.NOT_FOLLOWING: [43004],
    Reaction.REFUSED: [43019, 48002, 43101, 43116, 70000],
    Reaction.DAILY_QUOTA: [45009],
    Reaction.MINUTE_QUOTA: [45011],
    Reaction.CONTENT: [45002, 44004, 45008, 47001, 47003, 40004, 40006, 40007, 40009, 44001, 45001],
    Reaction.WINDOW_CLOSED: [45015, 45047],
    Reaction.TEMPLATE: [40036, 40037],
    Reaction.UNAUTHORIZED: [48001],
    Reaction.BANNED: [48004, 50002],
}


@pytest.mark.parametrize(("reaction", "codes"), DOCUMENTED.items())
def test_each_code_has_the_reaction_that_its_documentation_asks_for(reaction: Reaction, codes: list[int]) -> None:
    assert {code for code, found in REACTIONS.items() if found is reaction} == set(codes)


def test_each_reaction_has_codes() -> None:
    assert set(DOCUMENTED) == set(Reaction)


@pytest.mark.parametrize("code", REACTIONS)
def test_only_what_may_go_away_by_itself_is_not_permanent(code: int) -> None:
    error = WechatError("/cgi-bin/x", code)
    assert error.permanent is (error.reaction not in TEMPORARY)


def test_an_unknown_code_is_permanent_as_nobody_knows_what_a_repeat_would_do() -> None:
    assert WechatError("/cgi-bin/x", 99999).permanent


def test_no_answer_at_all_is_not_permanent() -> None:
    assert not WechatError("/cgi-bin/x", None, "no_answer").permanent
