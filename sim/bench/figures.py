"""The figures of ``detente bench``: what each means, how it is measured, and what is missing for it."""

from __future__ import annotations

import datetime
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from sim.bench.apart import NotMeasured, apart, processors
from sim.bench.machine import described, load
from sim.store.extras import installing


@dataclass(frozen=True)
class Figure:
    """One figure of the report: its key, what it says, its unit ("" for a ratio)."""

    key: str
    meaning: str
    unit: str = ""


FIGURES: tuple[Figure, ...] = (
    Figure("january_runs_per_second_one_core", "January 2022, own parameters each, stored, one core", "runs/s"),
    Figure("january_runs_per_second_two_cores", "the same on two cores", "runs/s"),
    Figure("two_cores_over_one", "two cores over one"),
    Figure("replications_per_second_one_core", "January 2022, nothing varied, not stored, one core", "runs/s"),
    Figure("million_runs_seconds", "a million stored runs, two cores", "s"),
    Figure("million_runs_peak_mib", "memory at peak meanwhile", "MiB"),
    Figure("million_runs_played", "runs it was measured on", "runs"),
    Figure("threads_runs_per_second", "stored sweep on two threads", "runs/s"),
    Figure("dask_runs_per_second", "stored sweep on two local Dask workers", "runs/s"),
    Figure("dask_over_threads", "Dask over threads"),
    Figure("negmas_case_per_second", "five parties, new wishes each, our engine", "talks/s"),
    Figure("negmas_case_built_per_second", "the same, a scenario checked and laid out for each", "talks/s"),
    Figure("negmas_per_second", "the same in NegMAS", "talks/s"),
    Figure("negmas_ratio", "ours over NegMAS"),
    Figure("negmas_ratio_built", "ours with a scenario each over NegMAS"),
    Figure("negmas_case_agreement", "share of agreements, ours"),
    Figure("negmas_agreement", "share of agreements, NegMAS, same wishes"),
    Figure("negmas_case_rounds", "rounds to the end, ours", "rounds"),
    Figure("negmas_rounds", "rounds to the end, NegMAS", "rounds"),
    Figure("mesa_run_milliseconds", "one run of January 2022 as a Mesa model", "ms"),
    Figure("batch_run_per_second", "January 2022 through Mesa's batch_run", "runs/s"),
    Figure("replications_over_batch_run", "our replications over batch_run"),
    Figure("run_seconds", "detente run, rules compiled before", "s"),
    Figure("help_seconds", "detente --help", "s"),
    Figure("measures_seconds", "exact measures of five parties", "s"),
    Figure("measures_packages", "packages they are measured over", "packages"),
    Figure("measures_peak_mib", "memory at peak meanwhile", "MiB"),
    Figure("microseconds_a_run", "January 2022 by number of runs", "µs"),
    Figure("microseconds_a_round", "five parties, six issues, by number of rounds", "µs"),
    Figure("microseconds_an_offer", "five parties by issues x options, answers included", "µs"),
    Figure("large_game_milliseconds", "30 parties, 100 issues, 10 rounds, one run", "ms"),
    Figure("large_game_offers", "offers in it", "offers"),
)


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes
    ----------
    repeats
        Timings, of which the median counts.
    runs, million, clustered
        Runs of a timing; of the great one; on a cluster.
    talks, peers
        Negotiations of a timing, of ours and of others.
    large
        Runs of large games.
    """

    repeats: int
    runs: int
    million: int
    clustered: int
    talks: int
    peers: int
    large: int


FULL = Effort(repeats=3, runs=50_000, million=1_000_000, clustered=200_000, talks=10_000, peers=40, large=400)
QUICK = Effort(repeats=1, runs=5_000, million=10_000, clustered=16_384, talks=1_000, peers=5, large=50)


def measure(quick: bool = False, told: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Measure everything, part by part, each in a process of its own.

    Parameters
    ----------
    quick
        Smaller counts and one timing each: seconds instead of minutes, and noisier.
    told
        Called with what is measured next.

    Returns
    -------
    dict
        ``quick``, ``date``, ``machine``, every key of ``FIGURES`` (None where it is not measured) and ``missing`` and
        ``broken``: a line for each reason why, what is not there to measure with and what broke off.
    """
    effort = QUICK if quick else FULL
    found: dict[str, Any] = {
        "quick": quick, "date": datetime.date.today().isoformat(), "machine": described(),
        **{figure.key: None for figure in FIGURES}, "missing": [], "broken": [],
    }  # fmt: skip
    for words, part in PARTS:
        told(words)
        try:
            found |= part(effort, found["missing"])
        except NotMeasured as error:
            found["broken"].append(str(error))
    found["machine"]["load_after"] = load()
    found["two_cores_over_one"] = _ratio(found, "january_runs_per_second_two_cores", "january_runs_per_second_one_core")
    found["dask_over_threads"] = _ratio(found, "dask_runs_per_second", "threads_runs_per_second")
    found["negmas_ratio"] = _ratio(found, "negmas_case_per_second", "negmas_per_second")
    found["negmas_ratio_built"] = _ratio(found, "negmas_case_built_per_second", "negmas_per_second")
    found["replications_over_batch_run"] = _ratio(found, "replications_per_second_one_core", "batch_run_per_second")
    return found


