"""Two small games written for tests: the lake that `detente new` writes, and a strait with a challenger."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import yaml

from sim.authoring import first_scenario
from sim.domain.load import build
from sim.domain.scenario import Scenario

Content = dict[str, Any]

_LAKE: Content = yaml.safe_load(first_scenario("lake"))

_STRAIT: Content = yaml.safe_load(
    """
name: strait
title: A strait
challenger: east
issues:
  troops:
    title: Troops at the strait
    short: Troops
    options:
      - {text: More troops, label: more}
      - {text: Troops as they are, label: as they are}
      - {text: Some troops leave, label: some leave}
      - {text: All troops leave, label: all leave}
    status_quo: 1
    consent: [east, west]
    verifiability: [0, 0, 0.6, 1]
  missiles:
    title: Missiles near the strait
    short: Missiles
    options:
      - {text: No missiles, label: none}
      - {text: Few missiles, label: few}
      - {text: No limit, label: no limit}
    status_quo: 2
    consent: [east, west]
    limits: [0, 1]
  passage:
    title: Passage of ships
    short: Passage
    options:
      - {text: On request, label: on request}
      - {text: With notice, label: with notice}
      - {text: Free, label: free}
    status_quo: 1
    consent: [east, west]
  bank:
    title: A threat against banks
    short: Banks
    options:
      - {text: Pledged away, label: pledged away}
      - {text: Threatened, label: threatened}
    status_quo: 1
    owner: west
threat: {issue: troops, removed_from: 2}
parties:
  east:
    name: East
    code: E
    tactic: {name: linear}
    positions:
      troops: {preferred: 1, salience: 15}
      missiles: {preferred: 0, salience: 40, red_line: 1}
      passage: {preferred: 0, salience: 30}
      bank: {preferred: 0, salience: 15}
    types:
      open: {title: East open to a deal, good_faith: true, probability: 0.5, payoff_mean: 0.3, payoff_sd: 0.1}
      set: {title: East set on force, payoff_mean: 0.6, payoff_sd: 0.1, tactic: {name: boulware, beta: 0.3, phi: 0.7}}
  west:
    name: West
    code: W
    conflict_loss: 0.2
    tactic: {name: linear}
    positions:
      troops: {preferred: 3, salience: 50}
      missiles: {preferred: 2, salience: 20, red_line: {value: 1, hardness: soft}}
      passage: {preferred: 2, salience: 20}
      bank: {preferred: 1, salience: 10}
linkages:
  demand: {parties: [east], form: discounts_gain, when: {missiles: {at_most: 1}}, insistence: 0.4, insistence_sd: 0.1}
  reciprocal: {parties: [west], form: charges, amount: 0.05}
red_lines: {firmness: 0.2}
outside: {alarm: 0.5, friction: 0.002}
sanctions:
  credibility: 0.5
  measures: {bank: {title: sanctions on banks, severity: 0.2, issue: bank, options: [1]}}
bargaining: {noise: 0.02, patience_sd: 0.3}
aftermath: {redeploy: 0.1}
outcomes: {follow_on: {passage: [2]}}
calendar: [port]
venues:
  port:
    title: Port
    protocol: alternating
    seats: [east, west]
    agenda: [troops, missiles, passage]
    sessions: {main: {title: Main, rounds: 8}}
""".replace("red_line: 1}", "red_line: {value: 1}}")
)


def lake(change: Callable[[Content], object] = lambda _: None) -> Scenario:
    """The lake with one thing changed."""
    return _changed(_LAKE, change)


def strait(change: Callable[[Content], object] = lambda _: None) -> Scenario:
    """The strait with one thing changed."""
    return _changed(_STRAIT, change)


def _changed(base: Content, change: Callable[[Content], object]) -> Scenario:
    content = copy.deepcopy(base)
    change(content)
    return build(content)


def put(path: str, value: Any) -> Callable[[Content], None]:
    """A change that writes one value at a dotted path; None as last part's value removes the key."""

    def change(content: Content) -> None:
        *way, last = path.split(".")
        node: Any = content
        for key in way:
            node = node[key]
        if value is None:
            del node[last]
        else:
            node[last] = value

    return change


def all_of(*changes: Callable[[Content], object]) -> Callable[[Content], None]:
    """Several changes at once."""

    def change(content: Content) -> None:
        for one in changes:
            one(content)

    return change
