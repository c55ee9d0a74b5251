"""The account's menu: the platform takes it, and each of its buttons says a word that is understood."""

import pytest

from bot.flow import normalised
from bot.menu import menu
from bot.staff_words import WORDS as STAFF_WORDS
from bot.words import WORDS
from tests.platform_api import PlatformApi
from tests.reading import tells
from tests.service import Service

BUTTONS = [button for group in menu()["button"] for button in group["sub_button"]]


def test_the_platform_takes_the_menu_as_it_is(service: Service, api: PlatformApi) -> None:
    api.client(service.clock).publish_menu(menu())
    assert service.platform.menu is not None
    assert [group["name"] for group in service.platform.menu["button"]] == ["登记", "我的", "大厅"]


@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button["name"])
def test_each_button_does_what_its_word_does(service: Service, button: dict[str, str]) -> None:
    clicked = service.visitor().clicks_menu(button["key"])
    said = service.visitor("oAnother0000000000000000001").says(button["name"])
    assert clicked.reply == said.reply
    assert not tells(clicked, "engine.not_understood")


def test_no_button_is_without_a_word() -> None:
    known = {*WORDS, *STAFF_WORDS, normalised("帮助")}
    assert [button["key"] for button in BUTTONS if normalised(button["key"]) not in known] == []
