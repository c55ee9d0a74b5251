"""What goes into a log when something of ours fails: its kind and its place, no value."""

import logging
import secrets
import traceback


def log_failure(log: logging.Logger, what: str, error: BaseException) -> str:
    """Log that `what` failed and where, without the error's message: it may hold what somebody said. Gives the id by
    which the lines are found again."""
    number = secrets.token_hex(4)
    log.error("%s failed: %s id=%s", what, type(error).__name__, number)
    for frame in traceback.extract_tb(error.__traceback__):
        log.error("  id=%s %s:%s %s", number, frame.filename, frame.lineno, frame.name)
    return number
