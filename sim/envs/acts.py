"""Acts as whole numbers: a package is drafted issue by issue and then sent, so that their number stays small."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.domain.problems import shown
from sim.domain.scenario import Scenario
from sim.protocol.table import Act, IllegalAct
from sim.protocol.view import View

PASS, ACCEPT, WALK_OUT, SEND = range(4)
"""The first four actions of every scenario; refusals and then settings of the draft follow."""


class ActSpace:
    """The actions of a scenario, the same for every seat.

    ``pass``, ``accept``, ``walk_out``, ``send`` (the draft as an offer); then ``refuse`` over each issue in play; then for
    each option of each issue "set it in the draft". A draft begins each turn as the text that stands. Within a turn every
    issue can be set once, so a turn ends after at most as many actions as there are issues, and one more. January 2022
    has 2.8·10⁸ packages and 4 + issues + options actions.

    Parameters
    ----------
    scenario
        What is played.

    Attributes
    ----------
    names
        Of every action, in order: "pass", "refuse:reservoir", "set:reservoir=2".
    """

    def __init__(self, scenario: Scenario) -> None:
        self.issues = scenario.active
        self.settings = tuple(
            (name, option) for name in self.issues for option in range(len(scenario.issues[name].options))
        )
        self.first_setting = SEND + 1 + len(self.issues)
        self.names = (
            "pass",
            "accept",
            "walk_out",
            "send",
            *(f"refuse:{name}" for name in self.issues),
            *(f"set:{name}={option}" for name, option in self.settings),
        )
        self._number = {name: at for at, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def number(self, name: str) -> int:
        """The action of a name.

        Raises
        ------
        KeyError
            No such action.
        """
        return self._number[name]

    def setting(self, issue: str, option: int) -> int:
        """The action that sets an issue of the draft.

        Raises
        ------
        KeyError
            No such issue or option.
        """
        return self._number[f"set:{issue}={option}"]

    def mask(self, seen: View, draft: Mapping[str, int], already: Collection[str] = ()) -> NDArray[np.int8]:
        """Which actions are legal now: ones and zeros, one an action; all zeros where it is not the seat's turn.

        Parameters
        ----------
        seen
            The table from the seat.
        draft
            Option per issue.
        already
            Issues that were set in this turn.
        """
        mask, legal = np.zeros(len(self), np.int8), seen.legal
        if legal is None:
            return mask
        for at, kind in ((PASS, "pass"), (ACCEPT, "accept"), (WALK_OUT, "walk_out")):
            mask[at] = kind in legal.kinds
        if "refuse" in legal.kinds:
            mask[SEND + 1 : self.first_setting] = 1
        if "offer" in legal.kinds:
            mask[SEND] = any(draft[name] != seen.text[name] for name in self.issues)
            for at, (name, option) in enumerate(self.settings, self.first_setting):
                mask[at] = name not in already and option != draft[name] and option in legal.options[name]
        return mask

    def act(self, action: int, draft: Mapping[str, int]) -> Act | tuple[str, int]:
        """What an action does: an act at the table, or the issue and option that it sets in the draft.

        Raises
        ------
        IllegalAct
            No action has that number.
        """
        if not 0 <= action < len(self):
            raise IllegalAct(f"An action: found {shown(action)}; expected a whole number from 0 to {len(self) - 1}.")
        if action >= self.first_setting:
            return self.settings[action - self.first_setting]
        if action > SEND:
            return Act("refuse", issue=self.issues[action - SEND - 1])
        if action == SEND:
            return Act("offer", dict(draft))
        return Act(self.names[action])

    def steps(self, seen: View, act: Act) -> list[int]:
        """Actions that together do an act, for those who think in whole packages: settings first, then the act itself."""
        if act.kind == "refuse":
            return [self.number(f"refuse:{act.issue}")]
        if act.kind != "offer":
            return [self.number(act.kind)]
        moved = [name for name in self.issues if act.package.get(name, seen.text[name]) != seen.text[name]]
        return [*(self.setting(name, act.package[name]) for name in moved), SEND]
