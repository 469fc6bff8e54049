"""Which files of a folder are the domain and its profiles."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sim.domain.problems import ScenarioError, nearest, shown
from sim.genius.domain import MOST_PARTIES, GeniusFolder, domain_issues, profile
from sim.genius.elements import Element, parsed, read_bytes
from sim.genius.names import apart, readable

MOST_FILES = 100
_ROOTS = "negotiation_template (a domain) or utility_space (a profile)"


def read_folder(folder: Path, chosen: Sequence[str] = ()) -> GeniusFolder:
    """Read a Genius folder: one domain and two or more profiles.

    Parameters
    ----------
    folder
        Holds the domain's XML file and one XML file a profile; files of other kinds are left alone. Paths that are written
        inside the files are never followed.
    chosen
        Names of the profiles to take, in speaking order; all in alphabetical order where empty.

    Raises
    ------
    ScenarioError
        One message: file, path to the element, what was found, what was expected.
    """
    names = _xml_names(folder)
    for number, name in enumerate(chosen):
        if name not in names:
            raise ScenarioError(
                f"--profile: found {shown(name)}; expected the name of an XML file in {folder}.{nearest(name, names)}"
            )
        if name in chosen[:number]:
            raise ScenarioError(f"--profile: found {shown(name)} twice; expected each profile once.")
    roots = {name: _root(folder / name) for name in names}
    domains = [name for name, root in roots.items() if root.tag == "negotiation_template"]
    if len(domains) != 1:
        some = f" ({', '.join(domains[:3])})" if domains else ""
        raise ScenarioError(
            f"{folder}: found {len(domains)} domains{some}; expected one file with <negotiation_template>."
        )
    profiles = list(chosen) or [name for name in names if name not in domains]
    if domains[0] in profiles:
        raise ScenarioError(f"--profile: found {shown(domains[0])}, which is the domain; expected a profile.")
    if not 2 <= len(profiles) <= MOST_PARTIES:
        raise ScenarioError(
            f"{folder}: found {len(profiles)} profiles; expected from 2 to {MOST_PARTIES} beside the domain."
        )
    issues = domain_issues(roots[domains[0]])
    parties = apart([Path(name).stem for name in profiles])
    return GeniusFolder(
        readable(folder.resolve().name) or "Genius domain",
        folder,
        domains[0],
        issues,
        tuple(profile(roots[name], issues, name, party) for name, party in zip(profiles, parties)),
    )


def _xml_names(folder: Path) -> list[str]:
    """Names of the XML files, in alphabetical order."""
    names: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.lower().endswith(".xml"):
                    names.append(entry.name)
                if len(names) > MOST_FILES:
                    raise ScenarioError(
                        f"{folder}: found more than {MOST_FILES} XML files; expected a domain and its profiles."
                    )
    except NotADirectoryError:
        raise ScenarioError(f"{folder}: found a file; expected a folder with a domain and its profiles.") from None
    except ScenarioError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no possible name"
        raise ScenarioError(
            f"{folder}: found no folder that can be read ({reason}); expected a Genius folder."
        ) from None
    for name in names:
        if readable(name) != name:
            raise ScenarioError(
                f"{folder}: found a file name that cannot be shown ({ascii(name)[:60]}); expected a plain one."
            )
    return sorted(names)


def _root(path: Path) -> Element:
    root = parsed(read_bytes(path), str(path))
    if root.tag not in ("negotiation_template", "utility_space"):
        root.wrong(f"<{root.path}>", _ROOTS)
    return root
