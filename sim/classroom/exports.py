"""A class as files: its acts row by row, its seats row by row, its events. What people typed is text, and never a formula."""

from __future__ import annotations

import csv
import datetime
import io
import json
from typing import Any

from sim.classroom.class_table import Step
from sim.classroom.kept import Kept
from sim.classroom.lesson import as_given, in_play, questions_of
from sim.classroom.state import State

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a text that begins so as a formula, or looks past the sign to one."""

CREDENTIALS = ("hash", "key")
"""Parts of events that open seats or name requests; they are in no export."""

LONG = (
    "event", "time", "table", "kind", "seat", "by", "stands", "venue", "round", "turn", "act", "issue", "package", "utility",
    "no_deal", "text",
)  # fmt: skip


def cell(value: object) -> object:
    """A value as it stands in a spreadsheet: numbers as they are, texts so that none is read as a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _csv(head: tuple[str, ...], rows: list[dict[str, object]]) -> str:
    """Rows under their head; the mark at the beginning tells spreadsheets that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([cell(name) for name in head])
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in head])
    return "\ufeff" + out.getvalue()


def long_csv(kept: Kept) -> str:
    """One row per event, in order: acts with venue, round and package, what consent took back, messages, news, the clock.

    ``stands`` tells acts that count from those that were taken back by the teacher. Links and devices' tokens are left out.
    """
    state = State()
    rows: list[dict[str, object]] = []
    steps: list[tuple[dict[str, object], int, Step]] = []
    for entry in kept.entries:
        row: dict[str, object] = {
            "event": entry.number, "time": _time(entry.at), "table": entry.table, "kind": entry.kind, "seat": entry.seat,
        }  # fmt: skip
        first = state.tables[entry.table or 0].talks.table.event_count if entry.kind == "act" else 0
        state.take(entry)
        if entry.kind != "act":
            row["text"] = _words(entry.kind, entry.body)
            if entry.kind not in ("secret", "teacher", "link", "invite"):
                rows.append(row)
            continue
        talks = state.tables[entry.table or 0].talks
        acts = talks.table.events(first)
        own = acts[0]
        row |= {
            "by": "model" if entry.body["tactic"] else "team", "venue": own.venue, "round": own.round, "turn": own.turn,
            "act": own.act, "issue": own.issue, "utility": own.worth, "no_deal": own.no_deal,
            "text": entry.body.get("reason", ""), "package": _package(state, own.package) if own.act == "offer" else "",
        }  # fmt: skip
        mine = [row]
        for event in acts[1:]:
            mine.append({
                **{key: row[key] for key in ("event", "time", "table")}, "kind": "consent", "seat": event.speaker, "by": "rules",
                "turn": event.turn, "act": event.act, "issue": event.issue, "utility": event.worth, "no_deal": event.no_deal,
            })  # fmt: skip
        rows += mine
        steps += [(one, entry.table or 0, talks.steps[-1]) for one in mine]
    for row, table, step in steps:
        row["stands"] = any(step is kept_step for kept_step in state.tables[table].talks.steps)
    return _csv(LONG, rows)


def _package(state: State, package: dict[str, int]) -> str:
    return "; ".join(f"{issue}={package[issue]}" for issue in in_play(state.scenario))


def _words(kind: str, body: dict[str, Any]) -> str:
    """What an event other than an act says."""
    if kind == "begun":
        return f"{body['lesson']['name']}, {body['tables']} tables, seed {body['seed']}"
    if kind == "message":
        return f"to the {body['to']}: {body['text']}"
    if "text" in body:
        return str(body["text"])
    told = {name: value for name, value in body.items() if name not in CREDENTIALS}
    return "; ".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in told.items()
    )


def wide_csv(kept: Kept) -> str:
    """One row per table and seat: who sat there, how it ended, utilities, gain, the final option per issue, answers."""
    state = kept.state
    issues = in_play(state.scenario)
    asked = {(which, at): one for which, given in questions_of(state.lesson).items() for at, one in enumerate(given)}
    columns = {key: f"{key[0]}_{key[1] + 1}" for key in asked}
    head = (
        "session", "lesson", "scenario", "seed", "table", "seat", "kind", "names", "finished", "outcome", "escalated",
        "escalation_chance", "utility", "no_deal", "gain", *(f"final_{name}" for name in issues), *columns.values(),
    )  # fmt: skip
    rows: list[dict[str, object]] = []
    for number, place in state.tables.items():
        record = place.talks.table.record() if place.talks.table.over else None
        for party, seat in place.seats.items():
            row: dict[str, object] = {
                "session": kept.path.stem, "lesson": state.lesson.name, "scenario": state.scenario.name, "seed": state.seed,
                "table": number, "seat": party, "kind": seat.kind, "names": ", ".join(sorted(seat.devices.values())),
                "finished": record is not None,
            }  # fmt: skip
            if record is not None:
                row |= {key: record[key] for key in ("outcome", "escalated", "escalation_chance")}
                row |= {key: record["parties"][party][key] for key in ("utility", "no_deal", "gain")}
                row |= {f"final_{name}": record["final"][name] for name in issues}
            row |= {columns[key]: as_given(state.scenario, asked[key], answer) for key, answer in seat.answers.items()}
            rows.append(row)
    return _csv(head, rows)


def log_json(kept: Kept) -> str:
    """All events, in order, without what opens seats."""
    events = [
        {
            "number": entry.number, "time": _time(entry.at), "kind": entry.kind, "table": entry.table, "seat": entry.seat,
            "body": {name: value for name, value in entry.body.items() if name not in CREDENTIALS},
        }
        for entry in kept.entries
    ]  # fmt: skip
    return json.dumps({"session": kept.path.stem, "events": events}, ensure_ascii=False, indent=1)


def _time(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat(timespec="milliseconds")
