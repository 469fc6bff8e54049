"""Golden transcripts: what a handful of runs look like, for people to read and for tests to compare.

``make golden`` writes them anew. The transcript is that of the store; below it stand the figures behind every act, to the
sixth decimal. They belong to compiled rules: as plain Python the last bits differ, and near ties with them.
"""

import math
import sys
from pathlib import Path

from sim.compiled import JIT
from sim.model import NegotiationModel
from sim.store import transcript_text

FOLDER = Path(__file__).parent / "golden"

# Scenario, seed, run index; each January run ends in another class.
RUNS = (
    ("january-2022", 0, 0),
    ("january-2022", 1, 0),
    ("january-2022", 7, 0),
    ("january-2022", 30, 0),
    ("january-2022-vienna-first", 20, 0),
    ("two-by-two", 0, 0),
    ("harbour", 3, 0),
    ("camp-david-1978", 0, 0),
    ("cuba-1962", 19, 0),
    ("paris-2015", 9, 0),
)


def place(scenario: str, seed: int, index: int) -> Path:
    """The file of a run."""
    return FOLDER / f"{scenario}-seed-{seed}-index-{index}.md"


def figure(number: float | None) -> str:
    """To the sixth decimal; a dash where nothing was worked out."""
    return "–" if number is None or math.isnan(number) else f"{round(number, 6) + 0.0:.6f}"


def row(*cells: object) -> str:
    """A line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def figures(model: NegotiationModel) -> list[str]:
    """The figures of a finished run, as Markdown tables: its result, its parties, its acts."""
    result, issues = model.result(), model.game.active
    lines = ["## Figures", "", row("result", "value"), row("---", "---")]
    for key in ("type", "payoff", "coercion", "escalation_chance", "joint_gain", "nash_product"):
        value = result[key]
        lines.append(row(key, value if isinstance(value, str) else figure(value)))
    lines += [row(f"insistence {name}", figure(value)) for name, value in result["insistence"].items()]
    lines += [row(f"lines of {name}", ", ".join(held)) for name, held in result["holding"].items()]
    lines += ["", row("party", "utility", "no deal", "gain", "belief"), row("---", *["---:"] * 4)]
    for name, given in result["parties"].items():
        lines.append(row(name, *(figure(given[key]) for key in ("utility", "no_deal", "gain", "belief"))))
    lines += ["", f"Options in the order {', '.join(issues)}.", ""]
    lines += [
        row("act", "round", "party", "what", "options", "worth", "asked", "best"),
        row(*["---"] * 5, *["---:"] * 3),
    ]
    for event in model.transcript():
        what = event.act if event.issue is None else f"{event.act} {event.issue}"
        options = " ".join(map(str, event.package.values()))
        numbers = [figure(value) for value in (event.worth, event.asked, event.top)]
        lines.append(row(event.number, event.round, event.speaker, what, options, *numbers))
    return lines


def text(scenario: str, seed: int, index: int) -> str:
    """The golden transcript of a run."""
    model = NegotiationModel(scenario, seed, index)
    model.run()
    return "\n".join([transcript_text(model), *figures(model)]) + "\n"


def main() -> int:
    """Write every golden transcript; remove those of runs that are no longer listed."""
    if not JIT:
        print("golden: found the compiler switched off; expected compiled rules (unset NUMBA_DISABLE_JIT).")
        return 2
    FOLDER.mkdir(exist_ok=True)
    for old in set(FOLDER.glob("*.md")) - {place(*run) for run in RUNS}:
        old.unlink()
    for run in RUNS:
        place(*run).write_text(text(*run), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
