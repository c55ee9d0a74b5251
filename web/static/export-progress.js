// What somebody waits for: an export that is being built shows how far it is; once it is not any more, or another
// person has answered, the page is asked for anew. Without this script the page asks for itself every few seconds.
"use strict";
const LOOK_EACH = 1500;
const building = document.querySelector("[data-polls]");

function show(answer) {
  const bar = building.querySelector("progress");
  if (!bar) {
    return;
  }
  bar.max = Math.max(answer.expected, 1);
  bar.value = answer.done;
  building.querySelector("[data-done]").textContent = answer.done;
  building.querySelector("[data-expected]").textContent = answer.expected;
}

async function look() {
  try {
    if (!document.hidden) {
      const answer = await fetch(building.dataset.polls, { cache: "no-store" });
      const state = answer.status === 200 ? await answer.json() : null;
      if (!state || state.status !== building.dataset.status) {
        location.reload();
        return;
      }
      show(state);
    }
  } catch {
    // Off-line for a moment: the next look may find the service again.
  }
  setTimeout(look, LOOK_EACH);
}

if (building) {
  setTimeout(look, LOOK_EACH);
} else {
  // Another person's yes is waited for.
  setTimeout(() => location.reload(), 20000);
}
