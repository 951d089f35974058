// What a field proposes: a customer, or one or several colleagues.
// <div data-picker="customer|people" data-suggest="/address">field</div>
import { Picker } from "./picker.js";

const BREAKS = /[、,，;；\n]/;

/** Names parted by 「、」: the one at the end is completed. */
class PeoplePicker extends Picker {
  get words() {
    return this.isOne ? this.input.value.trim() : this.input.value.split(BREAKS).at(-1).trim().replace(/^[@＠]/, "");
  }

  get isOne() {
    return this.input.dataset.people === "one";
  }

  withExtras(items) {
    const named = this.input.value.split(BREAKS).map((name) => name.trim());
    return this.words ? items.filter((item) => !named.includes(item.name)) : [];
  }

  choose(item) {
    const before = this.isOne ? [] : this.input.value.split(BREAKS).slice(0, -1).map((name) => name.trim()).filter(Boolean);
    this.put([...before, item.name].join("、"));
    this.show([]);
  }
}

/** The customer of a touch: by name, or new with the name alone. */
class CustomerPicker extends Picker {
  constructor(box) {
    super(box);
    this.key = box.querySelector("input[name=customer_id][type=hidden]");
    this.isNew = box.querySelector("input[name=is_new]");
    box.addEventListener("click", (event) => this.onChip(event));
    this.input.form.addEventListener("restored", () => this.showNew());
    this.showNew();
  }

  /** The box 「新しいお客さま」 is for pages without script; here the list offers it. */
  showNew() {
    const line = this.box.querySelector("[data-new-customer]");
    if (line) line.hidden = !this.isNew.checked && !this.box.querySelector(".error");
  }

  changed() {
    if (this.key) this.key.value = "";
    if (this.isNew) this.isNew.checked = false;
    this.showNew();
    super.changed();
  }

  withExtras(items, words) {
    const isKnown = items.some((item) => item.name === words);
    if (!words || isKnown || !this.isNew) return items;
    const label = this.box.dataset.wordsNew.replace("%s", words);
    return [...items, { name: words, label, why: "", isNew: true }];
  }

  onChip(event) {
    const chip = event.target.closest("[data-pick]");
    if (!chip || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    this.choose({ id: chip.dataset.pick, name: chip.textContent.trim() });
  }

  choose(item) {
    if (this.key) this.key.value = item.isNew ? "" : item.id;
    if (this.isNew) this.isNew.checked = Boolean(item.isNew);
    this.showNew();
    super.choose(item);
    if (this.box.dataset.choices && !item.isNew) this.offer(item.id);
  }

  /** Contacts and deals of the customer, for the folded part of the form. */
  async offer(id) {
    const { form } = this.input;
    try {
      const answer = await fetch(this.box.dataset.choices.replace("/0/", `/${id}/`), { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { contacts, deals } = await answer.json();
      const select = form.elements.deal;
      select.replaceChildren(select.options[0], ...deals.map((deal) => new Option(deal.name, deal.id)));
      const chips = contacts.map((name) => {
        const chip = Object.assign(document.createElement("button"), { type: "button", className: "chip chip--s", textContent: name });
        chip.dataset.add = form.elements.contacts.id;
        return chip;
      });
      form.querySelector("[data-contacts]").replaceChildren(...chips);
    } catch (error) {
      // Without network the names are typed; the server knows the contacts.
      console.info("Contacts cannot be proposed now.", error);
    }
  }
}

/** A chip with a name adds it to the field it stands under. */
function addName(event) {
  const chip = event.target.closest("button[data-add]");
  if (!chip) return;
  const field = document.getElementById(chip.dataset.add);
  const names = field.value.split(BREAKS).map((name) => name.trim()).filter(Boolean);
  const name = chip.textContent.trim();
  if (!names.includes(name)) field.value = [...names, name].join("、");
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

const PICKERS = { customer: CustomerPicker, people: PeoplePicker };
for (const box of document.querySelectorAll("[data-picker]")) new PICKERS[box.dataset.picker](box);
document.querySelectorAll("button[data-add]").forEach((chip) => {
  chip.hidden = false;
});
document.addEventListener("click", addName);
