// A stand-in for WeChat's own script, as far as pages use it to ask for consent to notices: wx.config, wx.ready,
// wx.error and <wx-open-subscribe>. The page's address is taken from the browser, never from the page.
"use strict";
(() => {
  const root = document.currentScript.src.replace(/\/[^/]*$/, "");
  const waiting = { ready: [], error: [] };
  let configured = null;
  let outcome = null;
  let tags = [];

  async function asks(path, more) {
    const body = { ...configured, url: location.href, ...more };
    const answer = await fetch(`${root}/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.json();
  }

  function tell() {
    if (outcome.errMsg !== "config:ok") {
      waiting.error.forEach((one) => one(outcome));
    }
    waiting.ready.forEach((one) => one());
  }

  async function config(given) {
    configured = given;
    tags = given.openTagList ?? [];
    if (!Array.isArray(given.jsApiList) || given.jsApiList.length === 0) {
      outcome = { errMsg: "config:invalid jsApiList" };
    } else {
      try {
        outcome = await asks("config");
      } catch {
        outcome = { errMsg: "config:fail" };
      }
    }
    if (outcome.errMsg !== "config:fail, not in WeChat") tell();
  }

  window.wx = {
    config,
    ready: (one) => (outcome ? one() : waiting.ready.push(one)),
    error: (one) => waiting.error.push(one),
    checkJsApi: () => {},
  };

  class Subscribe extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot || outcome?.errMsg !== "config:ok" || !tags.includes("wx-open-subscribe")) return;
      const inside = this.querySelector("template");
      const tree = this.attachShadow({ mode: "open" });
      tree.append(inside ? inside.content.cloneNode(true) : "");
      tree.addEventListener("click", () => this.opens());
    }

    opens() {
      document.querySelector("[data-wx-window]")?.remove();
      const shown = document.createElement("dialog");
      shown.dataset.wxWindow = "";
      shown.setAttribute("aria-label", "微信的窗口");
      const title = document.createElement("p");
      title.textContent = "演示：允许这个公众号给您发一次通知吗？";
      shown.append(title);
      for (const [label, accepts] of [["允许", true], ["取消", false]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label;
        button.className = accepts ? "btn btn-primary btn-wide" : "btn btn-outline-secondary btn-wide";
        button.addEventListener("click", () => {
          shown.close();
          shown.remove();
          this.says(accepts);
        });
        shown.append(button);
      }
      document.body.append(shown);
      shown.showModal();
    }

    async says(accepts) {
      let answer;
      try {
        answer = await asks("subscribe", { template: this.getAttribute("template"), accepts });
      } catch {
        answer = { errMsg: "subscribe:fail" };
      }
      const name = answer.errMsg === "subscribe:ok" ? "success" : "error";
      this.dispatchEvent(new CustomEvent(name, { detail: answer }));
    }
  }
  customElements.define("wx-open-subscribe", Subscribe);
})();
