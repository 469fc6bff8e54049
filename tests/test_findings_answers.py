"""What studies say of outcomes, issues, gains and the path: figures against plain counts, sentences that turn with the rows."""

import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_studies import DRAWN, TRUST, column, doctored, plain, swept

from sim.findings import CATALOGUE, Evidence, answer
from sim.findings.levels import levels_of
from sim.findings.replayed import sampled
from sim.findings.unused_gains import unused_gains
from sim.findings.venues import orders_of, struck
from sim.protocol.efficiency import improvement
from sim.protocol.measures import feasible_options
from sim.protocol.table import Table
from sim.sweep.again import read_row, read_rows

OWN = (
    "outcomes", "path", "final_options", "settling", "vetoes", "beliefs_over_time", "asks_over_time", "gains",
    "at_whose_cost", "unused_gains",
)  # fmt: skip


@pytest.fixture(scope="module")
def trust(tmp_path_factory):
    """Good faith and the order of the venues, 4 points with the same 60 draws."""
    return swept(TRUST, tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="module")
def evidence(trust):
    return Evidence(trust)


@pytest.fixture(scope="module")
def frame(trust):
    return trust.frame()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Credibility drawn from a range, consent from a list; 24 points."""
    return Evidence(swept(DRAWN, tmp_path_factory.mktemp("drawn")))


def sound(finding):
    """A finding that can be shown: a title that fits, a table, pictures that plotly takes in both widths and themes."""
    chart = finding.chart
    assert chart is not None and not finding.nothing
    assert 10 < len(chart.title) <= 100 and chart.title[0].upper() == chart.title[0]
    assert not re.search(
        r"\bnan\b|None|inf\b|  ", chart.title + chart.subtitle + chart.footer + " ".join(finding.sentences)
    )
    assert chart.rows and all(len(row) == len(chart.head) for row in chart.rows)
    assert len(finding.frame) > 0
    for narrow in (False, True):
        for theme in ("light", "dark"):
            panels = chart.panels(theme, narrow=narrow)
            for panel in panels:
                figure = go.Figure(panel.figure)
                assert any(len(trace.x or ()) for trace in figure.data)
                assert not [trace for trace in figure.data if trace.type.endswith("gl")]
            assert [panel.party for panel in panels] == [panel.party for panel in chart.panels()]
    return finding


@pytest.mark.parametrize("key", [key for key in OWN if key != "unused_gains"])
@pytest.mark.parametrize("which", ["evidence", "drawn"])
def test_every_answer_is_sound(key, which, request):
    finding = answer(key)(request.getfixturevalue(which))
    # In the small drawn study nobody takes anything back.
    assert finding.nothing.endswith(".") if (key, which) == ("vetoes", "drawn") else sound(finding)


@pytest.mark.parametrize("scenario", [pytest.param("harbour", marks=pytest.mark.slow), "two-by-two"])
def test_games_without_a_challenger_have_their_answers_too(scenario, tmp_path):
    evidence = Evidence(plain(scenario, 30, tmp_path))
    for key in OWN:
        finding = answer(key)(evidence)
        assert finding.nothing.endswith(".") if finding.nothing else sound(finding)
        assert not finding.chart or "scalation" not in finding.chart.title + finding.chart.footer + " ".join(
            finding.sentences
        )


def test_one_row_is_enough(tmp_path):
    evidence = Evidence(plain("january-2022", 1, tmp_path))
    for key in OWN:
        finding = answer(key)(evidence)
        assert finding.nothing.endswith(".") if finding.nothing else sound(finding)


def test_only_failures_leave_a_sentence_each(trust, tmp_path):
    evidence = Evidence(
        doctored(trust, tmp_path / "failed", lambda table: column(table, "status", ["failed"] * len(table)))
    )
    for key in OWN:
        finding = answer(key)(evidence)
        assert finding.chart is None and re.fullmatch(r"[A-Z].*\.", finding.nothing)


def test_nothing_agreed_anywhere(trust, tmp_path):
    """All runs end as they began: charts of what is agreed give way to a sentence, the others stay true."""

    def empty(table):
        for name in table.schema.names:
            if name.startswith("text_"):
                quo = int(trust_scenario.issues[name.removeprefix("text_")].status_quo.value)
                table = column(table, name, [quo] * len(table))
                table = column(table, f"final_{name.removeprefix('text_')}", [quo] * len(table))
            elif name.startswith("veto_"):
                table = column(table, name, [None] * len(table))
            elif name.startswith(("gain_", "joint_gain")):
                table = column(table, name, [0.0] * len(table))
            elif name.startswith("result_"):
                table = column(table, name, ["no_understanding"] * len(table))
        return column(table, "outcome", ["talks_continue"] * len(table))

    trust_scenario = Evidence(trust).scenario
    evidence = Evidence(doctored(trust, tmp_path / "empty", empty))
    for key in ("final_options", "settling", "vetoes", "gains", "at_whose_cost"):
        finding = answer(key)(evidence)
        assert finding.chart is None and finding.nothing.endswith(".")
    found = sound(answer("outcomes")(evidence))
    assert found.chart.title == "All runs see talks continue"
    assert "Nothing that varied moves a boundary" in " ".join(found.sentences)
    assert sound(answer("path")(evidence)).chart.title == "No venue finds an understanding in any run"


# ---- Outcomes -----------------------------------------------------------------------------------------------------------


def test_shares_of_classes_are_counts(evidence, frame):
    found = answer("outcomes")(evidence).frame
    whole = found.iloc[0]
    for name in evidence.outcomes:
        assert whole[name] == pytest.approx((frame["outcome"] == name).mean())
    assert whole["escalated"] == pytest.approx(frame["escalated"].mean())
    for row in found[found["factor"] == "good_faith"].itertuples():
        own = frame[frame["good_faith"] == float(row.level)]
        assert (row.runs, row.escalated) == (len(own), pytest.approx(own["escalated"].mean()))
        assert row.escalated_low <= row.escalated <= row.escalated_high


def test_what_moves_the_classes_most_comes_first_and_turns_the_title(trust, tmp_path):
    """Classes made to follow one factor, then the other, then the reverse of it."""
    rows = trust.frame()

    def follow(name, value):
        agreed = ["settlement" if hit else "breakdown" for hit in rows[name] == value]
        return lambda table: column(table, "outcome", agreed)

    rising = answer("outcomes")(Evidence(doctored(trust, tmp_path / "a", follow("good_faith", 0.9)))).chart
    falling = answer("outcomes")(Evidence(doctored(trust, tmp_path / "b", follow("good_faith", 0.1)))).chart
    order = answer("outcomes")(Evidence(doctored(trust, tmp_path / "c", follow("order", "Vienna first")))).chart
    assert rising.title.startswith(
        "Accords or settlements rise from 0 to 100 % of runs as the chance of good faith goes from 0.1 to 0.9"
    )
    assert falling.title.startswith("Accords or settlements fall from 100 to 0 % of runs")
    assert "Vienna first" in order.title and "good faith" not in order.title
    assert rising.rows[1][0].startswith("Chance of good faith") and order.rows[1][0].startswith("Order of the venues")


def test_a_factor_that_does_nothing_makes_no_title(trust, tmp_path):
    """The same draws end alike at every point: the title says how runs end, not what moves them."""
    rows = trust.frame()
    alike = ["breakdown" if index % 3 == 0 else "talks_continue" for index in rows["index"]]
    finding = answer("outcomes")(
        Evidence(doctored(trust, tmp_path / "alike", lambda table: column(table, "outcome", alike)))
    )
    assert finding.chart.title == "67 % of runs see talks continue, 33 % end in breakdown"


def test_levels_of_a_drawn_factor_are_even_parts(drawn):
    credibility, consent = levels_of(drawn, drawn.factors)
    counts = drawn.ask(
        f"SELECT {credibility.sql} AS level, count(DISTINCT point) AS n FROM played GROUP BY ALL ORDER BY level"
    )
    assert counts["level"].tolist() == [0, 1, 2, 3, 4] and counts["n"].between(4, 5).all()
    assert consent.names == ("needed", "not needed") and not consent.ordered
    own = drawn.study.frame(["point", "credibility"]).groupby("point")["credibility"].first()
    by_sql = drawn.ask(f"SELECT DISTINCT point, {credibility.sql} AS level FROM played").set_index("point")["level"]
    assert (by_sql.sort_index() == credibility.codes.sort_index()).all()
    assert own[credibility.codes == 0].max() <= own[credibility.codes == 1].min()


# ---- Issues -------------------------------------------------------------------------------------------------------------


def test_final_options_are_counts_in_order(evidence, frame):
    finding = answer("final_options")(evidence)
    moved = {}
    for name in evidence.scenario.active:
        quo = int(evidence.scenario.issues[name].status_quo.value)
        moved[name] = (frame[f"final_{name}"] != quo).mean()
        rows = finding.frame[finding.frame["issue_id"] == name]
        assert rows["moved"].iloc[0] == pytest.approx(moved[name])
        counts = frame[f"final_{name}"].value_counts()
        assert {quo + row.steps: row.count for row in rows.itertuples() if row.count} == counts[counts > 0].to_dict()
    shown = [cells[0].partition(":")[0] for cells in finding.chart.rows]
    order = sorted(moved, key=lambda name: -moved[name])
    assert list(dict.fromkeys(shown)) == [evidence.scenario.issues[name].short for name in order]
    first = evidence.scenario.issues[order[0]].short
    assert finding.chart.title.lower().startswith(f"{first.lower()} moves in {100 * moved[order[0]]:.0f} % of runs")


def test_the_title_of_final_options_turns(trust, tmp_path):
    """The one issue that never moves in the copy is another than in the original."""

    def swap(table):
        return column(
            column(table, "final_risk_reduction_csbm", [0] * len(table)), "final_nato_enlargement", [0] * len(table)
        )

    original = answer("final_options")(Evidence(trust)).chart.title
    turned = answer("final_options")(Evidence(doctored(trust, tmp_path / "swap", swap))).chart.title
    assert turned.startswith("NATO enlargement moves in 100 % of runs") and original != turned
    assert "risk reduction" in turned.lower() or "issues never move" in turned


def test_where_the_understanding_that_holds_was_struck(evidence, frame):
    """By hand from the results of the venues, in the order that each point has."""
    orders = {"Geneva first": ("geneva", "brussels", "vienna"), "Vienna first": ("vienna", "geneva", "brussels")}
    assert [order for _, order in orders_of(evidence)] == list(orders.values())
    last = [
        next((name for name in reversed(orders[row["order"]]) if row[f"result_{name}"] == "understanding"), None)
        for _, row in frame.iterrows()
    ]
    found = evidence.ask(f'SELECT "row", {struck(evidence)} AS venue FROM played ORDER BY "row"')["venue"]
    assert [None if pd.isna(name) else name for name in found] == last
    lines = answer("settling")(evidence).frame.set_index("issue_id")
    for name in evidence.scenario.active:
        quo = int(evidence.scenario.issues[name].status_quo.value)
        final, text = frame[f"final_{name}"] != quo, frame[f"text_{name}"] != quo
        assert lines["settled"][name] == pytest.approx(final.mean())
        assert lines["taken_back"][name] == pytest.approx((text & ~final).mean())
        for venue in orders["Geneva first"]:
            assert lines[venue][name] == pytest.approx((final & (np.array(last) == venue)).mean())


def test_vetoes_are_counted_by_owner_and_issue(trust, tmp_path):
    """A copy in which NATO takes back one issue in every fourth run and Ukraine another in every tenth."""
    count = len(trust.frame(["row"]))

    def take(table):
        for name in table.schema.names:
            if name.startswith("veto_"):
                table = column(table, name, [None] * count)
        table = column(table, "veto_nato_enlargement", ["nato" if at % 4 == 0 else None for at in range(count)])
        return column(table, "veto_military_aid_ukraine", ["ukraine" if at % 10 == 0 else None for at in range(count)])

    finding = sound(answer("vetoes")(Evidence(doctored(trust, tmp_path / "vetoes", take))))
    assert finding.chart.title.startswith("NATO takes back NATO enlargement in 25 % of runs")
    cells = finding.frame.set_index(["issue", "party"])["share"]
    assert cells["nato_enlargement", "nato"] == 0.25 and cells["military_aid_ukraine", "ukraine"] == 0.1
    assert cells.sum() == pytest.approx(0.35)


# ---- Gains --------------------------------------------------------------------------------------------------------------


def test_gains_and_who_pays_for_them(evidence, frame):
    lines = answer("gains")(evidence).frame.set_index("party_id")
    cells = answer("at_whose_cost")(evidence).frame.set_index(["gains", "loses"])["share"]
    for p in evidence.scenario.parties:
        gain = frame[f"gain_{p}"]
        assert lines["mean"][p] == pytest.approx(gain.mean())
        assert lines["gains"][p] == pytest.approx((gain >= 0.005).mean())
        assert lines["loses"][p] + lines["unchanged"][p] + lines["gains"][p] == pytest.approx(1)
        for q in evidence.scenario.parties:
            if p != q:
                assert cells[p, q] == pytest.approx(((gain >= 0.005) & (frame[f"gain_{q}"] <= -0.005)).mean())


def test_sentences_on_gains_turn(trust, tmp_path):
    """Russia's and Ukraine's gains exchanged, then all made one another's mirror."""
    rows = trust.frame()

    def exchange(table):
        table = column(table, "gain_russia", (-rows["gain_us"]).tolist())
        return column(table, "gain_us", rows["gain_us"].tolist())

    finding = answer("at_whose_cost")(Evidence(doctored(trust, tmp_path / "mirror", exchange)))
    assert "The gains of the US and Russia go against each other most (correlation −1.00)." in finding.sentences
    assert finding.chart.title.startswith("The US gains while Russia loses in")
    title = answer("gains")(Evidence(doctored(trust, tmp_path / "gains", exchange))).chart.title
    assert "Russia loses most often" in title and answer("gains")(Evidence(trust)).chart.title != title


