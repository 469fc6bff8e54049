// The line to the server: pages come in, what is asked goes out; it comes back by itself.
"use strict";

/** An element with text, attributes and children; text is never read as markup. */
function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const $ = (id) => document.getElementById(id);

/** Seconds as minutes and seconds. */
function clock(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** A dialog with a title, contents and its buttons; closes with Escape. */
function ask(title, ...contents) {
  const close = el("button", { class: "btn", text: "Close", onclick: () => $("dialog").close() });
  $("dialog-title").textContent = title;
  $("dialog-body").replaceChildren(...contents, el("p", { class: "acts" }, close));
  if (!$("dialog").open) $("dialog").showModal();
}

/** Shows a link and its code to be scanned. */
function showLink(title, reply, words) {
  ask(title, el("p", { class: "small", text: words }), el("img", { src: reply.qr, alt: "QR code of the link", class: "qr" }), el("p", { class: "url", text: reply.url }));
}

class Line {
  constructor(path, show) {
    this.path = path;
    this.show = show;
    this.next = 1;
    this.waiting = new Map();
    this.pause = 500;
    this.connect();
  }

  state(words, away) {
    $("line").textContent = words;
    document.body.classList.toggle("away", away);
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}${this.path}`);
    this.socket.onopen = () => {
      this.pause = 500;
      this.state("connected", false);
      for (const { message } of this.waiting.values()) this.socket.send(message);
    };
    this.socket.onmessage = (event) => {
      const got = JSON.parse(event.data);
      if (got.gone) {
        this.over = true;
        this.state("ended", true);
        say(got.gone);
      } else if (got.page) this.show(got.page);
      else if (this.waiting.has(got.id)) {
        const { done } = this.waiting.get(got.id);
        this.waiting.delete(got.id);
        done(got);
      }
    };
    this.socket.onclose = (event) => {
      if (this.over || event.code === 4410) {
        document.body.classList.add("ended");
        document.querySelector(".bar").after($("refused"));
        for (const part of document.querySelectorAll("main, dialog, nav, .now, .told, #own-result, #debrief")) part.remove();
        return;
      }
      if (event.code === 4401) {
        this.state("not seated", true);
        say("This device has no seat here any more. Ask your teacher for a new link.");
        return;
      }
      this.state("Reconnecting. Your draft is kept.", true);
      setTimeout(() => this.connect(), this.pause);
      this.pause = Math.min(4000, this.pause * 1.6);
    };
  }

  /** Asks for something; what was sent while the line was down is sent again, and counts once. */
  send(what) {
    const id = this.next++;
    const message = JSON.stringify({ id, ...what });
    return new Promise((done) => {
      this.waiting.set(id, { message, done });
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message);
    }).then((reply) => {
      say(reply.ok ? "" : reply.why);
      return reply;
    });
  }
}

/** Says why something was refused, or clears it. */
function say(words) {
  $("refused").textContent = words;
  $("refused").hidden = !words;
}
