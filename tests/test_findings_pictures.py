"""Every picture of what drives outcomes, drawn by a real browser: there is data, a title, units, and no word is cut off."""

import json

import pytest
from made_studies import plain, swept
from plotly.offline import get_plotlyjs

from sim.findings import Evidence
from sim.findings.coding import coding
from sim.findings.discovery import discovery
from sim.findings.pairs import pairs
from sim.findings.phase import phase, phase_of_escalation
from sim.findings.selection import selection
from sim.findings.sensitivity import sensitivity
from sim.findings.tactics import tactics
from sim.findings.tornado import tornado
from sim.look import template

pytestmark = pytest.mark.browser

STUDIES = {
    "grid": """\
scenario: january-2022
factors:
  parties.russia.types.good_faith.probability: {name: good_faith, grid: [0, 1, 7]}
  sanctions.credibility: {grid: [0, 1, 7]}
  red_lines.resolve_challenger: {list: [0.9, 0.5]}
design: factorial
replications: 10
seed: 1
common_random_numbers: yes
""",
    "seats": """\
scenario: january-2022
factors:
  parties.us.tactic: {name: tactic_us, list: [linear, hardliner, relative_tit_for_tat, boulware, conceder]}
  parties.russia.types.good_faith.tactic:
    name: tactic_russia
    list: [linear, hardliner, relative_tit_for_tat, boulware, conceder, micro]
    also: [parties.russia.types.pretext.tactic]
  calendar:
    name: order
    list: [[geneva, brussels, vienna], [vienna, geneva, brussels]]
    labels: [Geneva Brussels Vienna, Vienna Geneva Brussels]
design: factorial
replications: 10
seed: 1
common_random_numbers: yes
""",
    "coded": """\
scenario: january-2022
coding: {only: [parties.russia, outside, sanctions, red_lines, issues.exercises_ground]}
design: {latin_hypercube: {points: 80}}
replications: 10
seed: 1
common_random_numbers: yes
""",
    "sobol": """\
scenario: january-2022
factors:
  sanctions.credibility: {uniform: [0, 1]}
  parties.russia.types.pretext.payoff_mean: {name: payoff_pretext, uniform: [0.4, 0.7]}
  linkages.package.insistence: {uniform: [0, 1]}
design: {sobol: {points: 64}}
replications: 4
seed: 1
common_random_numbers: yes
""",
}

DRAWN = {
    "grid": (sensitivity, tornado, phase, phase_of_escalation, selection),
    "seats": (sensitivity, tornado, pairs, tactics),
    "coded": (sensitivity, tornado, phase, coding, selection),
    "sobol": (sensitivity, tornado, phase_of_escalation),
    "plain": (discovery, selection),
}

PAGE = """<!doctype html><meta charset="utf-8"><style>
body {margin: 0; padding: 16px} figure {margin: 0; min-width: 0} .plot {width: 100%; min-height: 200px}
.many {display: grid; grid-template-columns: repeat(auto-fit, minmax(290px, 1fr)); gap: 8px 16px}
</style><main></main>"""

DRAW = """async ([pictures, paper]) => {
    const place = document.querySelector('main');
    document.body.style.background = paper;
    place.className = pictures.length > 1 ? 'many' : '';
    place.innerHTML = pictures.map(() => '<figure><div class="plot"></div></figure>').join('');
    const plots = [...place.querySelectorAll('.plot')];
    for (const [at, one] of pictures.entries()) await Plotly.newPlot(plots[at], one.data, one.layout, {displayModeBar: false});
}"""

CUT = """() => [...document.querySelectorAll('.plot svg text')].filter(word => {
    const box = word.getBoundingClientRect(), frame = word.closest('.plot').getBoundingClientRect();
    return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
}).map(word => word.textContent)"""

SMALL = """() => [...document.querySelectorAll('.plot svg text')].filter(
    word => word.textContent && parseFloat(getComputedStyle(word).fontSize) < 12).map(word => word.textContent)"""

OVERLAPPING = """() => [...document.querySelectorAll('.plot')].flatMap(plot => {
    const words = [...plot.querySelectorAll('.annotation text')].filter(word => word.textContent.trim());
    const boxes = words.map(word => word.getBoundingClientRect());
    const found = [];
    for (let a = 0; a < boxes.length; a++) for (let b = a + 1; b < boxes.length; b++) {
        const across = Math.min(boxes[a].right, boxes[b].right) - Math.max(boxes[a].left, boxes[b].left);
        const down = Math.min(boxes[a].bottom, boxes[b].bottom) - Math.max(boxes[a].top, boxes[b].top);
        if (across > 3 && down > 4) found.push(words[a].textContent + ' / ' + words[b].textContent);
    }
    return found;
})"""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    found = {name: Evidence(swept(text, tmp_path_factory.mktemp(name))) for name, text in STUDIES.items()}
    return {**found, "plain": Evidence(plain("january-2022", 600, tmp_path_factory.mktemp("plain")))}


def has_units(picture):
    """Shares and chances say per cent, or points; of what, on an axis, at a bar's colours, or in the first words."""
    layout = picture["layout"]
    words = [layout[axis].get("title", {}).get("text", "") for axis in ("xaxis", "yaxis")]
    words += [str(layout[axis].get("ticksuffix", "")) for axis in ("xaxis", "yaxis")]
    words += [str(note["text"]) for note in layout.get("annotations", ())]
    words += [trace.get("colorbar", {}).get("title", {}).get("text", "") for trace in picture["data"]]
    return any("%" in word or "points" in word for word in words)


@pytest.fixture(
    scope="module",
    params=[(1280, "light"), *(pytest.param((390, theme), marks=pytest.mark.slow) for theme in ("light", "dark"))],
)
def page(browser, request):
    """A page of a width, the theme, and what it complained of."""
    width, theme = request.param
    opened, said = browser.new_page(viewport={"width": width, "height": 900}), []
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("console", lambda message: said.append(message.text))
    opened.set_content(PAGE)
    opened.add_script_tag(content=get_plotlyjs())
    yield opened, width, theme, said
    opened.close()


@pytest.mark.parametrize(
    ("study", "answer"),
    [(study, answer) for study, answers in DRAWN.items() for answer in answers],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_pictures_are_whole(evidence, page, study, answer):
    opened, width, theme, said = page
    finding = answer(evidence[study])
    chart = finding.chart
    assert chart is not None, finding.nothing
    assert 10 < len(chart.title) <= 100 and chart.subtitle and chart.footer and chart.rows
    assert all(len(row) == len(chart.head) for row in chart.rows) and len(finding.frame)
    pictures = [panel.figure for panel in chart.panels(theme, narrow=width < 641)]
    assert all(any(len(trace.get("y", ())) for trace in picture["data"]) for picture in pictures)
    if answer not in (tactics, discovery):
        assert all(has_units(picture) for picture in pictures)
    drawn = [{**one, "layout": {**one["layout"], "template": template(theme)}} for one in pictures]
    opened.evaluate(DRAW, [json.loads(json.dumps(drawn, default=float)), "#1C242C" if theme == "dark" else "#FFFFFF"])
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.evaluate(CUT) == []
    assert opened.evaluate(SMALL) == []
    assert opened.evaluate(OVERLAPPING) == []
    assert said == []
