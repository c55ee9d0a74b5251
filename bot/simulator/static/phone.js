// Sends without a reload and keeps the newest bubble in sight. Without it the same forms work by reloading.
"use strict";
(() => {
  let sending = false;

  const part = (id, root = document) => root.getElementById(id);
  // With no bubble yet, what to try stands above and stays in sight.
  const toNewest = () => {
    const isEmpty = document.querySelector("[data-number]") === null;
    window.scrollTo(0, isEmpty ? 0 : document.documentElement.scrollHeight);
  };

  // Only new bubbles are added: a screen reader then reads those alone.
  const addBubbles = (fresh) => {
    const log = part("log");
    const next = part("log", fresh);
    const rows = [...log.querySelectorAll("[data-number]")];
    const last = rows.length ? Number(rows.at(-1).dataset.number) : 0;
    if (log.dataset.phone !== next.dataset.phone || last === 0) {
      log.replaceChildren(...next.children);
      log.dataset.phone = next.dataset.phone;
      return;
    }
    part("newest")?.removeAttribute("id");
    for (const row of next.querySelectorAll("[data-number]")) {
      if (Number(row.dataset.number) > last) log.append(row);
    }
    log.lastElementChild.id = "newest";
  };

  const show = (fresh, focused) => {
    addBubbles(fresh);
    for (const id of ["visitors", "top", "controls"]) part(id).replaceWith(part(id, fresh));
    (part(focused) ?? part("say") ?? part("follow"))?.focus({ preventScroll: true });
    toNewest();
  };

  const send = async (form) => {
    const draft = form.id === "say-form" ? "" : part("say")?.value ?? "";
    const focused = form.id === "say-form" ? "say" : document.activeElement?.id || "log";
    sending = true;
    part("waiting").hidden = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!answer.ok) throw new Error(String(answer.status));
      show(new DOMParser().parseFromString(await answer.text(), "text/html"), focused);
      const box = part("say");
      if (box && draft) box.value = draft;
    } catch {
      window.location.reload();
    } finally {
      sending = false;
    }
  };

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!sending) send(event.target);
  });

  // Enter sends, Shift+Enter begins a new line; not while an input method composes a word.
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "say" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  toNewest();
})();
