"""The notices of a case while the platform fails in every way that there is: a slice of `python -m bench.notices`."""

import pytest

from bench.notices import Drill
from tests.platform_api import PlatformApi
from tests.service import Service


@pytest.mark.parametrize("seed", [8, 2026])
def test_each_persons_state_is_what_they_were_shown_and_nobody_is_told_twice(
    service: Service, api: PlatformApi, seed: int
) -> None:
    drill = Drill(service, api, 60, seed)
    drill.people_come()
    assert drill.press() == 60
    drill.runs_dry()
    assert drill.wrong() == []
    assert drill.broken.total() > 3
