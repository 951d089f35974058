// A folder chosen as a whole: browsers send bare names, so the paths go along in a field of their own.

const HIDDEN = /(^|\/)(\.|__MACOSX)/;

function choose(form, input) {
  const files = [...input.files];
  const paths = files.map((file) => file.webkitRelativePath || file.name);
  const shown = paths.filter((path) => !HIDDEN.test(path)).length;
  const said = form.querySelector("[data-folder-said]");
  const tooMany = files.length > Number(form.dataset.most);
  form.elements.paths.value = JSON.stringify(paths);
  input.setCustomValidity(tooMany ? form.dataset.tooMany : "");
  said.textContent = tooMany ? form.dataset.tooMany : said.dataset.words.replace("%(count)s", shown);
}

for (const form of document.querySelectorAll("[data-folder-upload]")) {
  const input = form.querySelector("[webkitdirectory]");
  // Phones choose files, not folders.
  if ("webkitdirectory" in input && matchMedia("(hover: hover)").matches) {
    form.hidden = false;
    input.addEventListener("change", () => choose(form, input));
  }
}
