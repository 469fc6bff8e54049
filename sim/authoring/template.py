"""Files to start from: a small commented game, or a variant of another scenario. Text only; the command writes it."""

from __future__ import annotations

from importlib.resources import files

from pydantic import BaseModel

from sim.domain.scenario import Scenario

SCHEMA_FILE = "detente-scenario.schema.json"
"""Name of the schema that stands beside a new scenario, for editors that know YAML's language server."""
_MODELINE = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"


def first_scenario(name: str) -> str:
    """A small game with every key that an author will want, each with a word about it."""
    text = (files("sim.authoring") / "scenario.yaml").read_text("utf-8")
    return _MODELINE + text.replace("NAME", name)


def variant(name: str, base: str, scenario: Scenario) -> str:
    """A file that lies over another scenario, with the figures people change most, as they are, ready to be changed.

    Parameters
    ----------
    name
        Of the variant.
    base
        What ``extends`` says: a name that comes with the program, or a file.
    scenario
        The base as it is read.
    """
    lines = [
        _MODELINE + f"# A variant of {scenario.name}: only what differs is written here, the rest is as in the base.",
        '# Lines that begin with "#-" are keys as they are in the base: take the "#-" away and change them.',
        f"# What differs:  detente show {name}.yaml",
        f"# What it does:  detente sweep {base} --runs 1000;  detente sweep {name}.yaml --runs 1000;  detente compare ...",
        "",
        f"extends: {base}",
        f"name: {name}",
        f"label: variant of {scenario.label}",
        f"summary: A variant of {scenario.name}.",
        "",
        *_groups(scenario),
        *_parties(scenario),
        *_venues(scenario),
    ]
    return "\n".join(lines) + "\n"


def _groups(scenario: Scenario) -> list[str]:
    """The figures of the whole game, in their groups."""
    from sim.authoring.described import meanings

    lines: list[str] = []
    names = [
        "red_lines",
        "bargaining",
        *(("outside", "sanctions", "beliefs", "aftermath") if scenario.challenger else ()),
    ]
    for group in names:
        part: BaseModel = getattr(scenario, group)
        words = meanings(type(part))[1]
        lines.append(f"#- {group}:")
        for key in type(part).model_fields:
            value = getattr(getattr(part, key), "value", None)
            if value is not None:
                lines.append(f"#-   {key}: {_shown(value)}".ljust(34) + f"# {words[key]}")
    return lines


def _parties(scenario: Scenario) -> list[str]:
    lines = ["#- parties:"]
    for name, party in scenario.parties.items():
        lines.append(f"#-   {name}:")
        lines.append(f"#-     patience: {_shown(party.patience.value)}".ljust(34) + "# share of a venue's rounds (7.2)")
        lines.append(f"#-     has_consent: {_shown(party.has_consent.value)}".ljust(34) + "# (9.3)")
        if party.reservation is not None:
            lines.append(
                f"#-     reservation: {_shown(party.reservation.value)}".ljust(34) + "# worth of no deal, 0 to 1 (3)"
            )
    return lines


def _venues(scenario: Scenario) -> list[str]:
    lines = [f"#- calendar: [{', '.join(scenario.calendar)}]".ljust(34) + "# order of the venues (8.1)", "#- venues:"]
    for name in scenario.calendar:
        lines += [f"#-   {name}:", "#-     sessions:"]
        for session, given in scenario.venues[name].sessions.items():
            lines.append(f"#-       {session}: {{rounds: {given.rounds.value}}}".ljust(34) + "# 1 to 200")
    return lines


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
