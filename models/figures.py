"""What is counted for monitoring. Nothing is, until a process says by what: `use`.

Names that are counted under stand in our code, never in what somebody sent: so there are few of them, and none is of a
person.
"""

from typing import Protocol


class Recorder(Protocol):
    """What counts. Safe to call from any thread, and it raises nothing."""

    def delivery(self, kind: str, outcome: str, seconds: float) -> None:
        """One message or event, what came of it, and how long that took."""

    def refused_delivery(self, code: str) -> None:
        """One that was not the platform's, or not as it sends them."""

    def page(self, status: int) -> None:
        """One answer of the pages."""

    def refusal(self, code: str) -> None:
        """A no of a rule that somebody was told."""


class _Nothing:
    def delivery(self, kind: str, outcome: str, seconds: float) -> None:
        pass

    def refused_delivery(self, code: str) -> None:
        pass

    def page(self, status: int) -> None:
        pass

    def refusal(self, code: str) -> None:
        pass


class _Counting:
    """The recorder of this process."""

    recorder: Recorder = _Nothing()


def use(recorder: Recorder) -> None:
    """Count with this from now on."""
    _Counting.recorder = recorder


def delivery(kind: str, outcome: str, seconds: float) -> None:
    """Count a delivery: `kind` as the platform writes it, in lower case; `outcome` answered, silent, apologised or
    failed; from its arrival to its reply."""
    _Counting.recorder.delivery(kind, outcome, seconds)


def refused_delivery(code: str) -> None:
    """Count a delivery that was refused, by the code of BadDelivery."""
    _Counting.recorder.refused_delivery(code)


def page(status: int) -> None:
    """Count an answer of the pages by its status."""
    _Counting.recorder.page(status)


def refusal_in(key: str) -> None:
    """Count a refusal that is told to somebody, by the code in the key of its phrase; other phrases are not counted."""
    _, is_one, code = key.partition("refused.")
    if is_one:
        _Counting.recorder.refusal(code)
