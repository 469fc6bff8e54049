// A seat's page. Everything that counts is worked out by the server; this shows it and sends what is pressed.
"use strict";

const brief = JSON.parse($("brief").textContent);
let page = null, received = 0, draft = {}, keeping = null, busy = false;
const line = new Line(`${location.pathname}/live`, show);
const issue = Object.fromEntries(brief.issues.map((one) => [one.id, one]));

const key = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");

/** A party's name, marked where the model plays it; of what is past, where the model did it. */
function party(id, code = false, then = null) {
  const name = brief.parties[id][code ? "code" : "name"];
  const chip = el("span", { class: `party p-${id}`, text: name });
  const simulated = then === null ? page && page.kinds[id] === "simulated" : then;
  return simulated && !code ? el("span", {}, chip, " ", el("span", { class: "tag q", text: "simulated" })) : chip;
}

const chips = (ids) => spread(ids.map((id) => party(id, true)));

function spread(parts) {
  return parts.flatMap((part, at) => (at ? [" ", part] : [part]));
}

/** A figure with the mark of estimates, never parted from it at the end of a line. */
const marked = (figure) => `${brief.sign.replace(" ", "\u00a0")}${figure}`;
const inPoints = (figure) => `${figure} ${figure === 1 ? "point" : "points"}`;

// ---- The draft ---------------------------------------------------------------------------------------------------

function build() {
  $("issues").replaceChildren(...brief.issues.map((one) => {
    const options = one.options.map((option, at) => {
      const input = el("input", { type: "radio", name: one.id, value: at, id: `${one.id}-${at}`, onchange: () => choose(one.id, at) });
      return el("label", { title: option.text }, input, el("span", { text: option.label }), el("i", {}));
    });
    return el("fieldset", { id: `issue-${one.id}` }, el("legend", { text: one.title }), el("div", { class: "options" }, ...options),
      el("p", { class: "worth" }), el("p", { class: "who small" }));
  }));
  $("sheet").replaceChildren(...brief.issues.flatMap((one) => [
    el("tr", { class: "head" }, el("th", { colspan: 2, scope: "rowgroup", text: one.title })),
    ...one.options.map((option, at) => el("tr", {}, el("td", {}, onPaper(one.id, at, option.text), el("b", { id: `mark-${one.id}-${at}` })), el("td", { class: "num", id: `sheet-${one.id}-${at}` }))),
  ]));
}

/** An option with its code on the printed sheets, by which the steps of the sum name it. */
function onPaper(id, at, words) {
  const code = brief.codes[id][at];
  return words.startsWith(code) ? words : `${code}\u00a0${words}`;
}

function choose(id, option) {
  draft = { ...page.draft.package, ...draft, [id]: option };
  clearTimeout(keeping);
  keeping = setTimeout(keep, 60);
  showIssues({ ...page.draft.package, ...draft });
}

async function keep() {
  keeping = null;
  const sent = { ...draft };
  await line.send({ do: "draft", package: sent });
}

function showIssues(chosen) {
  const movable = new Set(page.movable);
  for (const one of brief.issues) {
    const box = $(`issue-${one.id}`), barred = page.barred[one.id] || [], worth = page.worth[one.id];
    box.hidden = !movable.has(one.id) && chosen[one.id] === one.quo;
    one.options.forEach((option, at) => {
      const label = box.querySelectorAll("label")[at], input = label.querySelector("input");
      input.checked = chosen[one.id] === at;
      input.disabled = !movable.has(one.id);
      label.classList.toggle("on", input.checked);
      label.classList.toggle("bad", barred.includes(at));
      const marks = [];
      if (at === one.quo) marks.push("status quo");
      if (barred.includes(at)) marks.push("red line");
      label.querySelector("i").textContent = [inPoints(worth[at]), ...marks].join(" · ");
      $(`mark-${one.id}-${at}`).textContent = marks.length ? ` (${marks.join(", ")})` : "";
      $(`sheet-${one.id}-${at}`).textContent = marked(worth[at]);
    });
    const at = chosen[one.id], best = Math.max(...worth);
    box.querySelector(".worth").replaceChildren(el("b", { text: worth[at] }), ` of ${best}`);
    const needs = at === one.quo ? [] : one.options[at].needs.filter((id) => id !== brief.seat);
    box.querySelector(".who").hidden = !one.options.some((option) => option.needs.length);
    box.querySelector(".who").replaceChildren(...spread([needs.length ? "needs" : "needs no one", ...needs.map((id) => party(id, true))]));
    box.classList.toggle("changed", at !== page.text[one.id]);
  }
}

