// What may already say it, fetched under the title while one types. Saving never waits for it.
import { isComposing } from "./ime.js";

const SIMILAR_MS = 400;

class SimilarTexts {
  constructor(box, title) {
    Object.assign(this, { box, title });
    this.list = box.querySelector("[data-similar-list]");
    this.status = box.querySelector("[data-similar-status]");
    this.shown = title.value.trim();
    title.addEventListener("input", (event) => {
      if (!isComposing(event)) this.later();
    });
    // Chromium sends the last input event of a composition before it ends.
    title.addEventListener("compositionend", () => this.later());
    if (this.shown && !this.list.children.length) this.update();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.title.value.trim() !== this.shown && this.update(), SIMILAR_MS);
  }

  async update() {
    const words = this.title.value.trim();
    this.request?.abort();
    this.request = new AbortController();
    const url = new URL(this.box.dataset.similar, location.href);
    url.searchParams.set("title", words.slice(0, 200));
    url.searchParams.set("kind", this.box.dataset.kind);
    try {
      const answer = await fetch(url, { redirect: "manual", signal: this.request.signal });
      // Escaped and put together by the server, like every page.
      if (answer.ok) this.show(await answer.text(), words);
    } catch (error) {
      if (error.name !== "AbortError") this.show("", words);
    }
  }

  show(html, words) {
    this.shown = words;
    this.list.innerHTML = html;
    this.status.textContent = this.list.querySelector("[data-said]")?.dataset.said ?? "";
  }
}

/** Starts looking for texts near the title of a new text. */
export function watchSimilar(form) {
  const box = form.querySelector("[data-similar]");
  if (box) new SimilarTexts(box, form.elements.title);
}
