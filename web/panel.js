// The controls: what is asked, how it is shown, what was found.

const $ = id => document.getElementById(id);
const percent = share => share >= 0.995 ? "100 %" : share >= 0.1 ? `${Math.round(share * 100)} %` : share >= 0.001 ? `${(share * 100).toFixed(1)} %` : "<0.1 %";

/** The page's element of that id. */
export { $, percent };

/** Fills a list. @param choices [value, text] pairs. */
export function fill(select, choices, value) {
  select.replaceChildren(...choices.map(([each, text]) => new Option(text, each, false, each === value)));
}

/** A range input for a parameter of the server's list; returns a function that reads it. */
export function slide(input, parameter, changed) {
  Object.assign(input, { min: parameter.minimum, max: parameter.maximum, step: Number.isInteger(parameter.step) ? 1 : parameter.step / 5, value: parameter.value });
  input.title = parameter.doc;
  input.addEventListener("input", changed);
  return () => Number(input.value);
}

/** What is set more rarely: [parameter, its label]. A new one is a row here. */
export const MORE = [
  ["view.sync", "Picture"],
  ["heatmap.contours", "Contour lines"],
  ["heatmap.smoothing", "Smoothing, s"],
  ["heatmap.scaleTime", "Scale follows, s"],
  ["heatmap.raw", "No smoothing"],
  ...[1, 2, 3, 4, 5].map(i => [`heatmap.opacity${i}`, `Class ${i} in hues`]),
];

/** More steps than a range has room for. */
const MANY = 400;

/** A labelled control for a parameter of the server's list: a list, a tick, a range that shows its number, a number, a text. @param changed is called at every
 * change, of a range also while it is dragged. @returns {label, input, read(), write(text)}. */
export function control(parameter, text, changed) {
  const { kind, minimum, maximum, step } = parameter, label = document.createElement("label"), input = document.createElement(kind === "choice" ? "select" : "input");
  label.title = parameter.doc;
  input.name = parameter.name;
  label.append(text, input);
  let [read, write] = [() => input.value, value => { input.value = value; }];
  if (kind === "choice") {
    fill(input, parameter.choices.map(each => [each, each]), parameter.value);
  } else if (kind === "switch") {
    input.type = "checkbox";
    [read, write] = [() => input.checked, value => { input.checked = value === "on"; }];
  } else if (kind === "number" && (maximum - minimum) / step > MANY) {
    Object.assign(input, { type: "number", min: minimum, max: maximum, step: Number.isInteger(step) ? step : "any" });
  } else if (kind === "number") {
    input.type = "range";
    const number = document.createElement("output");
    const tell = () => { number.textContent = Number(input.value).toString(); };
    slide(input, parameter, () => { tell(); changed(); });
    label.append(number);
    [read, write] = [() => Number(input.value), value => { input.value = value; tell(); }];
  }
  write(parameter.value);
  if (input.type !== "range") input.addEventListener("change", changed);
  return { label, input, read, write };
}

/** The best classes with their bars; pressing one pins it. */
export class ClassList {
  /** @param press gets the index of the class. */
  constructor(list, press) {
    this.list = list;
    this.rows = Array.from({ length: 5 }, (_, i) => {
      const button = Object.assign(document.createElement("button"), { type: "button", hidden: true });
      const [name, share, bar] = ["b", "span", "i"].map(tag => button.appendChild(document.createElement(tag)));
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => press(this.rows[i].index));
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
      return { button, name, share, bar, text: "" };
    });
  }

  /** @param rows [{index, label, probability, pinned, hue}]; of `hue` what is explained. */
  show(rows) {
    // Under the mouse they stay where they are, as far as they stay at all.
    if (this.list.matches(":hover") && rows.length) {
      const rest = rows.filter(each => !this.rows.some(row => row.index === each.index));
      rows = this.rows.slice(0, rows.length).map(row => rows.find(each => each.index === row.index) ?? rest.shift());
    }
    this.rows.forEach((row, i) => {
      const { index, label = "", probability = 0, pinned = false, hue = "" } = rows[i] ?? {};
      row.index = index;
      const text = `${label}|${percent(probability)}|${pinned}|${hue}`;
      if (text === row.text) return;
      row.text = text;
      row.button.hidden = !rows[i];
      row.button.setAttribute("aria-pressed", String(pinned));
      row.button.title = pinned ? `${label} is pinned; press to go back to the best` : `Pin ${label}`;
      row.button.style.setProperty("--hue", hue || "");
      row.button.classList.toggle("explained", Boolean(hue));
      [row.name.textContent, row.share.textContent] = [label, percent(probability)];
      row.bar.style.width = `${probability * 100}%`;
    });
  }
}

/** One line over the picture. @param wrong whether something is to be done about it. @param seconds until it goes; 0 to stay. */
let noticeTimer;
export function notice(text, { wrong = false, seconds = wrong ? 0 : 4 } = {}) {
  const line = $("notice");
  clearTimeout(noticeTimer);
  line.hidden = !text;
  line.textContent = text ?? "";
  line.classList.toggle("wrong", wrong);
  if (text && seconds) noticeTimer = setTimeout(() => { line.hidden = true; }, seconds * 1000);
}

/** Saves bytes as a file of the user's. */
export function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