function showDraft() {
  const d = page.draft, acting = page.legal.includes("offer"), mine = page.turn === brief.seat;
  if (keeping === null) draft = {};
  showIssues({ ...d.package, ...draft });
  $("draft-points").textContent = d.points;
  $("text-points").textContent = page.text_points;
  $("no-deal").textContent = marked(page.no_deal);
  const { rule } = d, all = rule.consents === rule.others.length;
  const needs = [el("b", { text: "Must accept here: " }), ...(all ? chips(rule.others) : [`${rule.consents} of the ${rule.others.length} others`, ...(rule.include.length ? [", with ", ...chips(rule.include)] : [])])];
  if (d.at_the_end.length) needs.push(el("br"), el("b", { text: "May take it back at the end: " }), ...chips(d.at_the_end));
  if (d.unwilling.length) needs.push(el("br"), el("b", { text: `Your members below their no deal or beyond their line: ${d.unwilling.join(", ")}` }));
  if (d.below && d.changed.length) needs.push(el("br"), el("b", { text: "Below your no deal: it would be heard, not answered." }));
  if (d.beyond.length) needs.push(el("br"), el("b", { text: `Beyond your red line: ${d.beyond.map((id) => issue[id].short).join(", ")}` }));
  $("needs").replaceChildren(...(page.present ? needs : []));
  document.body.classList.toggle("over", page.stage !== "lobby" && !page.turn);
  $("offer").disabled = !acting || !d.changed.length || busy || paused();
  $("offer").textContent = acting ? "Offer this" : mine && page.answering ? "Answer the offer first" : "Offer this (not your turn)";
  $("pass").hidden = !page.legal.includes("pass");
  $("pass").disabled = paused();
  $("reset").disabled = !d.changed.length;
}

// ---- Acts --------------------------------------------------------------------------------------------------------

async function act(kind, more = {}) {
  if (busy) return;
  busy = true;
  if (keeping !== null) {
    clearTimeout(keeping);
    await keep();
  }
  $("dialog").close();
  const reply = await line.send({ do: "act", act: kind, version: page.version, key: key(), ...more });
  busy = false;
  if (reply.ok && kind === "offer") draft = {};
  showDraft();
}

function refuse() {
  const first = brief.issues.find((one) => page.offer.beyond.includes(one.short));
  const select = el("select", { id: "over" }, ...brief.issues.map((one) => el("option", { value: one.id, selected: one === first, text: one.title })));
  const why = el("textarea", { id: "why", rows: 3, maxlength: 2000 });
  ask("Refuse", el("p", {}, el("label", { for: "over", text: "Over which issue" }), select),
    el("p", {}, el("label", { for: "why", text: "Why, in your words (the table reads it)" }), why),
    el("p", { class: "acts" }, el("button", { class: "btn main", id: "refuse-now", text: "Send the refusal", onclick: () => act("refuse", { issue: select.value, reason: why.value }) })));
}

function leave() {
  ask("Leave the talks?", el("p", { text: "This ends the venue for everyone at the table." }),
    el("p", { class: "acts" }, el("button", { class: "btn main", text: "Leave the talks", onclick: () => act("walk_out") })));
}

// ---- What the server says ----------------------------------------------------------------------------------------

function show(now) {
  page = now;
  received = performance.now();
  say("");
  showTurn();
  showDraft();
  showTable();
  showTalk();
  showSheet();
  showDebrief();
}

/** What the teacher has shown of the class: fetched when it grows or shrinks. */
let debriefed = "";
async function showDebrief() {
  const now = page.debrief && page.debrief.parts ? `${page.debrief.parts} ${page.debrief.ready}` : "";
  if (now === debriefed) return;
  debriefed = now;
  const box = $("debrief");
  box.hidden = !now;
  if (!now) return box.replaceChildren();
  if (!page.debrief.ready) return box.replaceChildren(el("p", { class: "card q", text: "The class among simulated runs: playing them …" }));
  const answer = await fetch(`${location.pathname}/debrief`);
  if (!answer.ok || now !== debriefed) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  box.replaceChildren(...made.getElementById("shown").children);
}

