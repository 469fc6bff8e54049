"""Coding uncertainty (clause 14): in how many codings a claim holds, how clearly, and on which cells it depends."""

import re

import numpy as np
import pytest
from made_studies import TRUST, column, doctored, plain, swept

from sim.findings import Evidence
from sim.findings.claims import claims_of, figures_for
from sim.findings.coding import coding
from sim.findings.intervals import wilson
from sim.findings.responses import Runs

CODED = """\
scenario: january-2022
coding: {only: [outside, sanctions.credibility, issues.exercises_ground.status_quo]}
design: {latin_hypercube: {points: 60}}
replications: 20
seed: 2
common_random_numbers: yes
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return swept(CODED, tmp_path_factory.mktemp("coded"))


def made(study, folder, outcome, chance=None):
    """A copy with other outcomes, and chances of escalation."""

    def change(table):
        rows = table.to_pandas()
        table = column(table, "outcome", outcome(rows))
        return column(table, "escalation_chance", chance(rows)) if chance else table

    return Evidence(doctored(study, folder, change))


def follows(name, high="settlement", low="breakdown"):
    """Outcomes that are ``high`` in the runs of points above the middle of a factor, but for one run in ten."""

    def outcome(rows):
        above = (rows[name] > rows[name].median()) ^ (rows["replication"] % 10 == 9)
        return [high if yes else low for yes in above]

    return outcome


def test_shares_of_codings_are_plain_counts(study):
    """Each claim asked coding by coding with pandas."""
    evidence, rows = Evidence(study), study.frame()
    found = coding(evidence).frame.set_index("claim")
    shares = (
        rows.assign(one=1)
        .pivot_table(index="point", columns="outcome", values="one", aggfunc="sum", observed=False)
        .fillna(0)
    )
    pooled = rows["outcome"].value_counts(sort=True)
    first = pooled.index[0]
    holds = (shares[first] > shares.drop(columns=first).max(axis=1)).mean()
    assert found.loc["commonest", "holds"] == pytest.approx(holds)
    assert found.loc["commonest", "words"].startswith(str(first).replace("_", " "))
    agreed = rows["outcome"].isin(["limited_measures", "arms_control_accord", "settlement"])
    by = agreed.groupby(rows["point"]).mean()
    more = agreed.mean() > 0.5
    assert found.loc["agreement", "holds"] == pytest.approx((by > 0.5).mean() if more else (by < 0.5).mean())
    chance = rows.groupby(["point", agreed])["escalation_chance"].mean().unstack()
    known = chance.dropna()
    assert found.loc["with_agreement", "codings"] == len(known)
    assert found.loc["with_agreement", "holds"] == pytest.approx((known[True] < known[False]).mean())
    for one in found.itertuples():
        assert (one.low, one.high) == pytest.approx(wilson(one.holds, one.codings))
        assert one.surely <= one.holds and one.surely_not <= 1 - one.holds


def test_moved_is_against_the_codings_own_status_quo(study):
    """Where the status quo itself is a cell that is drawn, an issue moved where it left that, not the scenario's."""
    evidence, rows = Evidence(study), study.frame()
    runs = Runs(evidence, figures_for(evidence))
    own = next(factor.name for factor in evidence.factors if factor.path.endswith("status_quo"))
    moved = (rows["final_exercises_ground"] != rows[own]).groupby(rows["point"]).mean()
    assert runs.means("moved_exercises_ground") == pytest.approx(moved.to_numpy())
    assert rows[own].nunique() > 1