def test_what_is_left_is_clause_13s_own(evidence):
    """13.1: for each sampled run the same as the measure gives for its package at its end."""
    lines = sound(unused_gains(evidence, 12)).frame
    assert len(lines) == 12 and lines["row"].is_monotonic_increasing
    for line in lines.iloc[:3].itertuples():
        row = read_row(evidence.study, line.row)
        table = Table(row.scenario, row.seed, row.index)
        while not table.over:
            table.play()
        t, talk = table.t, table.talk
        found = improvement(t, talk, np.asarray(talk.final), feasible_options(t, talk), list(range(5)))
        assert (line.efficient, line.for_all) == (found.efficient, pytest.approx(found.for_all, abs=1e-9))
        assert row.figures["outcome"] == line.outcome


# ---- Path and time ------------------------------------------------------------------------------------------------------


def test_flows_are_counts_and_add_up(evidence, frame):
    """Only runs with the first order; what enters a venue leaves it."""
    rows = answer("path")(evidence).frame
    own = frame[frame["order"] == "Geneva first"]
    assert (rows.groupby("stage")["count"].sum() == len(own)).all()
    for row in rows[rows["stage"] == 0].itertuples():
        one = (own["result_geneva"] == "understanding") == (row.name == "understanding")
        other = (own["result_brussels"] == "understanding") == (row.next_name == "understanding")
        assert row.count == int((one & other).sum())
    ends = rows[rows["stage"] == rows["stage"].max()].groupby("next_name")["count"].sum()
    assert ends.get("Talks continue", 0) == int((own["outcome"] == "talks_continue").sum())


