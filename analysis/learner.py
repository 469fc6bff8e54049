"""A learner takes a seat and beats the tactics of the catalogue there: PettingZoo's loop, a table of values, numpy.

python analysis/learner.py
python analysis/learner.py --downstream boulware --episodes 4000

Two parties share a river (configs/scenarios/two-by-two.yaml, with noise in what they ask for). Downstream keeps to a
tactic. The learner sits upstream; it learns by Q-learning on the runs of one seed, and is judged on those of
another, against each tactic in the same seat in the same runs. Figures are points of utility over no deal.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import Scenario, load_scenario
from sim.domain.catalogue import TACTICS
from sim.engine import Engine
from sim.envs import raw_env

SEAT, TRAINING, HELD_OUT = "upstream", 1, 2


def scenario(upstream: str, downstream: str) -> Scenario:
    """The river with a tactic in each seat."""
    tactics = [
        f"parties.{party}.tactic={{name: {name}}}" for party, name in zip((SEAT, "downstream"), (upstream, downstream))
    ]
    return load_scenario("two-by-two", ["bargaining.noise=0.08", *tactics])


class Learner:
    """A value of every action in every situation: round, draft, worth of the last offer, and what is legal."""

    def __init__(self, environment: raw_env, seed: int = 0) -> None:
        self.environment, self.rng = environment, np.random.default_rng(seed)
        self.value: dict[tuple[bytes, ...], NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(environment.acts)))
        self.tried: dict[tuple[bytes, ...], NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(environment.acts)))

    def episode(self, seed: int, index: int, curious: float) -> float:
        """Play a run, with a share of random actions; learn from it where there are any. Its gain over no deal."""
        env, sight, gain = self.environment, self.environment.sight, 0.0
        taken: list[Any] = []
        env.reset(seed=seed, options={"index": index})
        for _ in env.agent_iter():
            _, reward, over, _, _ = env.last(observe=False)
            if over:
                gain = reward
                env.step(None)
                continue
            seen = env.observe(SEAT)
            figures, mask = seen["observation"], seen["action_mask"]
            parts = [sight.part(figures, name).tobytes() for name in ("time", "draft", "offer_worth")]
            here, legal = (*parts, mask.tobytes()), np.flatnonzero(mask)
            action = (
                self.rng.choice(legal)
                if curious and self.rng.random() < curious
                else legal[self.value[here][legal].argmax()]
            )
            taken.append((here, legal, action))
            env.step(action)
        worth = gain
        for here, legal, action in reversed(taken if curious else taken[:0]):
            self.tried[here][action] += 1
            self.value[here][action] += (worth - self.value[here][action]) / min(self.tried[here][action], 20)
            worth = self.value[here][legal].max()
        return gain


def judged(downstream: str, episodes: int, runs: int) -> dict[str, NDArray[np.float64]]:
    """Gains in the held-out runs, by who sat upstream."""
    learner = Learner(raw_env(scenario("linear", downstream), seats=[SEAT]))
    indices = np.arange(runs)
    found = {"untrained": np.array([learner.episode(HELD_OUT, int(k), 0.0) for k in indices])}
    for k in range(episodes):
        learner.episode(TRAINING, k, 0.4 * (1 - k / episodes) + 0.01)
    found["learner"] = np.array([learner.episode(HELD_OUT, k, 0.0) for k in range(runs)])
    for row in TACTICS:
        rows = Engine(scenario(row.name, downstream)).play(HELD_OUT, indices)
        found[row.name] = rows[f"utility_{SEAT}"] - rows[f"no_deal_{SEAT}"]
    return found


def main() -> None:
    """Print mean gains, and how far the learner's is above each with a 95 % interval over paired runs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--downstream", default="linear", choices=[row.name for row in TACTICS])
    parser.add_argument("--episodes", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=300, help="held out")
    given = parser.parse_args()
    gains = judged(given.downstream, given.episodes, given.runs)
    print(f"Gain over no deal upstream, points, {given.runs} runs; downstream is {given.downstream}")
    for name, gain in gains.items():
        above = 100 * (gains["learner"] - gain)
        half = 1.96 * above.std(ddof=1) / np.sqrt(len(above))
        ahead = "" if name == "learner" else f"   learner ahead by {above.mean():5.1f} ± {half:.1f}"
        print(f"{name:<22}{100 * gain.mean():5.1f}{ahead}")


if __name__ == "__main__":
    main()
