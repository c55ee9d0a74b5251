"""How a process that runs until it is told to stop waits for that.

The interpreter writes each signal into a pipe, whichever thread it came to, and the pipe is read when the time comes.
An exception out of a handler could come between any two instructions, also of a clean end; an Event set by one could
be missed, or lock itself; and `sigwait` wants every thread to hold the signals back, also those that libraries begin.
"""

import os
import signal

STOPS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """From here on Ctrl-C and SIGTERM do nothing but end `wait`. For the main thread."""

    def __init__(self) -> None:
        self._asked, write = os.pipe()
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write)
        for number in STOPS:
            signal.signal(number, lambda *_: None)

    def wait(self) -> None:
        """Return once this process is, or was, asked to stop. A second request ends it at once."""
        while not set(os.read(self._asked, 64)).intersection(STOPS):
            pass
        for number in STOPS:
            signal.signal(number, signal.SIG_DFL)
