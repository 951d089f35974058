// Operators' page of the index: while a job is at work, its table is fetched anew.

const AGAIN_MS = 2000;

async function refresh(box) {
  try {
    const answer = await fetch(box.dataset.jobs, { redirect: "manual" });
    if (answer.ok) {
      const fresh = document.createRange().createContextualFragment(await answer.text()).querySelector("[data-jobs]");
      // At the end the whole page says something new.
      if (!("busy" in fresh.dataset)) {
        location.reload();
        return;
      }
      if (!box.contains(document.activeElement)) {
        box.replaceWith(fresh);
        box = fresh;
      }
    }
  } catch (error) {
    console.info("The server is away; asking again.", error);
  }
  setTimeout(() => refresh(box), AGAIN_MS);
}

const box = document.querySelector("[data-jobs][data-busy]");
if (box) setTimeout(() => refresh(box), AGAIN_MS);
