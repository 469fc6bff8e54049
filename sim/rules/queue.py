"""Swaps in the order in which they are to be made (clause 6.1): a binary heap in arrays that the caller keeps."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.compiled import part


class Queue(NamedTuple):
    """Room for one swap an issue; how many wait in ``heap`` is the caller's to know. I issues."""

    heap: Any  # int64[I], issues; each goes before those at twice its place and one more
    waits: Any  # bool[I], whether an issue has a swap in the heap
    priced: Any  # bool[I], whether the swap of an issue costs its actor anything; free ones go first
    price: Any  # float64[I], smaller goes first, then the lower issue
    option: Any  # int64[I], the option to be taken
    priced_at: Any  # int64[I], after how many swaps an issue's was priced


@part
def goes_before(queue: Queue, i: int, j: int):
    """Whether the swap of issue i goes before that of issue j."""
    if queue.priced[i] != queue.priced[j]:
        return not queue.priced[i]
    if queue.price[i] != queue.price[j]:
        return queue.price[i] < queue.price[j]
    return i < j


@part
def put(queue: Queue, size: int, i: int):
    """Let the swap of issue i wait beside ``size`` others; the new size."""
    at = size
    while at > 0:
        above = (at - 1) // 2
        if not goes_before(queue, i, queue.heap[above]):
            break
        queue.heap[at] = queue.heap[above]
        at = above
    queue.heap[at] = i
    return size + 1


@part
def take(queue: Queue, size: int):
    """Remove the swap that goes first from ``size`` that wait; its issue and the new size."""
    first, moved = queue.heap[0], queue.heap[size - 1]
    size -= 1
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and goes_before(queue, queue.heap[below + 1], queue.heap[below]):
            below += 1
        if not goes_before(queue, queue.heap[below], moved):
            break
        queue.heap[at] = queue.heap[below]
        at = below
    if size > 0:
        queue.heap[at] = moved
    return first, size
