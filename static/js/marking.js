// Customers' words: a selected sentence becomes a voice, while one writes the touch and afterwards
// on its page; by mouse, finger or keyboard. Near themes are proposed by the server.

const MARK_WAIT_MS = 150;

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function proposedThemes(address, quote) {
  const url = new URL(address, location.href);
  url.searchParams.set("quote", quote.slice(0, 600));
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : { themes: [], topics: [] };
  } catch (error) {
    console.info("Themes cannot be proposed now.", error);
    return { themes: [], topics: [] };
  }
}

/** While writing: the marks live in one hidden field, as JSON, and are shown under the text. */
class MarkedText {
  constructor(box) {
    this.box = box;
    this.words = box.dataset;
    this.text = box.querySelector("textarea");
    this.field = box.querySelector("input[name=voices]");
    this.kinds = box.querySelector("template[data-kinds]");
    this.button = make("button", { type: "button", className: "btn btn--s", textContent: this.words.wordsMark, hidden: true });
    this.list = make("ul", { className: "marks", hidden: true });
    this.list.setAttribute("aria-label", this.words.wordsList);
    this.status = make("p", { className: "vh" });
    this.status.setAttribute("role", "status");
    this.text.after(this.button, this.list, this.status);
    this.button.addEventListener("mousedown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => this.mark());
    for (const name of ["select", "keyup", "mouseup", "touchend"]) this.text.addEventListener(name, () => this.look());
    document.addEventListener("selectionchange", () => document.activeElement === this.text && this.look());
    // A form that was put back from this browser's copy shows its marks again.
    this.field.form.addEventListener("restored", () => this.draw());
    this.draw();
  }

  get marks() {
    try {
      const marks = JSON.parse(this.field.value || "[]");
      return Array.isArray(marks) ? marks : [];
    } catch {
      return [];
    }
  }

  set marks(marks) {
    this.field.value = marks.length ? JSON.stringify(marks) : "";
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  get chosen() {
    return this.text.value.slice(this.text.selectionStart, this.text.selectionEnd).trim();
  }

  look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.button.hidden = !this.chosen;
    }, MARK_WAIT_MS);
  }

  async mark() {
    const quote = this.chosen;
    this.button.hidden = true;
    if (!quote || this.marks.some((mark) => mark.quote === quote)) return;
    this.marks = [...this.marks, { quote, kind: "request", theme: null }];
    this.draw();
    this.status.textContent = this.words.wordsMarked;
    this.list.lastElementChild.querySelector("select").focus();
    const { themes } = await proposedThemes(this.words.propose, quote);
    this.known = { ...this.known, [quote]: themes };
    if (themes.length) this.draw(this.marks.length - 1);
  }

  change(index, changes) {
    this.marks = this.marks.map((mark, place) => (place === index ? { ...mark, ...changes } : mark));
  }

  draw(focused) {
    const { marks } = this;
    this.list.hidden = !marks.length;
    this.list.replaceChildren(...marks.map((mark, index) => this.row(mark, index)));
    if (focused !== undefined) this.list.children[focused]?.querySelector("select")?.focus();
  }

  row(mark, index) {
    const kind = make("select", { className: "input input--s" }, this.kinds.content.cloneNode(true));
    kind.setAttribute("aria-label", this.words.wordsKind);
    kind.value = mark.kind;
    kind.addEventListener("change", () => this.change(index, { kind: kind.value }));
    const theme = make("select", { className: "input input--s" }, new Option(this.words.wordsNone, ""));
    theme.setAttribute("aria-label", this.words.wordsTheme);
    const known = this.known?.[mark.quote] ?? [];
    theme.append(...known.map((one) => new Option(one.title, one.id)));
    if (mark.theme && !known.some((one) => one.id === mark.theme)) theme.append(new Option(mark.title ?? String(mark.theme), mark.theme));
    theme.value = mark.theme ?? "";
    theme.addEventListener("change", () => this.change(index, { theme: Number(theme.value) || null, title: theme.selectedOptions[0].text }));
    const remove = make("button", { type: "button", className: "linkbtn quiet", textContent: this.words.wordsRemove });
    remove.addEventListener("click", () => {
      this.marks = this.marks.filter((_, place) => place !== index);
      this.draw();
      this.text.focus();
    });
    return make("li", { className: "marks__one" }, make("p", { className: "voice", textContent: mark.quote }), make("div", { className: "marks__how" }, kind, theme, remove));
  }
}

/** On the touch's page: the selection goes into the form under the text. */
class QuotedText {
  constructor(text) {
    this.text = text;
    this.fold = document.querySelector("[data-voice]");
    this.field = this.fold?.querySelector("textarea[name=quote]");
    this.bar = document.querySelector("[data-quote-bar]");
    if (!this.field || !this.bar) return;
    const button = this.bar.querySelector("button");
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => this.take());
    document.addEventListener("selectionchange", () => this.look());
    this.field.addEventListener("change", () => this.propose());
  }

  look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const selection = document.getSelection();
      const isInside = selection?.anchorNode && this.text.contains(selection.anchorNode) && this.text.contains(selection.focusNode);
      const chosen = isInside ? selection.toString().trim() : "";
      if (chosen) this.chosen = chosen;
      // The button stays while one moves to it by keyboard.
      if (chosen || !this.bar.contains(document.activeElement)) this.bar.hidden = !chosen;
    }, MARK_WAIT_MS);
  }

  take() {
    this.field.value = this.chosen;
    this.fold.open = true;
    this.bar.hidden = true;
    this.fold.querySelector("input[name=kind]").focus();
    this.propose();
  }

  async propose() {
    const line = this.fold.querySelector("[data-proposals]");
    const select = this.fold.querySelector("select[name=theme]");
    const { themes } = await proposedThemes(this.fold.dataset.propose, this.field.value);
    const chips = themes.map((theme) => {
      const chip = make("button", { type: "button", className: "chip chip--s", textContent: theme.title });
      chip.addEventListener("click", () => {
        select.value = theme.id;
        for (const other of chips) other.classList.toggle("chip--on", other === chip);
      });
      return chip;
    });
    line.replaceChildren(make("span", { className: "quiet", textContent: line.dataset.words }), ...chips);
    line.hidden = !chips.length;
  }
}

for (const box of document.querySelectorAll("[data-marking]")) new MarkedText(box);
for (const text of document.querySelectorAll("[data-quotable]")) new QuotedText(text);