def _ratio(found: dict[str, Any], above: str, below: str) -> float | None:
    return found[above] / found[below] if found[above] and found[below] else None


def _lacks(missing: list[str], module: str, extra: str, what: str) -> bool:
    """Whether a library is missing; if so a line says what is not measured and which command installs it."""
    if importlib.util.find_spec(module) is not None:
        return False
    missing.append(f"{what}: not measured, {module} is not installed; {installing(extra)}")
    return True


def _two(missing: list[str], what: str) -> bool:
    """Whether there are two processors to measure on."""
    if len(processors()) >= 2:
        return True
    missing.append(f"{what}: not measured, this process may use one processor only")
    return False


def _stored(effort: Effort, missing: list[str]) -> dict[str, Any]:
    if _lacks(missing, "pyarrow", "analysis", "Stored runs"):
        return {}
    both = _two(missing, "Two cores")
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(effort.repeats):
        for cores in (1, 2) if both else (1,):
            rates[cores].append(apart("january.stored", cores, runs=effort.runs, workers=cores)["rate"])
    found = {"january_runs_per_second_one_core": median(rates[1])}
    if both:
        great = apart("january.stored", 2, runs=effort.million, workers=2)
        found["january_runs_per_second_two_cores"] = median(rates[2])
        found["million_runs_seconds"] = great["seconds"] * 1_000_000 / effort.million
        found["million_runs_peak_mib"], found["million_runs_played"] = great["peak_mib"], effort.million
    return found


def _clustered(effort: Effort, missing: list[str]) -> dict[str, Any]:
    lacking = _lacks(missing, "distributed", "cluster", "Dask")
    if lacking or importlib.util.find_spec("pyarrow") is None or not _two(missing, "Dask"):
        return {}
    found = apart("january.clustered", 2, runs=effort.clustered, workers=2, repeats=effort.repeats)
    return {"threads_runs_per_second": found["threads"], "dask_runs_per_second": found["cluster"]}


def _alone(effort: Effort, missing: list[str]) -> dict[str, Any]:
    found = apart("january.replications", 1, runs=effort.runs // 5, repeats=effort.repeats)
    counts = [effort.runs // 50, effort.runs // 10, effort.runs // 2]
    growing = apart("january.growing", 1, counts=counts, repeats=effort.repeats)
    return {"replications_per_second_one_core": found["rate"], "microseconds_a_run": growing["microseconds"]}


def _peers(effort: Effort, missing: list[str]) -> dict[str, Any]:
    _lacks(missing, "negmas", "yardstick", "NegMAS")
    talks = apart("peers.five_parties", 1, negotiations=effort.peers, ours=effort.talks, repeats=effort.repeats)
    mesa = apart("peers.mesa_runs", 1, runs=effort.peers, repeats=effort.repeats)
    if mesa["batch"] is None:
        missing.append("batch_run: not measured, this version of Mesa has none")
    return {
        "negmas_case_per_second": talks["rate"],
        "negmas_case_built_per_second": talks["built"],
        "negmas_case_agreement": talks["agreement"],
        "negmas_case_rounds": talks["rounds"],
        "negmas_per_second": talks["negmas"],
        "negmas_agreement": talks.get("negmas_agreement"),
        "negmas_rounds": talks.get("negmas_rounds"),
        "mesa_run_milliseconds": mesa["milliseconds"],
        "batch_run_per_second": mesa["batch"],
    }


def _waited(effort: Effort, missing: list[str]) -> dict[str, Any]:
    found = apart("commands.waits", len(processors()), repeats=effort.repeats)
    return {"run_seconds": found["run"], "help_seconds": found["help"]}


def _grown(effort: Effort, missing: list[str]) -> dict[str, Any]:
    how = {"runs": effort.large, "repeats": effort.repeats}
    sizes = [[12, 4], [50, 4], [100, 4], [50, 8], [50, 16]]
    large = apart("growth.large", 1, parties=30, issues=100, options=4, **{**how, "runs": max(1, effort.large // 50)})
    # 8 · 6 · 10 · 10 · 10 · 5 = 240,000 packages.
    exact = apart("growth.exact", len(processors()), options=[8, 6, 10, 10, 10, 5], repeats=effort.repeats)
    return {
        "microseconds_a_round": apart("growth.rounds", 1, counts=[10, 30, 100, 200], **how)["microseconds"],
        "microseconds_an_offer": apart("growth.offers", 1, sizes=sizes, **how)["microseconds"],
        "large_game_milliseconds": large["milliseconds"],
        "large_game_offers": large["offers"],
        "measures_seconds": exact["seconds"],
        "measures_packages": exact["packages"],
        "measures_peak_mib": exact["peak_mib"],
    }


PARTS: tuple[tuple[str, Callable[[Effort, list[str]], dict[str, Any]]], ...] = (
    ("runs alone", _alone),
    ("NegMAS's case and Mesa", _peers),
    ("how cost grows", _grown),
    ("the command line", _waited),
    ("stored runs", _stored),
    ("Dask", _clustered),
)
