// The keys, as on the desktop where it has them. A new one is a row here.

import { $ } from "./panel.js";

/** What was tried last in a list, and what stood there: one that was refused is passed over. */
const tried = new Map();
const next = id => {
  const select = $(id), count = select.options.length, last = tried.get(id);
  const from = last && last.from === select.selectedIndex ? last.to : select.selectedIndex;
  for (let i = 1; i <= count; i++) {
    const to = (from + i) % count, option = select.options[to];
    if (option.disabled || to === select.selectedIndex) continue;
    tried.set(id, { from: select.selectedIndex, to });
    select.value = option.value;
    select.dispatchEvent(new Event("change"));
    return;
  }
};
const nudge = (id, by) => {
  const input = $(id);
  input.value = Number(input.value) + by;
  input.dispatchEvent(new Event("input"));
};

/** [keys, what they do, action(app, key)]. */
const KEYS = [
  [[" "], "stand still; again: go on", app => app.freeze()],
  [["m"], "next method", () => next("method")],
  [["l"], "next target layer", () => next("layer")],
  [["v"], "next view", () => next("view")],
  [["c"], "next colours", () => next("colormap")],
  [["a"], "compare with the next method", () => next("compare")],
  [["[", "]"], "less, more heat", (_, key) => nudge("opacity", key === "[" ? -0.05 : 0.05)],
  [["1", "2", "3", "4", "5"], "pin the class of that rank; again: the best", (app, key) => app.question.pin(app.found?.top[Number(key) - 1]?.index)],
  [["s"], "save a snapshot", app => app.stage.snapshot()],
  [["r"], "record; again: save the recording", app => app.stage.record()],
  [["h"], "controls on, off", () => document.body.classList.toggle("bare")],
  [["f"], "full screen", app => app.stage.fullScreen()],
  [["?"], "these keys", app => app.help()],
];

export function listen(app) {
  document.addEventListener("keydown", event => {
    if (event.key === "?" && $("keys").open) $("keys").close();
    else if (!event.ctrlKey && !event.metaKey && !event.altKey && !$("keys").open) press(app, event);
  });
  // Who works with the mouse has no use for the focus, and would miss the keys.
  let pointed = null;
  document.addEventListener("pointerdown", event => { pointed = event.target; });
  document.addEventListener("keydown", () => { pointed = null; });
  document.addEventListener("change", event => { if (event.target === pointed && pointed.tagName === "SELECT") pointed.blur(); });
  document.addEventListener("click", event => { if (event.detail > 0) event.target.closest("button")?.blur(); });
  $("key-list").replaceChildren(...KEYS.flatMap(([keys, does]) => [
    Object.assign(document.createElement("dt"), { textContent: keys.map(key => key === " " ? "space" : key.toUpperCase()).join(" ") }),
    Object.assign(document.createElement("dd"), { textContent: does }),
  ]));
}

function press(app, event) {
  const tag = event.target.tagName, key = event.key.toLowerCase();
  // Lists and sliders have keys of their own, and the space bar presses a button.
  if (tag === "SELECT" || tag === "INPUT" && event.target.type !== "range" || tag === "BUTTON" && key === " ") return;
  const row = KEYS.find(([keys]) => keys.includes(key));
  if (!row) return;
  event.preventDefault();
  row[2](app, key);
}
