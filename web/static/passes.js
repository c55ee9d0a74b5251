// A pass that stays true while it is open: the clock moves by the service's time, not the phone's, and the code is
// replaced before it is over. Without this script the page asks for itself anew every half minute.
"use strict";
const shown = document.querySelector("[data-polls]");
const clock = document.querySelector("[data-clock]");
const code = document.querySelector(".pass-code");
const stale = document.querySelector("[data-stale]");
const each = Number(shown.dataset.each) * 1000;
const lives = Number(shown.dataset.lives || 0) * 1000;
let now = Number(shown.dataset.now || 0);
let since = performance.now();
let renewed = Date.now();
let tag = "";
let waits = 0;

function tick() {
  const here = now + performance.now() - since + Number(shown.dataset.ahead);
  clock.textContent = new Date(here).toISOString().slice(11, 19);
  // By the phone's own clock: the other one may stand still while the phone sleeps.
  const isStale = Math.abs(Date.now() - renewed) > lives;
  stale.hidden = !isStale;
  shown.classList.toggle("is-stale", isStale);
}

function renew(answer) {
  if (answer.state !== shown.dataset.state) {
    location.reload();
    return;
  }
  if (answer.code && code) {
    const side = answer.code.side;
    code.setAttribute("viewBox", `0 0 ${side} ${side}`);
    code.querySelector("rect").setAttribute("width", side);
    code.querySelector("rect").setAttribute("height", side);
    code.querySelector("path").setAttribute("d", answer.code.path);
    now = answer.now;
    since = performance.now();
    renewed = Date.now();
  }
}

async function look() {
  clearTimeout(waits);
  try {
    if (!document.hidden) {
      const headers = tag ? { "If-None-Match": tag } : {};
      const answer = await fetch(shown.dataset.polls, { cache: "no-store", headers });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") || "";
        renew(await answer.json());
      }
    }
  } catch {
    // Off-line for a moment: the next look may find the service again, and until then the page says that it is old.
  }
  clearTimeout(waits);
  waits = setTimeout(look, each);
}

if (clock) {
  tick();
  setInterval(tick, 1000);
}
document.addEventListener("visibilitychange", () => document.hidden || look());
addEventListener("pageshow", (event) => event.persisted && look());
waits = setTimeout(look, each);
