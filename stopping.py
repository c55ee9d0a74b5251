"""How a process that runs until it is told to stop waits for that.

The signals are held back and taken by `sigwait`: an exception or a handler may come at any instruction, also between
two of a clean end, and a lock that is being waited for may never hear of it.
"""

import signal
from collections.abc import Collection

STOPS: Collection[signal.Signals] = (signal.SIGINT, signal.SIGTERM)


def hold_stops() -> None:
    """Keep Ctrl-C and SIGTERM waiting from here on, in this thread and in all that it begins."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)


def wait_for_stop() -> None:
    """Return once this process is asked to stop. A second request then ends it at once."""
    signal.sigwait(STOPS)
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
