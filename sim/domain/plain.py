"""Plain values as files and JSON give them: what a mapping or a list turns out to be, told to readers and type checkers."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_mapping(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a plain value is a mapping; its keys are words, as every reader of files here sees to."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether a plain value is a list."""
    return isinstance(value, list)


def is_tuple(value: Any) -> TypeGuard[tuple[Any, ...]]:
    """Whether a plain value is a tuple."""
    return isinstance(value, tuple)
