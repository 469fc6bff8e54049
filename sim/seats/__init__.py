"""Programs from outside at the table: a process that speaks JSON lines takes a seat (docs/agents.md).

Within Python any callable from a ``View`` to an ``Act`` takes a seat: ``NegotiationModel(..., outside={"us": policy})``.
"""

from sim.seats.messages import PROTOCOL, brief_of, schema, view_as_json
from sim.seats.program import Limits, ProgramSeat, SeatFailed
from sim.seats.script import Script, scripts_of

__all__ = [
    "PROTOCOL", "Limits", "ProgramSeat", "Script", "SeatFailed", "brief_of", "schema", "scripts_of", "view_as_json",
]  # fmt: skip
