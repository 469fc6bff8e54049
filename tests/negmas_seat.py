"""A NegMAS AspirationNegotiator in a seat, as an outside program: python tests/negmas_seat.py [boulware|linear|conceder].

NegMAS is told of the talks what the protocol tells: the issues, the own worth of their options and of no deal, the round.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import negmas  # noqa: E402
from negmas.gb.common import ResponseType  # noqa: E402
from negmas.sao import AspirationNegotiator, SAOMechanism, SAOState  # noqa: E402


def issues_of(worth: dict) -> list:
    """NegMAS's issues, their options by number."""
    return [negmas.make_issue(list(range(len(options))), name) for name, options in worth.items()]


def additive(worth: dict, no_deal: float) -> "negmas.LinearAdditiveUtilityFunction":
    """Worths as they are: an additive utility with weights 1."""
    return negmas.LinearAdditiveUtilityFunction(
        values=[dict(enumerate(options)) for options in worth.values()],
        weights=[1.0] * len(worth),
        issues=issues_of(worth),
        reserved_value=no_deal,
    )


class Seat:
    """The negotiator behind the lines."""

    def __init__(self, view: dict, curve: str) -> None:
        self.names = list(view["worth"])
        worth = additive(view["worth"], view["no_deal"])
        self.talks = SAOMechanism(issues=issues_of(view["worth"]), n_steps=view["rounds"])
        self.own = AspirationNegotiator(name=view["seat"], aspiration_type=curve)
        self.talks.add(self.own, ufun=worth)
        self.talks.add(AspirationNegotiator(name="other"), ufun=worth)
        self.own.on_negotiation_start(self.talks.state)

    def state(self, view: dict) -> SAOState:
        """Where the talks stand, in NegMAS's terms."""
        offer = tuple(view["offer"][name] for name in self.names) if view["offer"] else None
        spoken = any(act["act"] in ("offer", "pass") and act["round"] == view["round"] for act in self._mine(view))
        # There a negotiator answers in its own next step; so this round's where it has yet to speak, else the next one's.
        step = view["round"] - 1 + (view["legal"]["answering"] and spoken)
        return SAOState(
            running=True,
            started=True,
            step=step,
            relative_time=(step + 1) / (view["rounds"] + 1),
            n_negotiators=2,
            current_offer=offer,
            current_proposer=view["offer_from"],
        )

    @staticmethod
    def _mine(view: dict) -> list[dict]:
        return [act for act in view["heard"] if act["speaker"] == view["seat"] and act["venue"] == view["venue"]]

    def act(self, view: dict) -> dict:
        """What the negotiator does now."""
        if view["legal"]["answering"]:
            answer = self.own.respond(self.state(view), view["offer_from"])
            if answer == ResponseType.ACCEPT_OFFER:
                return {"act": "accept"}
            return {"act": "refuse", "issue": self.names[0]}
        offer = self.own.propose(self.state(view))
        package = dict(zip(self.names, map(int, offer))) if offer is not None else view["text"]
        return {"act": "pass"} if package == view["text"] else {"act": "offer", "package": package}


def main() -> None:
    """Answer line by line."""
    curve, seat = sys.argv[1], None
    for line in sys.stdin:
        told = json.loads(line)
        if told["message"] == "hello":
            seat = Seat(told["view"], curve)
            print(json.dumps({"ready": told["protocol"], "name": f"NegMAS {negmas.__version__} {curve}"}), flush=True)
        elif told["message"] == "turn" and seat is not None:
            print(json.dumps(seat.act(told["view"])), flush=True)


if __name__ == "__main__":
    main()
