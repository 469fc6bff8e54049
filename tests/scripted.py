"""A pie of a hundred points and an opponent that follows a script, to watch one tactic at a time.

Hill and valley share a hundred points in steps of ten; the status quo is worth nothing to either and no deal is worth 20
points to hill. In each of the five rounds hill speaks first. Valley refuses whatever hill offers and makes the offers of
its script. With top 100 and r 20, clause 5.4 reads: hill asks for 100 − 80 · G; its offer is the least number of tens that
is not below (6.1: every swap costs hill ten points and is worth ten to valley).
"""

import itertools

from generated import game, issue, meeting, state

from sim.model import NegotiationModel
from sim.protocol.table import Act

ROUNDS = 5
R = 20


def pie(tactic, noise=0.0, reciprocity=0.0, line=None, side="at_most", valley_line=None, rounds=ROUNDS, beside=False):
    """The game of the tables; option k gives hill 100 − 10 k points and valley the rest, the last option neither.

    ``line`` is the last option that hill can live with (the first with ``side`` at_least), ``valley_line`` the first that
    valley can; ``beside`` seats coast, which wants what valley wants.
    """
    shares = [1 - k / 10 for k in range(11)]
    hill = {"values": [*shares, 0.0], "salience": 100}
    if line is not None:
        hill["red_line"] = {"value": line, "side": side}
    valley = {"values": [*reversed(shares), 0.0], "salience": 100}
    if valley_line is not None:
        valley["red_line"] = {"value": valley_line}
    parties = {"hill": state({"pie": hill}, tactic, reservation=R / 100), "valley": state({"pie": valley})}
    if beside:
        parties["coast"] = state({"pie": valley})
    return game(
        {"pie": issue(12, 11, consent=("hill", "valley"))},
        parties,
        {"talks": meeting("alternating", tuple(parties), ("pie",), rounds)},
        bargaining={"noise": noise, "reciprocity": reciprocity},
    )


def against(script):
    """A policy: it refuses every offer and offers hill these points, one after the other; None passes."""
    turns = iter(script)

    def policy(view):
        if view.legal.answering:
            return Act("refuse", issue="pie")
        points = next(turns)
        return Act("pass") if points is None else Act("offer", {"pie": 10 - points // 10})

    return policy


def talk(scenario, script, chance=(), seed=0):
    """A finished talk against the script; ``chance`` stands in for hill's draws, round by round (11.1)."""
    model = NegotiationModel(scenario, seed, outside={"valley": against(script)})
    table = model.table
    for at, number in enumerate(chance):
        table.draws[table.t.n.noise_at + at * table.t.n.seats] = number
    model.run()
    return model


def moves(model):
    """Hill's round by round: points asked for and offered, and its answer to valley's offer with what it then asks."""
    found = []
    for _, acts in itertools.groupby(model.transcript(), key=lambda event: event.round):
        own, *rest = [event for event in acts if event.speaker == "hill"]
        answer = (rest[0].act, 100 * rest[0].asked) if rest else None
        found.append((100 * own.asked, 100 * own.worth, answer))
    return found
