// The preview by the server: beside the text on wide screens, on request elsewhere.

const PREVIEW_MS = 500;
const WIDE = matchMedia("(min-width: 1200px)");

class Preview {
  constructor(form, field, button) {
    Object.assign(this, { form, field, button });
    this.section = form.querySelector("[data-preview]");
    this.body = form.querySelector("[data-preview-body]");
    this.shown = ""; // an empty text needs no request
    field.addEventListener("input", () => this.later());
    WIDE.addEventListener("change", () => this.adapt());
    button?.addEventListener("click", () => this.show(this.section.hidden));
    this.adapt();
  }

  adapt() {
    this.show(WIDE.matches);
  }

  show(isShown) {
    this.section.hidden = !isShown;
    this.button?.setAttribute("aria-pressed", String(isShown));
    if (isShown) this.update();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.update(), PREVIEW_MS);
  }

  async update() {
    if (this.section.hidden || this.field.value === this.shown) return;
    const text = this.field.value;
    this.request?.abort();
    this.request = new AbortController();
    const data = new FormData();
    data.set("body", text);
    data.set("article", this.form.dataset.article ?? "");
    data.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(this.form.dataset.previewUrl, {
        method: "POST",
        body: data,
        redirect: "manual",
        signal: this.request.signal,
      });
      if (answer.ok || answer.status === 422) {
        // Sanitised by the server with the renderer that the saved page uses.
        this.body.innerHTML = await answer.text();
        this.shown = text;
      } else this.body.textContent = this.form.dataset.wordsPreviewFailed;
    } catch (error) {
      if (error.name !== "AbortError") this.body.textContent = this.form.dataset.wordsPreviewFailed;
    }
  }
}

/** Starts the preview of a field. */
export function startPreview(form, field) {
  const button = form.querySelector('[data-tool="preview"]');
  if (form.querySelector("[data-preview]")) new Preview(form, field, button);
}
