// The teacher's page: every table, the clock, news, the debrief.
"use strict";

const given = JSON.parse($("given").textContent);
let page = null, received = 0;
const reading = new Set();  // tables whose messages are open
const line = new Line("/teacher/live", show);

const party = (id) => el("span", { class: `party p-${id}`, text: given.parties[id] });

function show(now) {
  page = now;
  received = performance.now();
  $("devices").textContent = page.devices;
  const next = page.stages[page.stages.indexOf(page.stage) + 1];
  $("stage").hidden = !next;
  $("stage").textContent = next === "talks" ? "Begin the talks" : "Go to the debrief";
  $("stage").classList.toggle("main", page.stage === "lobby" || page.over);
  const talks = page.stage === "talks";
  $("run").hidden = !talks;
  $("run").textContent = page.running ? "❚❚ Pause all" : "▶ Go on";
  for (const button of document.querySelectorAll("[data-add]")) button.hidden = !talks;
  $("minute").textContent = `minute ${page.minute}`;
  $("plan").replaceChildren(...page.plan.map((step) => el("li", { "aria-current": current(step) ? "step" : null, text: `${step.title} ${step.minutes}′` })));
  $("open").hidden = page.open;
  $("code").hidden = !page.open;
  $("join").replaceChildren(...(page.open ? [el("span", { class: "small q", text: "Join: " }), el("b", { class: "url", text: page.addresses[0].replace("http://", "") }), el("span", { class: "small q", text: " code " }), el("b", { class: "url", text: page.code })] : []));
  showTables();
  showNews();
  showReveal();
}

function showReveal() {
  const off = page.stage !== "debrief";
  $("reveal").replaceChildren(...page.reveals.map((step, at) => el("li", {}, el("span", { text: `${at + 1} ${step.title}` }),
    at < page.shown ? el("span", { class: "acts" }, el("span", { class: "tag", text: "✓ shown" }), at === page.shown - 1 ? el("button", { class: "btn sm", id: "hide", "aria-label": `Hide ${step.title} again`, text: "Hide", onclick: () => line.send({ do: "reveal", back: true }) }) : null)
      : el("button", { class: "btn sm", "aria-label": `Show ${step.title}`, disabled: off || at > page.shown, text: "Show", onclick: () => line.send({ do: "reveal" }) }))));
  $("progress").textContent = page.debrief ? page.debrief.words : "";
}

const current = (step) => (page.stage === "lobby" ? step === page.plan[0] : page.stage === "debrief" ? step === page.plan.at(-1) : page.tables.some((table) => !table.over && table.venue_id === step.venue));

function showTables() {
  // A list that is open in somebody's hand is left alone.
  if (document.activeElement && document.activeElement.tagName === "SELECT" && $("tables").contains(document.activeElement)) return;
  const focused = document.activeElement ? document.activeElement.id : "";
  $("tables").replaceChildren(...page.tables.map(table));
  if (focused && $(focused)) $(focused).focus();
  tick();
}

