"""What can be asked over a line, by a seat and by the teacher. The seat is the line's own; the message cannot name another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.classroom.session import Refused
from sim.domain.plain import is_mapping
from sim.protocol.table import Act

if TYPE_CHECKING:
    from sim.classroom.server import Classroom

Asked = dict[str, Any]
"""A message: ``do`` says what, the rest is by what is done."""


def _act(asked: Asked) -> Act:
    """The act in a message.

    Raises
    ------
    Refused
        Malformed.
    """
    kind, package, issue = asked.get("act"), asked.get("package", {}), asked.get("issue")
    if not isinstance(kind, str) or not is_mapping(package) or not (issue is None or isinstance(issue, str)):
        raise Refused("Not understood.")
    if any(isinstance(option, bool) or not isinstance(option, int) for option in package.values()):
        raise Refused("Not understood.")
    return Act(kind, package if kind == "offer" else {}, issue if kind == "refuse" else None)


async def seat_asks(room: Classroom, table: int, seat: str, asked: Asked) -> dict[str, Any]:
    """Do what a seat asks, and tell whom it concerns.

    Raises
    ------
    Refused
        With the reason; nothing changed.
    """
    session, lines, do = room.session, room.lines, asked.get("do")
    if do == "act":
        session.act(table, seat, _act(asked), asked.get("version"), asked.get("key"), asked.get("reason", ""))
        lines.tell(table)
    elif do == "draft":
        session.keep_draft(table, seat, asked.get("package", {}))
        lines.tell(table, seat)
    elif do == "say":
        session.say(table, seat, asked.get("text"), asked.get("to"))
        lines.tell(table, seat if asked.get("to") == "team" else None)
    elif do == "note":
        session.keep_notes(table, seat, asked.get("text"))
        lines.tell(table, seat)
    elif do == "answer":
        session.answer(table, seat, asked.get("which"), asked.get("number"), asked.get("answer"))
        lines.tell(table, seat)
    elif do == "invite":
        return room.link_to(session.invite(table, seat))
    else:
        raise Refused("Not understood.")
    return {}


async def teacher_asks(room: Classroom, asked: Asked) -> dict[str, Any]:
    """Do what the teacher asks, and tell everyone.

    Raises
    ------
    Refused
        With the reason; nothing changed.
    """
    session, lines, do = room.session, room.lines, asked.get("do")
    table, seat = asked.get("table"), asked.get("seat")
    at = table if isinstance(table, int) and not isinstance(table, bool) else 0
    party = seat if isinstance(seat, str) else ""
    if do == "stage":
        session.go_to(str(asked.get("to")))
    elif do == "reveal":
        session.reveal(back=asked.get("back") is True)
    elif do == "clock":
        session.run_clock(asked.get("run") is True)
    elif do == "add":
        seconds = asked.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise Refused("Not understood.")
        session.add_time(seconds)
    elif do == "force":
        session.force_next(at)
    elif do == "undo":
        session.undo(at)
    elif do == "news":
        session.send_news(str(asked.get("name")))
    elif do == "broadcast":
        session.broadcast(asked.get("text"))
    elif do == "kind":
        session.set_kind(at, party, str(asked.get("kind")))
    elif do == "link":
        token = session.new_link(at, party)
        await lines.hang_up(at, party)
        lines.tell_teacher()
        return room.link_to(token)
    elif do == "open":
        await room.open()
    elif do == "close":
        await room.close()
    elif do == "delete":
        if asked.get("code") != session.state.code:
            raise Refused("Not deleted: give the class's code to say that you mean it.")
        await room.delete()
        return {}
    else:
        raise Refused("Not understood.")
    lines.tell()
    return {}