function showTurn() {
  $("venues").replaceChildren(...brief.venues.map((one) => el("li", { "aria-current": one.id === page.venue ? "step" : null, text: one.id === page.venue ? `${one.title} ${one.dates}` : one.title })));
  $("round").textContent = page.stage === "talks" && page.turn ? `round ${page.round} of ${page.rounds}` : "";
  const mine = page.turn === brief.seat && page.kind === "team" && page.stage === "talks";
  document.body.classList.toggle("mine", mine);
  let words;
  if (page.stage === "lobby") words = ["The talks have not begun. Read your sheet and answer the questions at its end. ", way("To the questions", "sheet", "questions")];
  else if (page.kind !== "team") words = ["The model plays this seat now. ", "Ask your teacher to give it back to your team."];
  else if (page.stage === "debrief") words = ["The talks are over. Answer the questions at the end of your sheet. ", brief.after.length ? way("To the questions", "sheet", "questions") : ""];
  else if (!page.turn) words = ["The talks at this table are over. ", "The debrief follows."];
  else if (mine) words = [el("b", { text: "It is your turn. " }), ...(page.answering ? ["Accept the offer or refuse it. ", way("See the offer", "offers", "offers-title", "narrow")] : []), page.answering ? "" : page.exploratory ? "Make an offer or pass. In this first session offers are heard, not answered." : "Make an offer or pass."];
  else words = [page.present ? "" : "You are not in this room. ", party(page.turn), page.answering ? " is to answer." : " is to speak."];
  if (paused() && page.turn) words = [el("b", { text: "Paused by your teacher. " }), ...words];
  $("turn-words").replaceChildren(...words);
  $("text").textContent = page.text_words;
  $("leave").hidden = !page.legal.includes("walk_out");
  tick();
}

const paused = () => page.stage === "talks" && !page.running;

/** A button to a part of the seat: its tab where there are tabs, and its place on the page. */
function way(words, tab, place, when = "") {
  return el("button", { class: `btn sm ${when}`, text: words, onclick: () => {
    document.querySelector(`nav [data-tab=${tab}]`).click();
    $(place).scrollIntoView({ block: "start" });
  } });
}

function tick() {
  if (!page || !$("clock")) return;
  const left = page.left === null ? null : page.left - (page.running ? (performance.now() - received) / 1000 : 0);
  $("clock").textContent = left === null ? "" : clock(left);
  $("clock-word").textContent = left === null ? "" : left > 0 ? "left" : "over time";
}

function showTable() {
  const mine = page.turn === brief.seat && page.answering && page.legal.length;
  $("offers-count").hidden = !mine;
  const o = page.offer, cards = [];
  $("own-result").replaceChildren(...(page.result ? [resultCard()] : []));
  document.body.classList.toggle("debriefing", page.stage === "debrief");
  if (page.stage === "debrief" && $("main").dataset.tab === "draft") document.querySelector("nav [data-tab=offers]").click();
  if (o && page.turn) {
    const own = o.from === brief.seat, acts = [];
    if (mine) {
      acts.push(el("button", { class: "btn main", id: "accept", disabled: paused(), text: "Accept", onclick: () => act("accept") }), " ",
        el("button", { class: "btn", id: "refuse", disabled: paused(), text: "Refuse…", onclick: refuse }));
    }
    cards.push(el("article", { class: "card offer" }, el("h3", {}, own ? "Your last offer" : party(o.from)),
      el("p", { text: `${o.words[0].toUpperCase()}${o.words.slice(1)}.` }),
      el("p", {}, el("b", { class: "big", text: o.points }), ` points for you · text ${page.text_points} · no deal ${marked(page.no_deal)}`),
      o.beyond.length ? el("p", { class: "warn small" }, el("b", { text: "Beyond your red line: " }), o.beyond.join(", ")) : null,
      acts.length ? el("p", { class: "acts" }, ...acts) : null));
  }
  $("offers").replaceChildren(...cards);
  const heard = page.heard.slice().reverse();
  $("heard").replaceChildren(...heard.flatMap((one, at) => [
    at && heard[at - 1].venue === one.venue ? null : el("li", { class: "q", text: one.venue ? brief.venues.find((venue) => venue.id === one.venue).title : "At the end" }),
    el("li", {}, party(one.who, false, one.simulated), " ", one.words, one.points === null ? "" : ` ${inPoints(one.points)} for you.`, one.reason ? el("q", { text: one.reason }) : null),
  ]).filter((line) => line));
  if (!page.heard.length) $("heard").replaceChildren(el("li", { class: "q", text: "Nothing has happened in your presence yet." }));
}

function resultCard() {
  const r = page.result;
  const rows = (page.table_result || []).map((row) => el("tr", {}, el("th", { scope: "row" }, party(row.party)), el("td", { class: "num", text: row.points }), el("td", { class: "num", text: marked(row.no_deal) })));
  return el("article", { class: "card offer", id: "result" }, el("h3", { text: `Your result: ${inPoints(r.points)}` }),
    el("p", { text: `No deal was worth ${marked(r.no_deal)}. The table ended with: ${r.words} (${r.outcome}).` }),
    rows.length ? el("table", {}, el("thead", {}, el("tr", {}, el("th", { text: "Party" }), el("th", { class: "num", text: "Points" }), el("th", { class: "num", text: "No deal" }))), el("tbody", {}, ...rows)) : null);
}

