"""Libraries that not every installation has, asked for at the moment of use."""

from __future__ import annotations

import importlib
import shlex
import sys
from pathlib import Path
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
            f"{use} needs {name}, which is not installed; expected {installing(extra)} beforehand."
        ) from None


def installing(extra: str) -> str:
    """The command that installs an extra where this program runs: from its clone, where it runs from one."""
    pip = f"{shlex.quote(sys.executable)} -m pip install"
    here = Path(__file__).parents[2]
    if (here / "pyproject.toml").is_file():
        return f"{pip} -e {shlex.quote(f'{here}[{extra}]')}"
    return f"{pip} 'detente[{extra}]'"