def test_a_claim_that_follows_one_cell_names_it(study, tmp_path):
    """Agreement made to follow the credibility of sanctions: half of the codings, clearly; that cell and no other."""
    found = coding(made(study, tmp_path / "made", follows("credibility")))
    row = found.frame.set_index("claim").loc["agreement"]
    assert row["holds"] == pytest.approx(0.5, abs=0.02) and row["surely"] + row["surely_not"] == pytest.approx(
        1, abs=0.03
    )
    assert re.fullmatch(r"credibility [+-]0\.8\d", row["cells"])
    assert "so it is as much the coder’s judgement as a result" in " ".join(found.sentences)
    turned = coding(made(study, tmp_path / "turned", follows("credibility", "breakdown", "settlement")))
    assert turned.frame.set_index("claim").loc["agreement", "cells"][:13] != row["cells"][:13]


def test_a_claim_that_holds_everywhere_is_firm(study, tmp_path):
    """Escalation rarer with an agreement in every coding; and the claim turns with its direction."""
    half = lambda rows: ["settlement" if yes else "talks_continue" for yes in rows["replication"] % 2 == 0]  # noqa: E731
    calm = made(study, tmp_path / "calm", half, lambda rows: np.where(rows["replication"] % 2 == 0, 0.2, 0.7))
    row = coding(calm).frame.set_index("claim").loc["with_agreement"]
    assert (row["words"], row["holds"], row["surely"]) == ("escalation is rarer with an agreement", 1.0, 1.0)
    wild = made(study, tmp_path / "wild", half, lambda rows: np.where(rows["replication"] % 2 == 0, 0.7, 0.2))
    row = coding(wild).frame.set_index("claim").loc["with_agreement"]
    assert (row["words"], row["holds"]) == ("escalation is no rarer with an agreement", 1.0)


def test_close_calls_are_not_called(study, tmp_path):
    """Eleven of twenty runs of every coding agree: it holds everywhere, clearly nowhere."""
    close = made(
        study, tmp_path / "close", lambda rows: ["settlement" if at < 11 else "breakdown" for at in rows["replication"]]
    )
    row = coding(close).frame.set_index("claim").loc["agreement"]
    assert (row["words"], row["holds"], row["surely"]) == ("more than half of the runs end in an agreement", 1.0, 0.0)


def test_claims_can_be_taken_from_the_baseline(study, tmp_path):
    """The claims are then those of the other study, asked of these codings."""
    baseline = made(
        plain("january-2022", 50, tmp_path / "plain"), tmp_path / "made", lambda rows: ["settlement"] * len(rows)
    )
    found = coding(Evidence(study), baseline).frame.set_index("claim")
    assert found.loc["commonest", "words"] == "settlement is the commonest outcome"
    assert found.loc["commonest", "holds"] < 0.2
    assert "true of the baseline" in coding(Evidence(study), baseline).chart.footer


def test_titles_count_what_holds(study, tmp_path):
    title = coding(Evidence(study)).chart.title
    frame = coding(Evidence(study)).frame
    firm = int((frame["holds"] >= 0.9).sum())
    assert title.startswith(f"{firm} of {len(frame)} claims hold in nine of ten codings") or title.startswith(
        ("All", "No claim")
    )
    sure = made(study, tmp_path / "sure", lambda rows: ["breakdown"] * len(rows), lambda rows: [0.9] * len(rows))
    every = coding(sure)
    assert "with_agreement" not in set(every.frame["claim"])
    assert every.frame.set_index("claim").loc["commonest", "holds"] == 1.0


def test_only_studies_of_the_coding_are_asked(tmp_path):
    nothing = "This study did not draw its cells anew (clause 14), so it says nothing of them."
    assert coding(Evidence(plain("january-2022", 3, tmp_path / "plain"))).nothing == nothing
    few = CODED.replace("points: 60", "points: 12").replace("replications: 20", "replications: 2")
    assert coding(Evidence(swept(few, tmp_path / "few"))).nothing == "12 codings are too few; at least 30 are needed."
    trust = Evidence(swept(TRUST.replace("replications: 60", "replications: 2"), tmp_path / "trust"))
    assert (
        coding(trust).nothing == nothing
        and len(claims_of(Runs(trust, figures_for(trust)), Runs(trust, figures_for(trust)))) > 4
    )
