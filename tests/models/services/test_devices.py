"""Every device has its words in both languages."""

import pytest

from models.phrases import LANGUAGES
from models.rules.devices import BROWSERS, PLACES
from models.services.devices import in_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_words_that_fit_where_they_are_shown(language: str) -> None:
    words = [in_words(language, f"{place}.{browser}") for place in PLACES for browser in BROWSERS]
    assert len(set(words)) == len(PLACES) * len(BROWSERS)
    assert max(map(len, words)) <= 80
