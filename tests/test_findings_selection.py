"""Selection apart from effect (10.1): the chance at the status quo is exact, the two parts add up, the sentence turns."""

import numpy as np
import pytest
from made_studies import column, doctored, plain, swept

from sim.findings import Evidence
from sim.findings.selection import selection
from sim.findings.without_text import Unknown, chance_without_text
from sim.model import NegotiationModel
from sim.protocol.state import wishes_of
from sim.rules.outside import coercion_payoff, escalation_chance
from sim.rules.value import utility
from sim.sweep.again import read_row

VARIED = """\
scenario: january-2022
factors:
  sanctions.credibility: {uniform: [0, 1]}
  sanctions.measures.financial.severity: {uniform: [0, 0.3]}
  aftermath.decision_noise: {uniform: [0.05, 0.3]}
  issues.export_controls.status_quo: {name: status_quo, list: [4, 3, 2]}
  red_lines.resolve_defenders: {list: [0.9, 0.4]}
design: {latin_hypercube: {points: 40}}
replications: 20
seed: 4
common_random_numbers: yes
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return swept(VARIED, tmp_path_factory.mktemp("varied"))


@pytest.fixture(scope="module")
def baseline(tmp_path_factory):
    return plain("january-2022", 800, tmp_path_factory.mktemp("plain"))


def played_again(study, number):
    """The chance of a run at its status quo by the rules themselves, after its talks."""
    row = read_row(study, number)
    model = NegotiationModel(row.scenario, row.seed, row.index)
    model.run()
    t, talk = model.table.t, model.table.talk
    c = t.n.challenger
    force = coercion_payoff(talk.fig.payoff, t.par.credibility, t.severity, t.threatened, t.x0)
    return escalation_chance(force, utility(wishes_of(t, talk), c, t.x0), t.par.decision_noise)


def test_the_chance_without_a_text_is_exact(study):
    """10.1 at x⁰ by the compiled rules for runs of every class, levers, severities and noise varied."""
    evidence = Evidence(study)
    found = evidence.ask(f"SELECT row, outcome, {chance_without_text(evidence)} AS chance FROM played ORDER BY row")
    asked = found.groupby("outcome", observed=True).head(3)
    assert asked["outcome"].nunique() >= 4
    for row, chance in zip(asked["row"], asked["chance"]):
        assert chance == pytest.approx(played_again(study, int(row)), abs=1e-12)


def test_runs_in_which_nothing_moved_have_one_chance(study):
    evidence = Evidence(study)
    rows = evidence.ask(f"SELECT {chance_without_text(evidence)} AS chance, * FROM played")
    quo = dict(zip(evidence.scenario.active, evidence.scenario.status_quo))
    still = np.ones(len(rows), bool)
    for name, option in quo.items():
        own = rows["status_quo"] if name == "export_controls" else option
        still &= rows[f"final_{name}"] == own
    assert still.sum() > 100
    assert rows["chance"][still].to_numpy() == pytest.approx(rows["escalation_chance"][still].to_numpy(), abs=1e-12)


def test_the_parts_add_up_and_are_plain_means(baseline):
    evidence = Evidence(baseline)
    found = selection(evidence).frame.set_index("outcome")
    rows = evidence.ask(f"SELECT outcome, escalation_chance, {chance_without_text(evidence)} AS chance FROM played")
    none = rows["outcome"].isin(["talks_continue", "breakdown"])
    for name, one in found.drop(index="no agreement").iterrows():
        own = rows[rows["outcome"] == name]
        assert one["runs"] == len(own)
        assert one["own"] == pytest.approx(own["escalation_chance"].mean())
        assert one["without"] == pytest.approx(own["chance"].mean())
        assert one["raw"] == pytest.approx(own["escalation_chance"].mean() - rows["escalation_chance"][none].mean())
        assert one["raw"] == pytest.approx(one["selection"] + one["text"])
        assert one["text_low"] <= one["text"] <= one["text_high"]


def test_limited_measures_hardly_lower_the_risk(baseline):
    """What RULES.md says of them, from 800 runs: they go together with less escalation, and that is selection."""
    found = selection(Evidence(baseline))
    assert found.chart.title.startswith("Limited measures go with less escalation but hardly cause it: ")
    row = found.frame.set_index("outcome").loc["limited_measures"]
    assert row["raw"] < -0.15 and row["selection"] / row["raw"] > 0.85 and -0.03 < row["text"] < 0
    accord = found.frame.set_index("outcome").loc["arms_control_accord"]
    assert accord["text"] < -0.2


def moved(study, folder, payoff, chance):
    """Limited measures in every second run, with other payoffs and chances; the others keep the chance of their payoff."""

    def change(table):
        rows = table.to_pandas()
        some = (rows["row"] % 2 == 0).to_numpy()
        table = column(table, "outcome", np.where(some, "limited_measures", "talks_continue"))
        for name in (one for one in table.schema.names if one.startswith("final_")):
            # So that no row claims that nothing moved.
            table = column(table, name, [1] * len(rows))
        table = column(table, "payoff", np.where(some, payoff, 0.5))
        table = column(table, "utility_russia", [0.2] * len(rows))
        table = column(table, "gain_russia", [0.0] * len(rows))
        return column(table, "escalation_chance", np.where(some, chance, at(0.5)))

    scenario = Evidence(study).scenario
    threat = scenario.sanctions.credibility.value * sum(
        measure.severity.value
        for measure in scenario.sanctions.measures.values()
        if scenario.issues[measure.issue].status_quo.value in measure.options
    )

    def at(g):
        return float(1 / (1 + np.exp(-(g - threat - 0.2) / scenario.aftermath.decision_noise.value)))

    return Evidence(doctored(study, folder, change)), at


def test_the_sentence_turns_with_the_rows(baseline, tmp_path):
    """All selection, all effect, both, and no smaller risk at all."""
    _, at = moved(baseline, tmp_path / "first", 0.3, 0.5)
    chosen, _ = moved(baseline, tmp_path / "chosen", 0.3, at(0.3))
    title = selection(chosen).chart.title
    less, whole = round(100 * at(0.3)), round(100 * at(0.5))
    assert title == (
        f"Limited measures go with less escalation but do not cause it: {less} % with the text, {less} % without"
    )
    assert "all of the difference" in selection(chosen).sentences[0]
    effect, _ = moved(baseline, tmp_path / "effect", 0.5, at(0.5) - 0.2)
    assert selection(effect).chart.title == (
        f"Limited measures lower the chance of escalation in the same runs, from {whole} to {round(100 * at(0.5) - 20)} %"
    )
    both, _ = moved(baseline, tmp_path / "both", 0.45, at(0.45) - (at(0.5) - at(0.45)))
    assert (
        selection(both).chart.title
        == "Limited measures go with less escalation: 50 % of that is who agrees, the rest the text"
    )
    more, _ = moved(baseline, tmp_path / "more", 0.7, at(0.7))
    assert selection(more).chart.title == (
        "Runs that end in limited measures do not escalate less than those without an agreement"
    )


def test_rows_that_do_not_give_back_their_chance_are_refused(baseline, tmp_path):
    """A chance that no rule gives for a run in which nothing moved: nothing is taken apart."""
    wrong = Evidence(
        doctored(baseline, tmp_path / "wrong", lambda table: column(table, "escalation_chance", [0.123] * len(table)))
    )
    with pytest.raises(Unknown):
        chance_without_text(wrong)
    assert selection(wrong).nothing.startswith("Runs in which nothing moved do not give back the chance")


def test_nothing_is_said_where_nothing_can_be(baseline, tmp_path):
    calm = Evidence(plain("two-by-two", 5, tmp_path / "calm"))
    assert selection(calm).nothing == "This scenario has no challenger, so nothing escalates."
    few = Evidence(plain("january-2022", 10, tmp_path / "few"))
    assert selection(few).nothing.endswith("there is nothing to compare with.")
    failed = Evidence(
        doctored(baseline, tmp_path / "failed", lambda table: column(table, "status", ["failed"] * len(table)))
    )
    assert selection(failed).nothing.endswith(".") and selection(failed).chart is None
    text = VARIED.replace(
        "issues.export_controls.status_quo: {name: status_quo, list: [4, 3, 2]}",
        "issues.russian_buildup.status_quo: {list: [0, 2]}",
    )
    own = Evidence(
        swept(text.replace("points: 40", "points: 4").replace("replications: 20", "replications: 2"), tmp_path / "own")
    )
    assert selection(own).nothing.startswith("The status quo may itself remove the threat")
