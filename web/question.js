// What is asked of the network: of which classes, by which method, at which layer, and compared with what.

import { $, fill } from "./panel.js";

const PINNED = "pinned";

/** The parameter of each of them; each has a list of its own name. */
const NAMES = { class: "explain.class", method: "explain.method", layer: "explain.layer", compare: "compare.with" };

export class Question {
  /** @param model the server's. @param value gives a parameter's value at the start. @param set takes {parameter: value}. */
  constructor(model, value, set) {
    [this.model, this.set, this.unanswered] = [model, set, new Map()];
    [this.class, this.method, this.layer, this.compare] = [value(NAMES.class), value(NAMES.method), model.layer, "off"];
    const titles = methods => methods.map(each => [each.name, each.title]);
    fill($("class"), [["top", "the best"], ["top2", "the best two"], ["top3", "the best three"], ["top5", "the best five"]], this.class);
    fill($("method"), titles(model.methods), this.method);
    model.methods.forEach((each, i) => { $("method").options[i].disabled = !each.allowed; });
    fill($("layer"), model.layers.map(each => [each, each]), model.layer);
    fill($("compare"), [["off", "nothing"], ...titles(model.methods.filter(each => each.allowed))], "off");
    for (const what of Object.keys(NAMES))
      $(what).addEventListener("change", () => { if ($(what).value !== PINNED) this.ask(what, $(what).value); });
  }

  ask(what, value) {
    if (!value) return;
    this[what] = value;
    this.unanswered.set(what, value);
    if (what === "class") this.showClass();
    this.set({ [NAMES[what]]: value });
  }

  /** Whether a layer was asked for that the server has not got ready yet. */
  get waits() { return this.unanswered.has("layer"); }

  /** What was asked was refused, or nobody is there to answer. */
  giveUp() { this.unanswered.clear(); }

  /** Asks about one class; again: about the best. */
  pin(index) {
    if (index !== undefined) this.ask("class", index === this.pinned ? "top" : String(index));
  }

  /** The index of the class that is pinned, if one is. */
  get pinned() {
    const { class: asked, model } = this;
    return /^\d+$/.test(asked) ? Number(asked) : model.classes.includes(asked) ? model.classes.indexOf(asked) : undefined;
  }

  /** Takes over what the server says that it was asked, but for what was asked since: that answer is still to come. @param values by parameter.
   * @param layer the target layer by its own name. */
  settle(values, layer) {
    for (const [what, name] of Object.entries(NAMES)) {
      const value = what === "layer" ? layer : values[name];
      if (this.unanswered.get(what) === value) this.unanswered.delete(what);
      if (!this.unanswered.has(what)) this[what] = value;
    }
    for (const what of ["method", "layer", "compare"]) $(what).value = this[what];
    this.showClass();
  }

  /** What a server has to be told that was asked nothing yet: {parameter: value}. @param values its own, by parameter. */
  beyond(values, layer) {
    const asked = Object.entries(NAMES).filter(([what, name]) => this[what] !== values[name] && !(what === "layer" && this.layer === layer));
    this.unanswered = new Map(asked.map(([what]) => [what, this[what]]));
    return Object.fromEntries(asked.map(([what, name]) => [name, this[what]]));
  }

  titleOf(method) { return this.model.methods.find(each => each.name === method)?.title ?? method; }

  /** In the list of classes, too, the one that is pinned. */
  showClass() {
    const select = $("class"), isRank = /^top\d?$/.test(this.class), last = select.options[select.options.length - 1];
    if (last.value === PINNED) last.remove();
    if (!isRank) select.add(new Option(this.pinned === undefined ? this.class : this.model.classes[this.pinned], PINNED));
    select.value = isRank ? this.class : PINNED;
  }
}
