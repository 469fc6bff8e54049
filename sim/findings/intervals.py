"""Intervals of shares and means, 95 %, also where rows hang together.

Whose interval it is depends on the design. Points of a factorial or of a list are fixed: the interval speaks of other draws
at the same points. Points drawn from distributions stand for all that could have been drawn: it speaks of other points and
other draws. Rows that share their draws across points (common random numbers), or their point, are counted together: the
variance is that of sums over whole clusters, by run index, by point, or by both (Cameron, Gelbach and Miller 2011,
doi:10.1198/jbes.2010.07136), and the Wilson interval (1927) takes the number of independent runs that would vary as much
(Korn and Graubard 1998). A space-filling design varies less than independent points: there the interval is a little too wide,
as it is where fixed points differ and rows are independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

if TYPE_CHECKING:
    import pandas as pd

    from sim.findings.evidence import Evidence

LEVEL = 0.95
FIXED = ("factorial", "csv")
"""Designs whose points are meant as they stand."""


@dataclass(frozen=True)
class Clusters:
    """Which rows of a study hang together.

    Attributes
    ----------
    runs
        Rows with the same run index share their draws.
    block
        So many points in a row belong together and were drawn at random; 0 where points are fixed, or each is one row.
    """

    runs: bool = False
    block: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """SQL of every way in which rows hang together."""
        return (("index",) if self.runs else ()) + ((f"point // {self.block}",) if self.block else ())


def clusters_of(evidence: Evidence) -> Clusters:
    """Which rows of a study hang together.

    Drawn points are blocks of one; of Saltelli's and Morris' designs those that were made of one another are a block.
    """
    if evidence.points < 2:
        return Clusters()
    block = block_of(evidence)
    if block == 1 and (evidence.design in FIXED or not (evidence.replications > 1 or evidence.paired)):
        block = 0
    return Clusters(evidence.paired, block)


def block_of(evidence: Evidence) -> int:
    """How many points in a row were drawn together: Saltelli's base points and Morris' trajectories share coordinates."""
    factors = len(evidence.factors)
    if evidence.design == "sobol":
        return 2 * factors + 2 if second_order(evidence) else factors + 2
    return factors + 1 if evidence.design == "morris" else 1


def second_order(evidence: Evidence) -> bool:
    """Whether a Sobol design has the points for second-order indices."""
    return bool(evidence.study.manifest["effective"]["design"].get("sobol", {}).get("second_order"))


def spoken_of(evidence: Evidence) -> str:
    """What the intervals of a study speak of, as a sentence for footers."""
    held = clusters_of(evidence)
    if evidence.points < 2:
        return "Intervals are 95 % (Wilson), over other draws of the same scenario."
    over = "other draws at the same points" if evidence.design in FIXED else "other points and draws of this design"
    shared = " Runs that share their draws count together." if held.runs else ""
    return f"Intervals are 95 %, over {over}.{shared}"


def wilson(share: Any, runs: Any, quantile: Any = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's interval of shares.

    Parameters
    ----------
    share, runs
        Arrays or numbers; runs may be an effective number. Nothing can be said of no runs: NaN.
    quantile
        Of the normal, or of Student's t where the variance behind ``runs`` was estimated; the normal's where left out.
    """
    p, n = np.asarray(share, float), np.asarray(runs, float)
    q = np.asarray(stats.norm.ppf((1 + LEVEL) / 2) if quantile is None else quantile, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1 + q**2 / n
        centre = (p + q**2 / (2 * n)) / scale
        half = q * np.sqrt(np.maximum(p * (1 - p), 0) / n + q**2 / (4 * n**2)) / scale
    # At shares of 0 and 1 rounding must not put an end on the wrong side of the share itself.
    return np.maximum(np.minimum(centre - half, p), 0.0), np.minimum(np.maximum(centre + half, p), 1.0)


def shares(
    evidence: Evidence, events: Mapping[str, str], by: Sequence[str] = (), among: str = "true", table: str = "played"
) -> pd.DataFrame:
    """How often things happen, with intervals.

    Parameters
    ----------
    evidence
        A study.
    events
        Name -> SQL that is true or false of a row of ``played``.
    by
        Columns, or SQL with a name ("point // 2 AS half"), whose every combination gets its own shares.
    among
        SQL of the rows that count.
    table
        Where they stand; another than ``played`` needs the columns point and index too.

    Returns
    -------
    pandas.DataFrame
        Columns: those of ``by``, event, runs, count, share, low, high, effective (independent runs that would say as much).
        Where something never or always happens, or only one cluster was played, there is no variance to estimate, and as
        many runs are counted as there are clusters.
    """
    found = _sums(
        evidence, {name: f"(CASE WHEN {sql} THEN 1 ELSE 0 END)" for name, sql in events.items()}, by, among, table
    )
    p, n, variance, least = (_figures(found[name]) for name in ("mean", "runs", "variance", "least"))
    spread = p * (1 - p)
    clear = (variance > 0) & (spread > 0)
    apart = np.where(clear, spread / np.where(clear, variance, 1.0), least)
    effective = np.clip(apart, np.minimum(least, n), n)
    low, high = wilson(p, effective, _quantile(found["degrees"].to_numpy(float)))
    found = found.assign(count=found["sum"].round().astype("int64"), share=p, low=low, high=high, effective=effective)
    return found[[*_names(by), "event", "runs", "count", "share", "low", "high", "effective"]]


def difference(evidence: Evidence, event: str, one: str, other: str) -> tuple[float, float, float]:
    """By how much more often something happens in some rows than in others, with its interval.

    What the two share (the same draws at two points) is taken into account.

    Parameters
    ----------
    evidence
        A study.
    event
        SQL that is true or false of a row.
    one, other
        SQL of the two kinds of rows; no row is of both.

    Returns
    -------
    tuple
        Difference of the shares, and the ends of its interval.
    """
    sides = [
        f"count(*) FILTER ({side})::DOUBLE AS n{at}, count(*) FILTER (({side}) AND ({event}))::DOUBLE AS s{at}"
        for at, side in enumerate((one, other))
    ]
    asked, held = ", ".join(sides), clusters_of(evidence)
    whole = evidence.ask(f"SELECT {asked} FROM played").iloc[0]
    n, s = (np.array([whole[f"{kind}0"], whole[f"{kind}1"]]) for kind in ("n", "s"))
    if not n.all():
        return np.nan, np.nan, np.nan
    p, degrees = s / n, np.nan
    parts: list[float] = []
    own = float((p * (1 - p) / np.maximum(n - 1, 1)).sum())
    for cluster in held.columns:
        found = evidence.ask(f"SELECT {asked} FROM played WHERE ({one}) OR ({other}) GROUP BY {cluster}")
        k = len(found)
        off = (found["s0"] - p[0] * found["n0"]) / n[0] - (found["s1"] - p[1] * found["n1"]) / n[1]
        parts.append(float((off**2).sum()) * k / (k - 1) if k > 1 else np.inf)
        degrees = np.fmin(degrees, k - 1)
    variance = own if not parts else max(sum(parts) - own * (len(parts) == 2), max(parts))
    half = float(_quantile(np.array([degrees]))[0]) * variance**0.5
    return float(p[0] - p[1]), float(p[0] - p[1] - half), float(p[0] - p[1] + half)


def means(evidence: Evidence, figures: Mapping[str, str], by: Sequence[str] = (), among: str = "true") -> pd.DataFrame:
    """Means with intervals (Student's t over clusters): like ``shares``, with mean in place of count and share."""
    found = _sums(evidence, figures, by, among, "played")
    half = _quantile(found["degrees"].to_numpy(float)) * np.sqrt(found["variance"].to_numpy(float))
    found = found.assign(low=found["mean"] - half, high=found["mean"] + half)
    return found[[*_names(by), "event", "runs", "mean", "low", "high"]]


def _quantile(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Student's quantile by degrees of freedom, the normal's where they are without bound (NaN)."""
    normal = float(stats.norm.ppf((1 + LEVEL) / 2))
    student: NDArray[np.float64] = stats.t.ppf((1 + LEVEL) / 2, np.maximum(np.nan_to_num(degrees, nan=1), 1))
    return np.where(np.isnan(degrees), normal, student)


def _figures(column: pd.Series) -> NDArray[np.float64]:
    return column.to_numpy(float)


def _names(by: Sequence[str]) -> list[str]:
    """What the columns of a grouping are called."""
    return [text.rpartition(" AS ")[2].strip('"') for text in by]


def _sums(evidence: Evidence, values: Mapping[str, str], by: Sequence[str], among: str, source: str) -> pd.DataFrame:
    """Per group and value: runs, sum, mean, the mean's variance, degrees of freedom, fewest clusters."""
    import pandas as pd

    names, held = list(values), clusters_of(evidence)
    tables = [_moments(evidence, values, by, f"{source} WHERE {among}", cluster) for cluster in (*held.columns, None)]
    rows, keys = tables[-1], _names(by)
    out: list[Any] = []
    for at, name in enumerate(names):
        n = rows["n"].to_numpy(float)
        mean = rows[f"s{at}"].to_numpy(float) / n
        # Of rows as if each were a cluster of its own: what clusters by both have in common, and all where there are none.
        own = _variance(rows, at, mean, n, n)
        variance, degrees, least = own, np.full(len(n), np.nan), n
        if held.columns:
            parts: list[Any] = []
            for table in tables[:-1]:
                table = rows[keys].merge(table, on=keys, how="left") if keys else table
                clusters = table["k"].to_numpy(float)
                parts.append(_variance(table, at, mean, n, clusters))
                degrees = np.fmin(degrees, clusters - 1)
                least = clusters if len(parts) == 1 else least * clusters / (least + clusters)
            variance = np.maximum(sum(parts) - own, np.max(parts, axis=0)) if len(parts) == 2 else parts[0]
        out.append(
            rows[keys].assign(
                event=name, runs=rows["n"].astype("int64"), sum=rows[f"s{at}"], mean=mean, variance=variance,
                degrees=degrees, least=least,
            )
        )  # fmt: skip
    return pd.concat(out, ignore_index=True)


def _variance(table: pd.DataFrame, at: int, mean: Any, n: Any, clusters: Any) -> NDArray[np.float64]:
    """Variance of a mean whose runs vary by cluster: that of a ratio of sums; NaN for one cluster."""
    ss, sn, nn = (table[f"{column}{at}" if column != "nn" else "nn"].to_numpy(float) for column in ("ss", "sn", "nn"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(
            clusters > 1, np.maximum(ss - 2 * mean * sn + mean**2 * nn, 0.0) / n**2 * clusters / (clusters - 1), np.nan
        )


def _moments(
    evidence: Evidence, values: Mapping[str, str], by: Sequence[str], rows: str, cluster: str | None
) -> pd.DataFrame:
    """Per group: rows n, clusters k, and over clusters the sums of s, s·s, s·n and n·n, s being the cluster's sum of a value."""
    keys = [f'"{name}"' for name in _names(by)]
    held = ", ".join([*by, *([f"{cluster} AS cluster"] if cluster else [])])
    listed = list(values.values())
    if cluster is None:
        sums = [f"sum({v}) AS s{i}, sum(({v}) * ({v})) AS ss{i}, sum({v}) AS sn{i}" for i, v in enumerate(listed)]
        chosen = ", ".join([*by, "count(*) AS n, count(*) AS nn", *sums])
        return evidence.ask(f"SELECT {chosen} FROM {rows} {_grouped(keys)}")
    inner = ", ".join([held, "count(*)::DOUBLE AS n", *(f"sum({v})::DOUBLE AS s{i}" for i, v in enumerate(listed))])
    sums = [f"sum(s{i}) AS s{i}, sum(s{i} * s{i}) AS ss{i}, sum(s{i} * n) AS sn{i}" for i in range(len(listed))]
    outer = ", ".join([*keys, "count(*) AS k, sum(n) AS n, sum(n * n) AS nn", *sums])
    return evidence.ask(f"SELECT {outer} FROM (SELECT {inner} FROM {rows} GROUP BY ALL) {_grouped(keys)}")


def _grouped(keys: Sequence[str]) -> str:
    return f"GROUP BY {', '.join(keys)} ORDER BY {', '.join(keys)}" if keys else "HAVING count(*) > 0"
