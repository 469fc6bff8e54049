// The projector's page: the step that is shown, fetched anew when it changes.
"use strict";

let seen = $("main").dataset.seen;
const line = new Line("/teacher/live", show);

async function show(page) {
  if (page.debrief && page.debrief.words && page.debrief.shown > 2 && $("words")) $("words").textContent = page.debrief.words;
  const now = page.debrief ? `${page.debrief.shown} ${page.debrief.ready}` : page.stage;
  if (now === seen) return;
  seen = now;
  await renew();
}

async function renew() {
  const answer = await fetch(location.pathname);
  if (!answer.ok) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["steps", "main"]) $(id).replaceWith(made.getElementById(id));
  for (const id of ["back", "next"]) $(id).disabled = made.getElementById(id).disabled;
}

$("back").addEventListener("click", () => line.send({ do: "reveal", back: true }));
$("next").addEventListener("click", () => line.send({ do: "reveal" }));
