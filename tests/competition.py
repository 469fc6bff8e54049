"""Two domains of the automated negotiation competitions as figures, and what was published and counted of them."""

from __future__ import annotations

# Per party and issue: weight and evaluations in option order; an evaluation counts as its share of the largest.
LAPTOP = {
    "buyer": {
        "laptop": (0.4452125771655631, (12, 20, 30)),
        "disk": (0.37808251708013424, (30, 20, 9)),
        "monitor": (0.1767567099260568, (30, 10, 20)),
    },
    "seller": {
        "laptop": (0.37808251708013424, (12, 30, 20)),
        "disk": (0.1767567099260568, (20, 30, 9)),
        "monitor": (0.4452125771655631, (3, 2, 1)),
    },
}
ITEX_CYPRESS = {
    "itex": {
        "price": (0.28812635027374, (30, 20, 10, 5, 1)),
        "delivery": (0.1915290482981283, (1, 20, 10, 5)),
        "payment": (0.24212575877553694, (10, 25, 1)),
        "returns": (0.2782188426525948, (1, 30, 5)),
    },
    "cypress": {
        "price": (0.4700166576535899, (1, 10, 25, 33, 40)),
        "delivery": (0.1220816713696379, (1, 10, 19, 25)),
        "payment": (0.17727008190772825, (15, 6, 1)),
        "returns": (0.2306315890690439, (20, 7, 1)),
    },
}

# Outcomes, mean utility, efficient points, Nash point, egalitarian point, each to four digits. Baarslag, Hindriks & Jonker
# 2014, doi:10.1016/j.dss.2013.05.021, Table 3, print two digits: .67; 1.00, .82; .87, .87 and .48; .72, .67; .72, .67. What
# they call Kalai–Smorodinsky, disagreement at 0, is the egalitarian point here. The printed .82 rounds .8151.
DOMAINS = {
    "laptop": (LAPTOP, 27, 0.6727, 4, (1.0, 0.8151), (0.874, 0.874)),
    "itex-cypress": (ITEX_CYPRESS, 180, 0.4790, 18, (0.7215, 0.6705), (0.7215, 0.6705)),
}
