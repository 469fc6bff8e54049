"""The table as an environment for learning programs, by PettingZoo's conventions (docs/agents.md).

``env`` makes it with PettingZoo's usual wrappers, ``raw_env`` without; ``ActSpace`` and ``Sight`` say what an action and
a place of an observation mean. PettingZoo and Gymnasium come with the extra ``rl``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.envs.acts import ActSpace
    from sim.envs.negotiation import env, raw_env
    from sim.envs.sight import Sight

_HOME = {
    "ActSpace": "sim.envs.acts",
    "Sight": "sim.envs.sight",
    "env": "sim.envs.negotiation",
    "raw_env": "sim.envs.negotiation",
}

__all__ = ["ActSpace", "Sight", "env", "raw_env"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'sim.envs' has no attribute {name!r}")
