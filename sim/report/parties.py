"""The parties of a report: their points as bars, and a computed sentence or two on why each ended there."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup, escape

from sim.figures.asks import no_deal_sign
from sim.figures.chart import counted, in_words, number, opened, signed, whole
from sim.figures.run import Run
from sim.narrate import issue_name
from sim.report.scales import symbol
from sim.report.words import chip, moved

_SHOWN = 0.005
"""An issue that gave or took less than half a point is not named."""


def party_rows(run: Run) -> list[dict[str, object]]:
    """A row for every party: bar, points, change, worth of no deal, and why."""
    rows: list[dict[str, object]] = []
    for party, row in run.record["parties"].items():
        now, floor, sign = whole(row["utility"]), whole(row["no_deal"]), no_deal_sign(run, party)
        rows.append(
            {
                "chip": chip(run, party), "bar": _bar(run, party, now, floor), "now": str(now).replace("-", "−"),
                "change": signed(whole(row["gain"])), "no_deal": f"{sign}{floor}".replace("-", "−"), "why": why(run, party),
            }
        )  # fmt: skip
    return rows


def _bar(run: Run, party: str, now: int, floor: int) -> Markup:
    at = list(run.scenario.parties).index(party)
    x, line = 1.76 * max(0, min(100, now)), 1.76 * max(0, min(100, floor))
    label = f"{run.looks[party].name}: {now} points, no deal {floor}"
    mark = symbol(run.looks[party].symbol, max(7.0, min(169.0, x)), 12.0, 6.0, at, "full")
    return Markup(
        f'<svg class="bar-of" viewBox="0 0 176 24" role="img" aria-label="{escape(label)}">'
        f'<rect class="bed" width="176" height="6" y="9"/><rect class="run p{at}" width="{x:.1f}" height="6" y="9"/>'
        f'<line class="floor" x1="{line:.1f}" x2="{line:.1f}" y1="2" y2="22"/>{mark}</svg>'
    )


def why(run: Run, party: str) -> str:
    """Why a party ended where it did: what moved its points, what it did, and how that compares with no deal."""
    chaired, gained = run.chaired(party), _gained(run, party) if moved(run) else ""
    if chaired and not run.seated(party):
        own = [event for event in run.events if event.speaker == party and event.act == "offer"]
        texts = counted(len({tuple(event.package.values()) for event in own}), "text")
        where = in_words([run.title(name) for name in chaired])
        return ". ".join(part for part in (gained, f"Chaired {where} and tabled {texts}; it has no vote") if part) + "."
    parts = [gained]
    parts.append(_conduct(run, party))
    row = run.record["parties"][party]
    above = whole(row["utility"]) - whole(row["no_deal"])
    if above:
        side = "above" if above > 0 else "below"
        parts.append(f"Ended {counted(abs(above), 'point')} {side} what no deal is worth to it")
    else:
        parts.append("Ended where no deal would leave it")
    return ". ".join(part for part in parts if part) + "."


def _gained(run: Run, party: str) -> str:
    """Which issues gave and took most, and what the ties between issues did to the sum."""
    scenario, t, talk = run.scenario, run.table.t, run.table.talk
    p = list(scenario.parties).index(party)
    changes: dict[str, float] = {}
    for i, issue in enumerate(scenario.active):
        final, quo = run.record["final"][issue], int(t.x0[i])
        changes[issue] = float(talk.worth[p, i, final] - talk.worth[p, i, quo])
    gave = sorted((issue for issue in changes if changes[issue] >= _SHOWN), key=lambda issue: -changes[issue])[:2]
    took = sorted((issue for issue in changes if changes[issue] <= -_SHOWN), key=lambda issue: changes[issue])[:2]
    parts: list[str] = []
    if gave:
        parts.append(f"Gained most on {in_words([issue_name(scenario, issue) for issue in gave])}")
    if took:
        parts.append(f"gave most on {in_words([issue_name(scenario, issue) for issue in took])}")
    tied = whole(run.record["parties"][party]["gain"] - sum(changes.values()))
    if tied:
        removal = party == scenario.challenger and float(talk.edge[p].removal) > _SHOWN
        cause = "Demands left unmet and the price of the threat" if removal else "Ties between issues"
        parts.append(f"{cause} {'added' if tied > 0 else 'took'} {counted(abs(tied), 'point')}")
    return "; ".join(opened(part) if at == 0 else part[:1].lower() + part[1:] for at, part in enumerate(parts))


def _conduct(run: Run, party: str) -> str:
    """What a party did at the table: refused, accepted, left, took back."""
    own = [event for event in run.events if event.speaker == party]
    refused = Counter(event.issue for event in own if event.act == "refuse" and event.issue)
    accepted = sum(event.act == "accept" for event in own)
    parts: list[str] = []
    if refused:
        issue, most = refused.most_common(1)[0]
        over = f" over {issue_name(run.scenario, issue)}" if len(refused) == 1 else ""
        if len(refused) > 1 and most > 1:
            over = f", most often over {issue_name(run.scenario, issue)}"
        parts.append(f"refused {counted(sum(refused.values()), 'offer')}{over}")
    if accepted:
        parts.append(f"accepted {number(accepted)}")
    left = [name for name, row in run.record["venues"].items() if row["walker"] == party]
    if left:
        parts.append(f"left {in_words([run.title(name) for name in left])}")
    backs = [issue_name(run.scenario, event.issue or "") for event in own if event.act == "take_back"]
    if backs:
        parts.append(f"took back {in_words(backs)}")
    if not parts:
        parts.append("answered no offer" if run.seated(party) else "had no seat")
    # A comma inside a part ("…, most often over …") needs another before the "and" that follows it.
    return opened(", and ".join([", ".join(parts[:-1]), parts[-1]]) if "," in "".join(parts[:-1]) else in_words(parts))
