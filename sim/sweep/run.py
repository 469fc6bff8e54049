"""A sweep from its plan to its rows on disk; what is there already is not played twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.store.extras import needed
from sim.store.folder import StoreError
from sim.store.manifest import COMPLETE, differences, read_manifest, study_name
from sim.store.rows import Study
from sim.store.study import StudyWriter
from sim.sweep.executors import on_cluster, on_threads, threads_here
from sim.sweep.plan import Plan


def place_of(plan: Plan, runs: Path = Path("runs")) -> Path:
    """Folder of a study: its name and the hash of everything that fixes it."""
    return runs / study_name(plan.name, plan.effective)


def run_sweep(
    plan: Plan,
    folder: Path | None = None,
    *,
    resume: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
    told: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> Study:
    """Play a study, or the rest of it.

    Parameters
    ----------
    plan
        What to play.
    folder
        Where its rows go; ``place_of(plan)`` where left out.
    resume
        Whether an unfinished study there is gone on with.
    workers
        Threads of this machine; all processors where left out.
    cluster
        Address of a Dask scheduler, instead of threads.
    told
        Called with rows there and rows in all, at the start and after each part.
    stop
        When set, no new part is begun and those in play are left; what is written stays.

    Returns
    -------
    Study
        To read; its ``state`` is "complete", or "interrupted" where ``stop`` came first.

    Raises
    ------
    StoreError
        The folder cannot be used or is full, another process holds it, or it holds something else; the cluster is lost.
    """
    if cluster:
        needed("distributed", "cluster", "--cluster")
    place = folder or place_of(plan)
    if resume and not place.exists():
        _refuse_changed_file(plan, place)
    threads = workers or threads_here()
    how: dict[str, Any] = {"executor": "cluster"} if cluster else {"executor": "threads", "workers": threads}
    asked = stop or threading.Event()
    work = plan.work
    with StudyWriter(
        place, plan.name, plan.effective, work.scenario, work.seed, plan.rows, plan.rows_a_part, work.columns,
        *plan.told(), how, resume=resume, question=plan.question, command=plan.command,
    ) as writer:  # fmt: skip
        missing = writer.missing()
        there = plan.rows - sum(writer.size(first) for first in missing)
        parts = (plan.part(first, writer.size(first)) for first in missing)
        if told:
            told(there, plan.rows)
        played = on_cluster(parts, cluster, asked.is_set) if cluster else on_threads(parts, threads, asked.is_set)
        for first, table in played if missing else ():
            writer.put(first, table)
            there += table.num_rows
            if told:
                told(there, plan.rows)
    return Study(place)


def _refuse_changed_file(plan: Plan, place: Path) -> None:
    """With --resume, an unfinished study of this name but another configuration is most likely this file before a change."""
    for other in sorted(place.parent.glob(f"{plan.name}-????????")):
        try:
            manifest = read_manifest(other)
        except StoreError:
            continue
        unlike = differences(manifest["effective"], plan.effective)
        if manifest.get("state") != COMPLETE and unlike:
            raise StoreError(
                f"{other}: found an unfinished study that is not of this file: {unlike[0]}. Without --resume this file "
                f"begins its own, {place}."
            )
