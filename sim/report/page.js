"use strict";
(function () {
  var root = document.documentElement, given = JSON.parse(document.getElementById("figures").textContent);
  var night = matchMedia("(prefers-color-scheme:dark)"), small = matchMedia("(max-width:640px)"), printing = false;
  var button = document.getElementById("theme");
  function theme() { return printing ? "light" : root.dataset.theme || (night.matches ? "dark" : "light"); }
  function draw() {
    button.textContent = theme() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", "Show in " + button.textContent.toLowerCase() + " colours");
    document.querySelectorAll("[data-plot]").forEach(function (place) {
      var picture = given.pictures[place.dataset.plot][theme() + "-" + (small.matches ? "narrow" : "wide")];
      var layout = Object.assign({}, JSON.parse(JSON.stringify(picture.layout)), {template: given.templates[theme()]});
      if (printing) { layout.width = place.clientWidth; layout.autosize = false; }
      Plotly.react(place, picture.data, layout, {displayModeBar: false, responsive: true, doubleClick: false});
    });
  }
  button.addEventListener("click", function () {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    try { localStorage.setItem("detente-theme", root.dataset.theme); } catch (e) {}
    draw();
  });
  var closed = [];
  addEventListener("beforeprint", function () {
    printing = true; root.classList.add("printing"); draw();
    closed = Array.prototype.slice.call(document.querySelectorAll("details.venue:not([open])"));
    closed.forEach(function (part) { part.open = true; });
  });
  addEventListener("afterprint", function () { printing = false; root.classList.remove("printing"); draw(); closed.forEach(function (part) { part.open = false; }); });
  function reveal() {
    var place = location.hash && document.getElementById(location.hash.slice(1)), part = place && place.closest("details");
    if (part) { part.open = true; place.scrollIntoView(); }
  }
  addEventListener("hashchange", reveal);
  var parts = document.querySelector(".parts"), wide = matchMedia("(min-width:1340px)");
  function roomy() { return wide.matches && !parts.classList.contains("folded"); }
  function unfold() { if (parts) { parts.open = roomy(); } }
  if (parts) { parts.addEventListener("click", function (event) { if (event.target.tagName === "A" && !roomy()) { parts.open = false; } }); }
  night.addEventListener("change", draw); small.addEventListener("change", draw); wide.addEventListener("change", unfold);
  unfold(); draw(); reveal();
})();
