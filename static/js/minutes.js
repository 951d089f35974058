// Minutes: what the server reads from the text stands beside it and follows it while one types.

import { isComposing } from "./ime.js";

const READ_WAIT_MS = 600;

class Reading {
  constructor(form) {
    this.form = form;
    this.text = form.elements.body;
    this.panel = document.querySelector("[data-reading]");
    this.shown = this.panel.dataset.reading === "fresh" ? this.text.value : "";
    this.form.querySelector("[data-read-now]")?.setAttribute("hidden", "");
    this.text.addEventListener("input", (event) => {
      if (!isComposing(event)) this.later(READ_WAIT_MS);
    });
    this.text.addEventListener("compositionend", () => this.later(READ_WAIT_MS));
    this.text.addEventListener("paste", () => this.later(0));
    form.addEventListener("restored", () => this.later(0));
    form.elements.notes_file?.addEventListener("change", (event) => {
      if (event.target.files.length) form.requestSubmit(form.querySelector('[name="load"]'));
    });
    this.panel.addEventListener("click", (event) => this.goToLine(event));
    this.showLineButtons();
    if (this.text.value && !this.shown) this.later(0);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.read(), wait);
  }

  async read() {
    const text = this.text.value;
    if (text === this.shown) return;
    this.request?.abort();
    this.request = new AbortController();
    const data = new FormData(this.form);
    data.delete("notes_file");
    this.panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(this.form.dataset.readUrl, { method: "POST", body: data, redirect: "manual", signal: this.request.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      // Rendered by the server from its own template; names and texts are escaped there.
      this.panel.innerHTML = await answer.text();
      this.shown = text;
      this.showLineButtons();
      this.panel.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name === "AbortError") return;
      this.panel.removeAttribute("aria-busy");
      this.form.querySelector("[data-read-now]")?.removeAttribute("hidden");
    }
  }

  showLineButtons() {
    for (const button of this.panel.querySelectorAll("[data-line]")) {
      button.hidden = false;
      button.nextElementSibling.hidden = true;
    }
  }

  /** Marks the line of the text that a row was read from. */
  goToLine(event) {
    const button = event.target.closest("[data-line]");
    if (!button) return;
    const [first, last] = button.dataset.line.split("–").map(Number);
    const lines = this.text.value.split("\n");
    const start = lines.slice(0, first - 1).join("\n").length + (first > 1 ? 1 : 0);
    const end = start + lines.slice(first - 1, last ?? first).join("\n").length;
    this.text.focus();
    this.text.setSelectionRange(start, end);
    const height = this.text.scrollHeight / lines.length;
    this.text.scrollTop = Math.max(0, height * (first - 3));
  }
}

for (const form of document.querySelectorAll("form[data-read-url]")) new Reading(form);
