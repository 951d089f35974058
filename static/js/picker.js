// A text field that proposes (ARIA combobox with a list): <div data-suggest="/address">field</div>;
// the address answers ?q=… with [{id, name, why}]. Without it, or without script, one types.
import { isComposing } from "./ime.js";

const PICK_WAIT_MS = 120;
let pickerCount = 0;

function part(className, text) {
  return Object.assign(document.createElement("span"), { className, textContent: text });
}

/** The list under a text field: shows what the address proposes and says what was chosen. */
export class Picker {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=text], input:not([type])");
    this.items = [];
    this.active = -1;
    this.asked = 0;
    this.list = Object.assign(document.createElement("div"), { id: `picker-${++pickerCount}`, className: "suggestions suggestions--form", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels[0]?.firstChild?.textContent.trim() ?? "");
    this.input.after(this.list);
    this.input.parentElement.classList.add("pickable");
    this.prepare();
  }

  prepare() {
    const { input, list } = this;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.addEventListener("input", () => this.changed());
    input.addEventListener("compositionend", () => this.ask());
    input.addEventListener("focus", () => this.ask());
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.onKey(event));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.onClick(event));
  }

  /** What is being typed now. */
  get words() {
    return this.input.value.trim();
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PICK_WAIT_MS);
  }

  async ask() {
    clearTimeout(this.timer);
    const mine = ++this.asked;
    const { words } = this;
    this.request?.abort();
    this.request = new AbortController();
    const url = new URL(this.box.dataset.suggest, location.href);
    url.searchParams.set("q", words.slice(0, 200));
    try {
      const answer = await fetch(url, { signal: this.request.signal, headers: { Accept: "application/json" } });
      const items = answer.ok ? await answer.json() : [];
      if (mine === this.asked && words === this.words) this.show(this.withExtras(items, words));
    } catch (error) {
      // No network: what is typed is looked up by the server when the form arrives.
      if (error.name !== "AbortError") this.show([]);
    }
  }

  withExtras(items) {
    return items;
  }

  show(items) {
    this.items = items;
    this.list.replaceChildren(...items.map((item, index) => this.option(item, index)));
    this.mark(-1);
    if (items.length && document.activeElement === this.input) this.open();
    else this.close();
  }

  option(item, index) {
    const option = Object.assign(document.createElement("div"), { id: `${this.list.id}-${index}`, className: "suggestion suggestion--pick" });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(part("suggestion__title", item.label ?? item.name), part("suggestion__sub", item.why ?? ""));
    return option;
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  mark(index) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.list.children[index];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  onKey(event) {
    if (isComposing(event)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.items.length) return;
      event.preventDefault();
      if (this.list.hidden) this.open();
      const count = this.items.length + 1;
      this.mark(((this.active + 1 + (event.key === "ArrowDown" ? 1 : -1) + count) % count) - 1);
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      event.preventDefault();
      this.choose(this.items[this.active]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  onClick(event) {
    const option = event.target.closest(".suggestion");
    if (option) this.choose(this.items[[...this.list.children].indexOf(option)]);
  }

  /** Takes what was proposed into the field. */
  choose(item) {
    this.put(item.name);
    this.close();
  }

  put(value) {
    this.input.value = value;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
