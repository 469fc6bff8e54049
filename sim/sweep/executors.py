"""Who plays the parts: threads of this machine, or the workers of a Dask cluster. Either way the same function and rows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from sim.store.extras import needed
from sim.store.folder import StoreError
from sim.sweep.work import OtherVersions, Part, Stopped, play_part

if TYPE_CHECKING:
    import pyarrow as pa

Played = Iterator[tuple[int, "pa.Table"]]
"""First row and rows of every part, in the order in which they are ready."""

LOOK = 0.2
"""Seconds after which one looks up from waiting to see whether to stop."""

CONNECTING = 15.0
"""Seconds that a scheduler has to answer, and that a cluster may be without workers."""


class ClusterLost(StoreError):
    """The cluster cannot be reached, or gave up a part; what has been written stays good."""


def threads_here() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def on_threads(parts: Iterator[Part], workers: int, stopping: Callable[[], bool]) -> Played:
    """Play parts on threads: compiled rules let go of the interpreter's lock, so nothing is copied or started anew.

    At most ``workers + 1`` parts are in memory at a time.
    """
    ending = False
    with ThreadPoolExecutor(workers, thread_name_prefix="part") as pool:
        waiting: dict[Any, int] = {}
        try:
            while True:
                while len(waiting) <= workers and not stopping() and (part := next(parts, None)) is not None:
                    waiting[pool.submit(play_part, part, lambda: ending or stopping())] = part.first
                if not waiting:
                    return
                done, _ = wait(waiting, LOOK, FIRST_COMPLETED)
                for future in sorted(done, key=lambda future: waiting[future]):
                    first = waiting.pop(future)
                    try:
                        table = future.result()
                    except Stopped:
                        continue
                    yield first, table
        finally:
            ending = True


def on_cluster(parts: Iterator[Part], address: str, stopping: Callable[[], bool]) -> Played:
    """Play parts on a Dask cluster; a part whose worker dies is played by another one.

    Parameters
    ----------
    address
        Of the scheduler: "tcp://host:8786".

    Raises
    ------
    ClusterLost
        No scheduler or no worker answers, workers have other versions, or a part failed on several workers.
    """
    distributed = needed("distributed", "cluster", "--cluster")
    try:
        client = distributed.Client(address, timeout=CONNECTING)
    except (OSError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise ClusterLost(f"--cluster {address}: found no scheduler that answers ({reason}).") from None
    with client:
        yield from _through(client, address, parts, stopping, distributed)


def _through(
    client: Any, address: str, parts: Iterator[Part], stopping: Callable[[], bool], distributed: Any
) -> Played:
    """Hand parts out, two for each thread of the cluster, and take them back as they are ready."""
    _await_workers(client, address, stopping)
    waiting: dict[Any, int] = {}
    while not stopping():
        room = 2 * max(1, sum(client.nthreads().values()))
        while len(waiting) < room and (part := next(parts, None)) is not None:
            future = client.submit(play_part, part, key=f"rows-{part.first}-{part.work.study['hash']}", pure=False)
            waiting[future] = part.first
        if not waiting:
            return
        try:
            done = distributed.wait(list(waiting), timeout=LOOK, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            if client.status != "running":
                raise ClusterLost(f"--cluster {address}: found the scheduler gone.") from None
            continue
        except distributed.CancelledError:
            raise ClusterLost(f"--cluster {address}: found the scheduler gone.") from None
        for future in sorted(done, key=lambda future: waiting[future]):
            first = waiting.pop(future)
            try:
                rows = _taken(future, address, distributed)
            except TimeoutError:
                # Its worker died with the rows: another one plays the part again, for as long as that takes.
                if client.status != "running" or not client.nthreads():
                    raise ClusterLost(f"--cluster {address}: found no answer to a part in time.") from None
                waiting[future] = first
            else:
                yield first, rows


def _await_workers(client: Any, address: str, stopping: Callable[[], bool]) -> None:
    until = time.monotonic() + CONNECTING
    while not client.nthreads():
        if stopping():
            return
        if time.monotonic() > until:
            raise ClusterLost(f"--cluster {address}: found a scheduler without workers; expected at least one.")
        time.sleep(LOOK)


def _taken(future: Any, address: str, distributed: Any) -> Any:
    """The rows of a part, or what is wrong with the cluster in words.

    Raises
    ------
    TimeoutError
        The rows were there and do not come.
    """
    try:
        return future.result(timeout=CONNECTING)
    except TimeoutError:
        raise
    except OtherVersions as error:
        raise ClusterLost(f"--cluster {address}: {error}.") from None
    except distributed.KilledWorker:
        raise ClusterLost(
            f"--cluster {address}: found that one part ended several workers; is their memory enough?"
        ) from None
    except (OSError, ModuleNotFoundError, distributed.CancelledError) as error:
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        raise ClusterLost(f"--cluster {address}: found no answer to a part ({reason}).") from None