function table(one) {
  const waits = one.turn && one.seats.find((seat) => seat.party === one.turn).kind === "team";
  const box = el("article", { class: "card tb", "data-table": one.number, "aria-label": `Table ${one.number}` });
  box.append(el("header", {}, el("h2", { text: `Table ${one.number}` }), el("span", { class: "small" }, el("b", { text: one.venue }), one.over ? "" : ` · round ${one.round} of ${one.rounds}`), el("span", { class: "grow" }),
    ...(one.turn ? [el("span", { class: "small", text: one.answering ? "answers " : "speaks " }), party(one.turn), el("b", { class: "ck", "data-left": one.left })] : [])));
  if (waits) box.append(el("p", { class: "alert late", hidden: true }, el("b", { text: "! " }), el("span", { class: "grow" }, "Over time: ", party(one.turn)),
    el("button", { class: "btn sm", id: `force-${one.number}`, text: "Force next", onclick: () => line.send({ do: "force", table: one.number }) })));
  box.append(el("ul", {}, ...one.seats.map((seat) => el("li", {}, party(seat.party),
    el("span", { class: "small", text: held(seat) }),
    seat.kind === "team" && seat.names.length && !seat.connected ? el("span", { class: "tag warn", text: "away" }) : null,
    el("select", { class: "btn sm", id: `kind-${one.number}-${seat.party}`, "aria-label": `${given.parties[seat.party]} at table ${one.number}`, onchange: (event) => { event.target.blur(); line.send({ do: "kind", table: one.number, seat: seat.party, kind: event.target.value }); } },
      ...["team", "simulated"].map((kind) => el("option", { value: kind, selected: kind === seat.kind, text: kind }))),
    el("button", { class: "btn sm", id: `link-${one.number}-${seat.party}`, text: "Link…", "aria-label": `New link for ${given.parties[seat.party]} at table ${one.number}`, onclick: () => newLink(one, seat) })))));
  box.append(el("p", { class: "small" }, el("span", { class: "q", text: "Text: " }), one.text, ". ", ...(one.last ? [party(one.last.who), one.last.kind === "simulated" ? " (simulated) " : " ", `${one.last.words}.`] : [])));
  if (one.messages.length) box.append(talk(one));
  box.append(el("footer", {}, one.outcome ? el("span", { class: `ochip oc ${one.outcome_id.replaceAll("_", "-")}`, text: one.outcome }) : null, one.now ? prospect(one.now) : null, el("span", { class: "small q", text: `${one.moved} of ${one.issues} issues moved` }), el("span", { class: "grow" }),
    waits ? el("button", { class: "btn sm early", id: `next-${one.number}`, text: "Force next", onclick: () => line.send({ do: "force", table: one.number }) }) : null,
    one.undo ? el("button", { class: "btn sm", id: `undo-${one.number}`, text: "Undo last step", onclick: () => line.send({ do: "undo", table: one.number }) }) : null));
  return box;
}

/** Who holds a seat; a team whose seat the model plays is still there and may want it back. */
function held(seat) {
  const names = seat.names.join(", ");
  if (seat.kind === "simulated") return names ? `played by the model; ${names} watch${seat.names.length > 1 ? "" : "es"}` : "played by the model";
  return names || "nobody yet";
}

/** What was said at the table; it stays open when the page is made anew. */
function talk(one) {
  const box = el("details", { class: "small", open: reading.has(one.number), ontoggle: () => reading[box.open ? "add" : "delete"](one.number) }, el("summary", { text: `Said at the table: ${one.messages.length === 8 ? "the last " : ""}${one.messages.length}` }),
    el("ol", {}, ...one.messages.map((said) => el("li", {}, party(said.seat), " ", el("q", { text: said.text })))));
  return box;
}

/** What the text on the table would come to; points of every seat on request. */
function prospect(now) {
  const back = now.back.length ? ` · taken back: ${now.back.map((one) => `${one.issues.join(", ")} (${given.parties[one.party]})`).join("; ")}` : "";
  return el("p", { class: "small now-of" }, el("span", { class: "q", text: "If it ended now: " }), el("span", { class: `ochip oc ${now.outcome_id.replaceAll("_", "-")}`, text: now.outcome }), " ",
    ...Object.entries(now.points).flatMap(([id, worth]) => [el("span", { class: `party p-${id}`, text: given.codes[id] }), ` ${worth} `]), el("span", { class: "q", text: back }));
}

async function make(one, seat) {
  const reply = await line.send({ do: "link", table: one.number, seat: seat.party });
  if (reply.ok) showLink(`Table ${one.number}, ${given.parties[seat.party]}`, reply, `This link gives this seat. ${page.open ? "Scan it, or type the address." : "Open to the classroom first: until then it works on this machine alone."}`);
}

function newLink(one, seat) {
  if (!seat.names.length) return make(one, seat);
  ask("A new link?", el("p", { text: `The old link ends, and ${seat.names.join(", ")} must take the seat again with the new one.` }),
    el("p", { class: "acts" }, el("button", { class: "btn main", text: "Make a new link", onclick: () => make(one, seat) })));
}