def test_the_title_of_the_path_turns(trust, tmp_path):
    """Brussels made to follow Geneva, then to do the opposite."""
    rows = trust.frame()
    yes = rows["result_geneva"] == "understanding"

    def told(which):
        return ["understanding" if hit else "no_understanding" for hit in which]

    titles = []
    for name, which in (("with", yes), ("against", ~yes)):
        copy = doctored(
            trust, tmp_path / name, lambda table, which=which: column(table, "result_brussels", told(which))
        )
        titles.append(answer("path")(Evidence(copy)).chart.title)
    assert titles[0] == "After an understanding in Geneva, Brussels finds one in 100 % of runs; without it, in no run"
    assert titles[1] == "After an understanding in Geneva, Brussels finds one in no run; without it, in 100 % of runs"


def test_fans_start_at_the_prior_and_end_where_the_rows_do(evidence, frame):
    """The last belief of every replayed run is the row's, so the fan's end is the percentile of those rows."""
    fan = answer("beliefs_over_time")(evidence).frame
    own = frame[frame["order"] == "Geneva first"]
    for row in fan[fan["step"] == 0].itertuples():
        prior = np.percentile(own.loc[own["type"] == row.type, "good_faith"], (5, 50, 95))
        assert (row.p5, row.p50, row.p95) == pytest.approx(tuple(prior)), row
    for party in ("us", "nato", "ukraine"):
        for kind in ("good_faith", "pretext"):
            last = fan[(fan["party"] == party) & (fan["type"] == kind)].iloc[-1]
            cuts = np.percentile(own.loc[own["type"] == kind, f"belief_{party}"], (5, 25, 50, 75, 95))
            assert last[["p5", "p25", "p50", "p75", "p95"]].to_numpy(float) == pytest.approx(cuts, abs=1e-9)
            assert last["runs"] == (own["type"] == kind).sum()


