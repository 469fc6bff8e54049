"""What holds in every run of every game: how such a test is written, and the list of them all."""

from generated import INDICES, SEEDS, scenarios
from hypothesis import given, settings
from hypothesis import strategies as st
from reckoned import Run

from sim.compiled import EQUAL

EXAMPLES = 40

runs = st.builds(Run, scenarios(), SEEDS, INDICES)
INVARIANTS = []
BY_ENUMERATION = []


def invariant(test=None, *, enumerates=False):
    """A test of any run; those that enumerate packages are for small games only."""

    def keep(function):
        (BY_ENUMERATION if enumerates else INVARIANTS).append(function)
        return settings(max_examples=EXAMPLES)(given(run=runs)(function))

    return keep(test) if test else keep


def same(figure, expected):
    """Two figures that count as equal, up to the sum of an issue's roundings each (preamble)."""
    return figure == expected or abs(figure - expected) <= 5 * EQUAL


def index_of(run, party):
    return run.book.parties.index(party)


def package(event):
    return tuple(event.package.values())


def chairs(run, event):
    return event.venue is not None and run.scenario.venues[event.venue].chair == event.speaker


def turns(run):
    return [(sitting, turn) for sitting in run.sittings for turn in sitting.turns]