function showNews() {
  $("news").replaceChildren(...page.news.map((one) => el("li", {}, el("div", {}, el("b", { text: one.title }), el("span", { class: "small q", text: one.changes.join("; ") })),
    one.sent ? el("span", { class: "tag", text: "✓ sent" }) : el("button", { class: "btn sm", disabled: page.stage !== "talks", text: "Send…", "aria-label": `Send the news: ${one.title}`, onclick: () => sendNews(one) }))));
  if (!page.news.length) $("news").replaceChildren(el("li", { class: "q small", text: "This lesson has no news." }));
}

/** Asks back: news reaches every table at once and cannot be taken back. */
function sendNews(one) {
  ask("Send this news?", el("p", {}, el("b", { text: one.title })), el("p", { text: "Every table reads it at once, and it cannot be taken back. Its figures count from each table’s next venue on." }),
    el("p", { class: "acts" }, el("button", { class: "btn main", id: "send-news", text: "Send to all tables", onclick: () => { $("dialog").close(); line.send({ do: "news", name: one.name }); } })));
}

function tick() {
  if (!page) return;
  for (const box of document.querySelectorAll("[data-left]")) {
    const left = Number(box.dataset.left) - (page.running ? (performance.now() - received) / 1000 : 0);
    box.textContent = clock(left);
    const late = box.closest("article").querySelector(".late");
    if (late) {
      late.hidden = left > 0;
      box.closest("article").classList.toggle("al", left <= 0);
      box.closest("article").querySelector(".early").hidden = left <= 0;
    }
  }
}

setInterval(tick, 500);
$("stage").addEventListener("click", () => {
  const next = page.stages[page.stages.indexOf(page.stage) + 1];
  const go = () => { $("dialog").close(); line.send({ do: "stage", to: next }); };
  const words = next === "talks" ? "Seats that nobody has taken are played by the model; you can give them to a team later. A table that nobody has taken plays itself to its end at once." : page.over ? "No more acts can be taken." : "Some tables are not done; they stay as they are.";
  ask($("stage").textContent, el("p", { text: words }), el("p", { class: "acts" }, el("button", { class: "btn main", id: "go", text: $("stage").textContent, onclick: go })));
});
$("run").addEventListener("click", () => line.send({ do: "clock", run: !page.running }));
for (const button of document.querySelectorAll("[data-add]")) button.addEventListener("click", () => line.send({ do: "add", seconds: Number(button.dataset.add) }));
$("open").addEventListener("click", async () => {
  const reply = await line.send({ do: "open" });
  if (!reply.ok) ask("Not opened", el("p", { text: reply.why }));
});
$("code").addEventListener("click", () => {
  const url = `${page.addresses[0]}/join`;
  ask("Join", el("p", { class: "huge", text: page.code }), el("img", { class: "qr", src: page.qr, alt: "QR code of the address" }), el("p", { class: "url", text: url }),
    ...page.addresses.slice(1).map((other) => el("p", { class: "small q", text: `or ${other}/join` })),
    el("p", { class: "small q", text: "A device that finds nothing: is it in the same Wi-Fi? Guest networks often keep devices apart, and a firewall on this machine may need to let the port in." }),
    el("p", {}, el("button", { class: "btn sm", id: "shut", text: "Close to the network", title: "Devices wait until you open it again", onclick: () => { $("dialog").close(); line.send({ do: "close" }); } })));
});
$("broadcast").addEventListener("submit", async (event) => {
  event.preventDefault();
  const reply = await line.send({ do: "broadcast", text: $("words").value });
  if (reply.ok) $("words").value = "";
});
$("delete").addEventListener("click", () => {
  const go = async () => { $("dialog").close(); await line.send({ do: "delete", code: page.code }); };
  ask("Delete this class?", el("p", { text: "Everything that was kept of it goes for good: names, acts, messages, answers. Every page ends, and so does the program. Exports that you have downloaded stay where they are." }),
    el("p", { class: "acts" }, el("button", { class: "btn main", id: "delete-now", text: "Delete for good", onclick: go })));
});
