"""Two hundred devices on forty tables: every act reaches everybody, the log holds it once, memory stays bounded."""

import asyncio

import pytest
from class_server import held
from classroom_load import logged, played


@pytest.mark.slow
def test_a_full_school_loses_and_doubles_nothing(tmp_path):
    with held(tmp_path, "january-180", 40) as server:
        load = asyncio.run(played(server, 40, 15))
        assert sorted(logged(server)) == sorted(load.taken)
    assert len(load.taken) > 100 and len(set(load.taken)) == len(load.taken)
    assert len(load.shown) > 0.9 * len(load.taken)  # the last ones may not have come back before the end
    assert load.megabytes < 500
    assert not [why for why in load.refused if "turn" not in why and "moved on" not in why], load.refused[:3]
