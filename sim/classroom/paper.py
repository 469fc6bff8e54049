"""A page as PDF, printed by an installed Chromium or Chrome without any network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sim.store.folder import StoreError

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "brave-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)  # fmt: skip
"""Where a browser may be; the variable BROWSER_PATH, which pictures heed too, comes first."""

SECONDS = 120


def browser() -> str:
    """The browser that prints.

    Raises
    ------
    StoreError
        There is none.
    """
    asked = os.environ.get("BROWSER_PATH")
    for name in (asked,) if asked else BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    where = f" (BROWSER_PATH is {asked})" if asked else ""
    raise StoreError(
        f"--pdf: found no browser that prints{where}; expected Chromium or Chrome. The HTML page prints from any browser."
    )


def to_pdf(page: str) -> bytes:
    """Print a page to A4.

    Parameters
    ----------
    page
        HTML that needs nothing beside it.

    Raises
    ------
    StoreError
        No browser, or one that printed nothing.
    """
    program = browser()
    with tempfile.TemporaryDirectory(prefix="detente-") as folder:
        source, target = Path(folder) / "pack.html", Path(folder) / "pack.pdf"
        # On screen and in print dialogs the paper is the reader's choice; here somebody has to choose.
        source.write_text(page.replace("</style>", "@page{size:A4}</style>", 1), encoding="utf-8")
        command = [
            program, "--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
            "--no-first-run", f"--user-data-dir={folder}/profile", "--no-pdf-header-footer", f"--print-to-pdf={target}",
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # As the system's own user a browser does not start in its sandbox; the page has no script and asks no network.
            command.append("--no-sandbox")
        try:
            done = subprocess.run([*command, source.as_uri()], capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StoreError(f"--pdf: {program} printed nothing ({type(error).__name__}); expected a PDF.") from None
        if not target.is_file():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise StoreError(f"--pdf: {program} printed nothing ({said[-1][:160] if said else 'no reason given'}).")
        return target.read_bytes()
