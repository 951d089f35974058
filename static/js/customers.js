// The touch form: templates, and the next action read from the text; copying a draft.
import { isComposing } from "./ime.js";

const READ_WAIT_MS = 400;
const NEXT_LINE = /^[\s\-・*→■●★]*(?:次回|次アクション|ネクストアクション|次にやること|to\s?do)/i;

/** A chip puts its questions into the text; what is written stays. */
function insertTemplate(event) {
  const chip = event.target.closest("[data-template]");
  if (!chip || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  const text = document.querySelector(".touch-form textarea[name=text]");
  const before = text.value.trimEnd();
  text.value = before ? `${before}\n${chip.dataset.template}` : chip.dataset.template;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
  const end = text.value.indexOf("\n", before.length + 1);
  text.setSelectionRange(end < 0 ? text.value.length : end, end < 0 ? text.value.length : end);
}

/** Fills the next action from a line 「次回 12/3 見積送付 @佐藤」, as long as nobody typed one. */
class NextReader {
  constructor(box) {
    this.box = box;
    const { form } = box;
    this.text = form.elements.text;
    this.fields = { text: form.elements.next_text, due_on: form.elements.next_on, person: form.elements.next_person };
    this.read = {};
    this.note = Object.assign(document.createElement("p"), { className: "hint", hidden: true, textContent: box.dataset.wordsRead });
    this.note.setAttribute("role", "status");
    box.append(this.note);
    this.text.addEventListener("input", (event) => {
      if (!isComposing(event)) this.changed();
    });
    this.text.addEventListener("compositionend", () => this.changed());
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), READ_WAIT_MS);
  }

  async look() {
    const line = this.text.value.split("\n").find((one) => NEXT_LINE.test(one)) ?? "";
    if (line === this.line) return;
    this.line = line;
    this.put(line ? await this.ask(line) : {});
  }

  async ask(line) {
    const url = new URL(this.box.dataset.read, location.href);
    url.searchParams.set("line", line.slice(0, 1000));
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : {};
    } catch (error) {
      // Without network the server reads the line when the form arrives.
      console.info("The next action is read on saving.", error);
      return {};
    }
  }

  /** Only what nobody typed is filled in; what was read before is replaced. */
  put(found) {
    for (const [name, field] of Object.entries(this.fields)) {
      if (field.value !== (this.read[name] ?? "")) continue;
      field.value = found[name] ?? "";
      this.read[name] = field.value;
    }
    this.note.hidden = !found.text;
  }
}

/** A button copies the text of the element it names. */
function copyDraft(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copyFrom);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    document.dispatchEvent(new CustomEvent("toast", { detail: button.dataset.done }));
  });
}

// 「変える」 opens the fold with the fields it speaks of.
document.querySelectorAll("a[data-open]").forEach((link) => {
  link.addEventListener("click", () => {
    const fold = document.querySelector(link.getAttribute("href"));
    fold.open = true;
    fold.querySelector("input, select, textarea")?.focus();
  });
});
document.querySelectorAll(".touch-templates").forEach((chips) => chips.addEventListener("click", insertTemplate));
document.querySelectorAll("[data-next]").forEach((box) => new NextReader(box));
document.querySelectorAll("button[data-copy-from]").forEach(copyDraft);
