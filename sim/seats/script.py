"""Acts of a stored transcript, taken again: how a run with somebody outside in a seat is played a second time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sim.protocol.table import Act, IllegalAct, Table
from sim.protocol.view import View


class Script:
    """A policy that takes stored acts in order, and leaves the rest to the seat's tactic as it was in the stored run.

    Parameters
    ----------
    acts
        The transcript's lines, plain values, of this seat and of others.
    chosen
        Numbers of the acts that somebody outside chose for this seat.
    told
        What the stored run says of the seat.
    """

    def __init__(self, acts: Iterable[Mapping[str, Any]], chosen: Iterable[int], told: Mapping[str, Any]) -> None:
        wanted = set(chosen)
        self._acts = {int(act["number"]): act for act in acts if act["number"] in wanted}
        self._table: Table | None = None
        self.told = dict(told)

    def begin(self, table: Table) -> None:
        """Follow a table's count of acts, as a seat does not hear every act."""
        self._table = table

    def __call__(self, seen: View) -> Act | None:
        """The stored act, None where the tactic acted.

        Raises
        ------
        IllegalAct
            The stored act is another seat's.
        """
        assert self._table is not None, "begin() comes first"
        number = self._table.event_count + 1
        act = self._acts.get(number)
        if act is None:
            return None
        if act["speaker"] != seen.seat:
            raise IllegalAct(f"Act {number} of the transcript is of {act['speaker']}; expected one of {seen.seat}.")
        return Act(str(act["act"]), dict(act["package"]) if act["act"] == "offer" else {}, act["issue"])


def scripts_of(manifest: Mapping[str, Any], transcript: bytes) -> dict[str, Script]:
    """A script for every seat that somebody outside took in a stored run; none where its tactics played.

    Raises
    ------
    ValueError, KeyError, TypeError
        A damaged manifest or transcript.
    """
    seats = dict(manifest.get("seats", {}))
    if not seats:
        return {}
    acts = [json.loads(line) for line in transcript.decode("utf-8").splitlines()]
    found: dict[str, Script] = {}
    for name, kept in seats.items():
        told = {key: value for key, value in kept.items() if key != "acts"}
        found[name] = Script(acts, map(int, kept["acts"]), told)
    return found