def test_asks_are_told_inside_a_venue(evidence):
    """Each venue's scale is its own: who does not sit there asks for nothing, and no fall runs from one to the next."""
    found = answer("asks_over_time")(evidence)
    asks = found.frame
    assert set(asks.loc[asks["party"] == "ukraine", "venue"]) == {"vienna"}
    assert "Ukraine" in found.sentences[0] and "in Vienna" in found.sentences[0]
    words = re.search(r"by (\d+) points in (Geneva|Brussels|Vienna)", found.chart.title)
    assert words and f"{words[1]} in {words[2]}" in found.sentences[0]


def test_a_sample_is_the_same_again_and_has_no_row_twice(evidence):
    numbers = sampled(evidence, 50)
    assert numbers == sampled(evidence, 50) and len(set(numbers)) == 50
    assert sampled(evidence, 20) == numbers[:20]
    assert sorted(sampled(evidence, 10**6)) == list(range(240))


def test_rows_found_together_are_those_found_alone(trust):
    """Points with a calendar of their own keep it in points.parquet; those rows too come with their scenario."""
    together = list(read_rows(trust, [200, 3, 90]))
    assert [row.number for row in together] == [3, 90, 200]
    for row in together:
        alone = read_row(trust, row.number)
        assert (alone.changes, alone.index, alone.scenario.hash) == (row.changes, row.index, row.scenario.hash)


def test_the_catalogue_is_what_can_be_asked_for():
    assert set(OWN) <= set(CATALOGUE)
