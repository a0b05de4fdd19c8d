// All parameters of the server's source, for everybody who watches it: those of what the page itself does not draw, too.

import { $, control } from "./panel.js";

/** Those that have controls of their own. */
const ELSEWHERE = ["explain.class", "explain.method", "explain.layer", "compare.with", "view.sync"];

export class Everything {
  /** @param parameters the server's, by name. @param put sets some of them, and says whether the server took them. */
  constructor(parameters, put) {
    [this.controls, this.values] = [new Map(), {}];
    const rooms = new Map();
    for (const parameter of parameters.values()) {
      if (ELSEWHERE.includes(parameter.name)) continue;
      const [room, ...rest] = parameter.name.split(".");
      if (!rooms.has(room)) rooms.set(room, this.room(room));
      // Not while a range is dragged: the server is everybody's.
      const each = control(parameter, rest.join("."), () => {});
      each.input.addEventListener("change", () => this.set(parameter.name, each, put));
      this.controls.set(parameter.name, each);
      rooms.get(room).append(each.label);
    }
    $("all").append(...rooms.values());
  }

  room(name) {
    const room = document.createElement("fieldset");
    room.append(Object.assign(document.createElement("legend"), { textContent: name }));
    return room;
  }

  async set(name, each, put) {
    const value = each.read();
    if (!await put({ [name]: value })) each.write(this.values[name]);
  }

  /** Shows what holds, but for what is just being typed. */
  settle(values) {
    this.values = values;
    for (const [name, each] of this.controls)
      if (name in values && each.input !== document.activeElement) each.write(values[name]);
  }
}
