// Comments and answers: @people, #topics and [[pages]] are completed there too.
import { complete } from "./editor-complete.js";

for (const field of document.querySelectorAll("textarea[data-complete]")) complete(field.form, field, "text");
