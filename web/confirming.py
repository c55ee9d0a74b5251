"""The page that asks before something is done that cannot be taken back."""

from collections.abc import Iterable

from flask import render_template

from web.forms import Question


def confirm_page(question: str, sentences: Iterable[str], button: str, back_url: str, form: Question) -> str:
    """The page that a GET shows; its button sends a POST to the same address, which does it.

    question: the heading, such as 移除李四？ sentences: what then happens. button: the deed in a word or two, never a
    bare 确定. back_url: where nothing is done. form: the view makes one, and does the deed where it validates.
    """
    return render_template(
        "confirm.html", question=question, sentences=sentences, button=button, back_url=back_url, form=form
    )
