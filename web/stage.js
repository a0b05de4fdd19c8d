// What is seen: the picture, the heat over it, what lies between two of them, and what is saved of it all.

import { Divider } from "./divider.js";
import { Heat } from "./heat.js";
import { $, MORE, control, fill, notice, percent, slide } from "./panel.js";
import { shownSize } from "./pictures.js";
import { Recorder } from "./recorder.js";

/** The view in which the server draws, with everything that it can; of its own source only. */
const DRAWN = "drawn";

export class Stage {
  /** @param app whose pictures and maps it shows. @param look the server's colours. @param parameters the server's, by name. */
  constructor(app, look, parameters) {
    this.app = app;
    this.heat = new Heat($("heat"), look);
    this.picture = $("picture");
    this.pen = this.picture.getContext("2d", { alpha: false });
    this.size = null;
    const redraw = () => this.redraw(), view = parameters.get("heatmap.view"), colormap = parameters.get("heatmap.colormap");
    fill($("view"), view.choices.map(each => [each, each]), view.value);
    fill($("colormap"), colormap.choices.map(each => [each, each]), colormap.value);
    for (const id of ["view", "colormap"]) $(id).addEventListener("change", redraw);
    $("view").addEventListener("change", () => this.enable());
    $("heat").addEventListener("webglcontextrestored", redraw);
    this.opacity = slide($("opacity"), parameters.get("heatmap.opacity"), redraw);
    this.threshold = slide($("threshold"), parameters.get("heatmap.threshold"), redraw);
    this.more = new Map(MORE.filter(([name]) => parameters.has(name)).map(([name, text]) => [name, control(parameters.get(name), text, redraw)]));
    $("more").append(...[...this.more.values()].map(each => each.label));
    this.divider = new Divider(app, this, Number(parameters.get("heatmap.divider").value));
    this.recorder = new Recorder([this.picture, $("heat")], () => this.caption(), (pen, box) => this.divider.draw(pen, box));
  }

  /** Whether the server draws what is shown. */
  get isDrawn() { return $("view").value === DRAWN; }

  /** Whether the picture that a map was made from is shown under it, and no newer one. */
  get matched() { return this.more.get("view.sync").read() === "matched" && !this.isDrawn; }

  /** Where the server draws, it is asked how under 'Everything'. */
  enable() {
    const inputs = ["opacity", "threshold", "colormap"].map(id => $(id)).concat([...this.more].filter(([name]) => name !== "view.sync").map(([, each]) => each.input));
    for (const input of inputs) {
      input.disabled = this.isDrawn;
      input.parentElement.classList.toggle("idle", this.isDrawn);
    }
  }

  /** Offers the view that the server draws, or takes it away. */
  offerDrawn(isOffered) {
    [...$("view").options].find(each => each.value === DRAWN)?.remove();
    if (isOffered) $("view").add(new Option("as the server draws it", DRAWN));
    else if (!$("view").value) $("view").value = "overlay";
    this.enable();
  }

  /** Several classes have a hue each, one has none. */
  useHues(several) {
    if (several === this.several) return;
    this.several = several;
    if (several && $("view").value === "overlay") $("view").value = "hues";
    else if (!several && $("view").value === "hues") $("view").value = "overlay";
  }

  /** Puts a picture under the heat; twice beside itself in the view 'side'. */
  show(image, width, height) {
    const side = $("view").value === "side";
    this.size = shownSize(width, height);
    const [w, h] = this.size, across = side ? 2 * w : w;
    if (this.picture.width !== across || this.picture.height !== h) {
      [this.picture.width, this.picture.height] = [across, h];
      $("frame").style.setProperty("--ratio", across / h);
    }
    $("frame").hidden = false;
    for (const id of ["freeze", "snapshot", "record"]) $(id).disabled = false;
    for (const x of side ? [0, w] : [0]) this.pen.drawImage(image, x, 0, w, h);
  }

  /** Keeps the picture that is shown, or forgets it. */
  stand(isStanding) {
    this.still = isStanding ? Object.assign(document.createElement("canvas"), { width: this.size[0], height: this.size[1] }) : null;
    this.still?.getContext("2d", { alpha: false }).drawImage(this.picture, 0, 0);
  }

  draw(now) {
    const { app, still } = this, { source, found } = app;
    if (this.fresh && still) this.show(still, still.width, still.height);
    else if (this.fresh && source?.element) this.show(source.element, source.width, source.height);
    this.fresh = false;
    if (!this.size) return;
    if (found?.takenAt) app.figures.ages.add(now - found.takenAt);
    const view = this.isDrawn ? "picture" : $("view").value, set = name => this.more.get(name).read();
    this.heat.draw({
      view, colormap: $("colormap").selectedIndex, opacity: this.opacity(), threshold: this.threshold(), divider: this.divider.share, swipe: app.comparing,
      contours: set("heatmap.contours"), smoothing: set("heatmap.smoothing"), scaleTime: set("heatmap.scaleTime"),
      raw: set("heatmap.raw") || source?.kind === "picture", opacities: [1, 2, 3, 4, 5].map(i => set(`heatmap.opacity${i}`)),
    }, now, ...this.size);
    this.divider.place();
    this.recorder.add();
  }

  /** Draws with the screen's next picture, once, whatever has changed until then. */
  redraw() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(now => {
      this.drawing = false;
      this.draw(now);
    });
  }

  /** Smoothing needs time to arrive, also where no picture comes. */
  settle() {
    const until = performance.now() + 1000;
    const next = now => {
      this.redraw();
      if (now < until && this.app.found) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }

  /** The line below what is saved. */
  caption() {
    const { found, question, model, comparing } = this.app, [first] = found?.targets ?? [], best = found?.top.find(each => each.index === first?.index);
    if (!first) return "LiveCam";
    const methods = comparing ? `${question.titleOf(found.method)} | ${question.titleOf(found.compare)}` : question.titleOf(found.method);
    return `${model.classes[first.index]} ${best ? percent(best.probability) : ""} · ${methods} · ${model.name} · LiveCam`;
  }

  async snapshot() {
    if (!this.size) return;
    await this.recorder.snapshot();
    notice("Snapshot saved.");
  }

  record() {
    if (!this.size) return;
    try {
      if (this.recorder.isOn) this.recorder.stop();
      else this.recorder.start();
    } catch (error) {
      notice(error.message, { wrong: true });
      return;
    }
    const on = this.recorder.isOn;
    $("record").setAttribute("aria-pressed", String(on));
    $("record").textContent = on ? "Stop" : "Record";
    notice(on ? "Recording what is shown." : "Recording saved.");
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => notice("This browser does not allow full screen."));
  }
}
