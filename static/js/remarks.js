// Wherever names mean something: @people, #topics and [[pages]] are completed there too.
import { complete } from "./editor-complete.js";

for (const field of document.querySelectorAll("[data-complete]")) {
  complete(field.form, field, field.dataset.complete || "text");
}
