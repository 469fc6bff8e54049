"""The environment: seats of a table are PettingZoo's agents, the others are played by their tactics inside.

What an action is stands in ``sim/envs/acts.py``, what is seen in ``sim/envs/sight.py``; the rules are the table's own.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.load import load_scenario
from sim.domain.problems import nearest, shown
from sim.domain.scenario import Scenario
from sim.envs.acts import ActSpace
from sim.envs.sight import Sight
from sim.envs.words import scene
from sim.protocol.table import Act, IllegalAct, Table
from sim.protocol.view import View, own_utility, view
from sim.store.extras import installing

try:
    import gymnasium
    from gymnasium import spaces
    from pettingzoo import AECEnv
    from pettingzoo.utils import wrappers
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"An environment for learners needs {error.name}, which is not installed; expected {installing('rl')} beforehand.",
        name=error.name,
    ) from None

ILLEGAL = -1.0
"""Reward of a seat that takes an action outside its mask in ``env``: less than any talks give."""


def env(
    scenario: Scenario | str = "january-2022",
    seed: int = 0,
    index: int = 0,
    seats: Sequence[str] | None = None,
    render_mode: str | None = None,
) -> AECEnv[str, Any, Any]:
    """The environment with PettingZoo's usual wrappers; parameters and errors as for ``raw_env``.

    An action outside the mask ends the episode with -1 for its seat and 0 for the others; one that is no whole number of
    the space, and steps out of order, raise.
    """
    found = wrappers.TerminateIllegalWrapper(raw_env(scenario, seed, index, seats, render_mode), illegal_reward=ILLEGAL)
    return wrappers.OrderEnforcingWrapper(wrappers.AssertOutOfBoundsWrapper(found))


class raw_env(AECEnv[str, Any, Any]):
    """Talks as an agent environment cycle (AEC): one seat acts at a time, whichever the table says.

    An agent is a party's id. An episode is one run of the scenario. Rewards are 0 until the talks are over; then each
    agent gets its utility of the final package less what no deal is worth to it (both in about [0, 1]), and
    ``infos[agent]`` holds ``utility``, ``no_deal`` and ``outcome``. Nothing is ever truncated. An agent that is not
    seated at a venue is not asked there; where the talks end before any agent was asked, ``reset`` leaves all of them
    terminated.

    Parameters
    ----------
    scenario
        A loaded scenario, a file, or the name of one that comes with the program.
    seed, index
        Of the first episode, fix all its chance (11.1). Each further ``reset()`` plays the next index; ``reset(seed=s)``
        plays index 0 of ``s`` (``options={"index": k}``: index ``k``). The same episode and actions give the same bytes.
    seats
        The parties that learn; the others are played by their tactics. Left out: every party with a seat somewhere.
    render_mode
        "ansi": ``render()`` returns what stands in words; "human": prints it. Both tell everything that was said, which
        is more than a seat may see.

    Raises
    ------
    ScenarioError
        The scenario cannot be used.
    ValueError
        ``seats`` names no party, one without a seat, or one twice; the render mode is unknown.
    """

    metadata = {"name": "detente_v0", "render_modes": ["ansi", "human"], "is_parallelizable": False, "render_fps": 1}

    def __init__(
        self,
        scenario: Scenario | str = "january-2022",
        seed: int = 0,
        index: int = 0,
        seats: Sequence[str] | None = None,
        render_mode: str | None = None,
    ) -> None:
        super().__init__()
        self.scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        self.possible_agents = _agents(self.scenario, seats)
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise ValueError(f"render_mode: found {shown(render_mode)}; expected ansi, human or None.")
        self.render_mode = render_mode
        self.acts, self.sight = ActSpace(self.scenario), Sight(self.scenario)
        # One space per agent, as each carries a generator of its own for sampling.
        self._actions = {name: spaces.Discrete(len(self.acts)) for name in self.possible_agents}
        self._seen = {
            name: spaces.Dict(
                {
                    "observation": spaces.Box(self.sight.low, self.sight.high, dtype=np.float32),
                    "action_mask": spaces.Box(0, 1, (len(self.acts),), np.int8),
                }
            )
            for name in self.possible_agents
        }
        self._next = (seed, index)
        self.agents: list[str] = []

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """A Dict of "observation" (a Box, see ``sim.envs.sight.PARTS``) and "action_mask"."""
        return self._seen[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """A Discrete (see ``sim.envs.acts.ActSpace``)."""
        return self._actions[agent]

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """Begin an episode; which one is said above."""
        if seed is not None:
            self._next = (int(seed), 0)
        if options and "index" in options:
            self._next = (self._next[0], operator.index(options["index"]))
        self.table = Table(self.scenario, *self._next)
        self._next = (self._next[0], self._next[1] + 1)
        self.agents = list(self.possible_agents)
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self.infos: dict[str, dict[str, Any]] = {name: {} for name in self.agents}
        self._skip_agent_selection = None
        self._told = 0
        self.agent_selection = self.agents[0]
        self._go_on()

    def _go_on(self) -> None:
        """Let tactics play until a learner's turn or the end."""
        while not self.table.over and self.table.seat not in self.possible_agents:
            self.table.play()
        self._views: dict[str, View] = {}
        self._set: list[str] = []
        self._draft: dict[str, int] = {}
        if self.table.over:
            record = self.table.record()
            for name in self.agents:
                own = record["parties"][name]
                self.rewards[name] = own["utility"] - own["no_deal"]
                self.terminations[name] = True
                self.infos[name] = {
                    "utility": own["utility"], "no_deal": own["no_deal"], "outcome": record["outcome"],
                }  # fmt: skip
            self._accumulate_rewards()
        else:
            self.agent_selection = str(self.table.seat)
            self._draft = dict(self.view(self.agent_selection).text)

    def view(self, agent: str) -> View:
        """The table from a seat, all that an observation is made of; it stays the same between two acts at the table."""
        if agent not in self._views:
            self._views[agent] = view(self.table, agent)
        return self._views[agent]

    def observe(self, agent: str) -> dict[str, NDArray[Any]]:
        """What an agent sees now, at any time."""
        seen = self.view(agent)
        drafting = agent == self.agent_selection and not self.table.over
        draft = self._draft if drafting else seen.text
        worth = own_utility(self.table, agent, draft) if drafting and self._set else seen.text_worth
        return {
            "observation": self.sight.row(seen, draft, worth),
            "action_mask": self.acts.mask(seen, draft, self._set),
        }

    def step(self, action: int | None) -> None:
        """Take an action of the agent whose turn it is.

        Raises
        ------
        IllegalAct
            Outside the mask, or none though the talks go on; nothing changed.
        """
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            self._was_dead_step(action)
            return
        if action is None:
            raise IllegalAct(f"{agent}: found no action; expected one, as it is this seat's turn.")
        number = operator.index(action)  # numpy's whole numbers too
        done = self.acts.act(number, self._draft)
        if not self.acts.mask(self.view(agent), self._draft, self._set)[number]:
            raise IllegalAct(
                f"{agent}: found the action {self.acts.names[number]}, which is not legal now; see the mask."
            )
        self._cumulative_rewards[agent] = 0.0
        self._clear_rewards()
        if isinstance(done, Act):
            self.table.apply(done)
            self._go_on()
        else:
            name, option = done
            self._draft[name] = option
            self._set.append(name)
        if self.render_mode == "human":
            self.render()

    def render(self) -> str | None:
        """What was said since the last rendering, the text that stands and whose turn it is, in words."""
        if self.render_mode is None:
            gymnasium.logger.warn("render() does nothing without a render_mode; expected ansi or human.")
            return None
        words = scene(self.table, self._told, self._draft if self._set else None)
        self._told = self.table.event_count
        if self.render_mode == "ansi":
            return words
        print(words)
        return None

    def close(self) -> None:
        """Nothing is held open."""


def _agents(scenario: Scenario, seats: Sequence[str] | None) -> list[str]:
    """Parties that learn, in the scenario's order.

    Raises
    ------
    ValueError
        An unknown one, one without a seat, one twice, or none.
    """
    seated = {name for venue in scenario.seated for name in venue.seats}
    able = [name for name in scenario.parties if name in seated]
    if seats is None:
        return able
    for name in seats:
        if name not in able:
            raise ValueError(
                f"seats: found {shown(name)}; expected parties with a seat ({', '.join(able)}).{nearest(str(name), able)}"
            )
    if not seats or isinstance(seats, str) or len(set(seats)) < len(seats):
        raise ValueError(f"seats: found {shown(seats)}; expected a list of parties, each once.")
    return [name for name in able if name in seats]
