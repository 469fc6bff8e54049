"""Colours and signs of the parties at the tables, as a style sheet over the tokens of the house."""

from __future__ import annotations

from collections.abc import Mapping

from sim import look
from sim.domain.scenario import Scenario
from sim.look import PartyLook


def looks_of(scenario: Scenario) -> dict[str, PartyLook]:
    """A look for every party of a scenario."""
    return look.party_looks({name: (party.name, party.code) for name, party in scenario.parties.items()})


def style_of(looks: Mapping[str, PartyLook]) -> str:
    """The tokens, and after them a class ``p-ID`` for every party: its colour is ``--own`` within."""
    css = [look.text("tokens.css")]
    for number, (party, its) in enumerate(looks.items()):
        css.append(f":root{{--p{number}:{its.light};--p{number}-tint:{its.tint}}}")
        css.append(f'[data-theme="dark"]{{--p{number}:{its.dark};--p{number}-tint:{its.tint_dark}}}')
        css.append(f".p-{party}{{--own:var(--p{number});--own-tint:var(--p{number}-tint)}}")
        css.append(f'.party.p-{party}{{color:var(--p{number})}} .party.p-{party}::before{{content:"{its.glyph}"}}')
    return "\n".join(css)
