"""The database killed, everything killed at once, the platform slow, away and repeating itself: nothing that was told
is lost, nothing happens twice. `make trial` does it dozens of times."""

import random
from pathlib import Path

import pytest

from bench.faults import Damage, Scene, database_killed, platform_wrong, power_cut

SEED = 20260302


def test_nothing_that_was_told_is_lost_or_doubled_whatever_dies(tmp_path: Path) -> None:
    # One installation for all three: to start one takes longer than the blows.
    luck = random.Random(SEED)
    with Scene(tmp_path) as scene:
        damage = [database_killed(scene, 1, luck), power_cut(scene, 1, luck), platform_wrong(scene, 1, luck)]
    assert [one for one in damage if not one.is_none] == []


@pytest.mark.parametrize(("told", "lost", "doubled"), [(5, 1, 0), (5, 0, 1), (0, 0, 0)])
def test_what_was_lost_or_doubled_or_never_happened_is_damage(told: int, lost: int, doubled: int) -> None:
    assert not Damage("a blow", 1, 5, told, lost, doubled, (0.5,)).is_none
