"""Pages of what goes on in a hall, below /hall/CODE/: the board of now and today, and charts of the last days."""

from flask import Blueprint

from web.board import charts, inside, now

pages = Blueprint("boards", __name__, url_prefix="/hall/<code>")
for part in (now, inside, charts):
    pages.register_blueprint(part.pages)
