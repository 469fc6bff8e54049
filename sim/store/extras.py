"""Libraries that not every installation has, asked for at the moment of use."""

from __future__ import annotations

import importlib
from typing import Any

from sim.store.folder import StoreError


def needed(module: str, extra: str, use: str) -> Any:
    """Import a library of one of the extras.

    Parameters
    ----------
    module
        "pyarrow.parquet".
    extra
        Which extra of the package brings it.
    use
        What it is needed for, in words.

    Raises
    ------
    StoreError
        It is not installed; the text says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        name = module.partition(".")[0]
        raise StoreError(
            f"{use} needs {name}, which is not installed; expected pip install 'detente[{extra}]' beforehand."
        ) from None
