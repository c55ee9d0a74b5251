"""A tiny application with holes on purpose, on which a scanner has to prove that it finds any.

python -m tests.scanned.planted PORT
"""

import sqlite3
import sys

from flask import Flask, redirect, request
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

app = Flask("planted")


@app.get("/")
def home() -> str:
    return '<a href="/found?id=1">x</a><a href="/said?word=a">y</a><a href="/away?to=/said">z</a>'


@app.get("/found")
def found() -> str:
    """What was asked for goes into the statement as it stands."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE people (id INTEGER, name TEXT)")
        database.execute("INSERT INTO people VALUES (1, 'nobody')")
        asked = f"SELECT name FROM people WHERE id = {request.args.get('id', '1')}"
        return f"<p>{database.execute(asked).fetchall()}</p>"


@app.get("/said")
def said() -> str:
    """What was asked for stands on the page as it is."""
    return f"<p>{request.args.get('word', '')}</p>"


@app.get("/away")
def away() -> Response:
    """Leads wherever it is told."""
    return redirect(request.args.get("to", "/"))


@app.errorhandler(sqlite3.Error)
def failed(error: sqlite3.Error) -> tuple[str, int]:
    return f"sqlite3.OperationalError: {error}", 500


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), app, threaded=True).serve_forever()