let told = null, read = null;
function showTalk() {
  const last = JSON.stringify(page.messages.at(-1) || null);
  if (read === null || $("main").dataset.tab === "talk" || page.messages.at(-1)?.seat === brief.seat) read = last;
  $("talk-count").hidden = read === last;
  $("messages").replaceChildren(...page.messages.map((one) => el("li", {}, party(one.seat, false, false), one.to === "team" ? el("span", { class: "q", text: " (team)" }) : null, ` ${one.text}`)));
  if (document.activeElement !== $("notes")) $("notes").value = page.notes;
  const now = [...page.news.map((one) => el("p", {}, el("b", { text: `News: ${one.title}. ` }), one.text)), ...page.broadcasts.map((one) => el("p", {}, el("b", { text: "Teacher: " }), one))];
  const words = now.map((one) => one.textContent);
  $("told").hidden = !words.length;
  if (told !== null && words.join("\n") === told.join("\n")) return;
  $("told").replaceChildren(...now);
  if (told !== null) flash(words.find((one) => !told.includes(one)) || "");
  told = words;
}

/** What came in just now, for those whose page is scrolled past the place where it stays. */
let flashing = null;
function flash(words) {
  clearTimeout(flashing);
  $("fresh").textContent = words;
  $("fresh").hidden = !words;
  flashing = setTimeout(() => { $("fresh").hidden = true; }, 15_000);
}

function showSheet() {
  $("sheet-no-deal").textContent = `${marked(page.no_deal)} points`;
  $("sheet-text").textContent = `${page.text_points} points`;
  $("sheet-kept").hidden = !page.kept;
  $("sums").replaceChildren(...[`Add the points of one option of every issue.${page.rest ? ` Add ${marked(page.rest)} for what is not in play.` : ""}`, ...page.ties].map((words) => el("li", { text: words })));
  $("team").textContent = page.team.join(", ");
  const blocks = [], which = page.stage === "debrief" ? ["after"] : page.stage === "lobby" ? ["quiz", "before"] : ["before"];
  for (const kind of which) brief[kind].forEach((asked, at) => blocks.push(asked.choices.length ? choice(kind, asked, at) : open(kind, asked, at)));
  if ($("questions").contains(document.activeElement)) return;
  $("questions").replaceChildren(...blocks);
}

function choice(kind, asked, at) {
  const id = `${kind}-${at}`, marked = kind === "quiz" && page.quiz[at], { ends } = asked;
  return el("fieldset", { class: ends ? "quiz scale" : "quiz" }, el("legend", { text: ends ? `${asked.text} (1 ${ends[0]}, ${asked.choices.length} ${ends[1]})` : asked.text }),
    ...asked.choices.map((words, number) => el("label", {}, el("input", { type: "radio", name: id, checked: page.answers[id] === number,
      onchange: (event) => { event.target.blur(); line.send({ do: "answer", which: kind, number: at, answer: number }); } }), ` ${words}`)),
    marked ? el("p", { class: "small", role: "status", text: `${marked.right ? "Right." : "Not so."} ${marked.why}` }) : null);
}

function open(kind, asked, at) {
  const id = `${kind}-${at}`, box = el("textarea", { id, rows: 2, maxlength: 2000, onchange: (event) => line.send({ do: "answer", which: kind, number: at, answer: event.target.value }) });
  box.value = page.answers[id] || "";
  return el("p", {}, el("label", { for: id, text: asked.text }), box);
}

// ---- Buttons -----------------------------------------------------------------------------------------------------

build();
setInterval(tick, 500);
$("offer").addEventListener("click", () => act("offer", { package: Object.fromEntries(page.movable.map((id) => [id, { ...page.draft.package, ...draft }[id]])) }));
$("pass").addEventListener("click", () => act("pass"));
$("leave").addEventListener("click", leave);
$("reset").addEventListener("click", () => { draft = {}; line.send({ do: "draft", package: {} }); });
$("invite").addEventListener("click", async () => {
  const reply = await line.send({ do: "invite" });
  if (reply.ok) showLink("Add a device of your team", reply, "Whoever opens this sits in your seat and sees your sheet. Show it to your team alone.");
});
$("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const reply = await line.send({ do: "say", text: $("words").value, to: event.submitter ? event.submitter.value : "table" });
  if (reply.ok) $("words").value = "";
});
$("notes").addEventListener("change", () => line.send({ do: "note", text: $("notes").value }));
for (const button of document.querySelectorAll("[data-tab]:not(main)")) {
  button.addEventListener("click", () => {
    $("main").dataset.tab = button.dataset.tab;
    if (page) showTalk();
    for (const other of document.querySelectorAll("nav [data-tab]")) other.toggleAttribute("aria-current", other === button);
  });
}
