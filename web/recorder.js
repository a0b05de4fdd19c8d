// Records what is shown, with a caption, as a film of the browser's, and takes snapshots of it.

import { save } from "./panel.js";

// VP8 first: who records also explains, often on the same processor.
const TYPES = ["video/webm;codecs=vp8", "video/webm", "video/mp4"];
const stamp = () => new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);

export class Recorder {
  /** @param layers canvases that are shown over each other, the picture first. @param caption gives the line below them. @param decorate draws what else lies over
   * them, on a pen, in a box [x, y, width, height]. */
  constructor(layers, caption, decorate) {
    [this.layers, this.caption, this.decorate] = [layers, caption, decorate];
    this.canvas = document.createElement("canvas");
    this.pen = this.canvas.getContext("2d", { alpha: false });
  }

  get isOn() { return this.media?.state === "recording"; }

  /** Draws the next picture of the recording; after each that was shown. */
  add() {
    if (this.isOn) this.draw();
  }

  snapshot() {
    this.draw(true);
    return new Promise(done => this.canvas.toBlob(blob => { save(blob, `livecam-${stamp()}.png`); done(); }, "image/png"));
  }

  start() {
    this.draw(true);
    const type = TYPES.find(each => globalThis.MediaRecorder?.isTypeSupported(each));
    if (!type) throw new Error("This browser cannot record.");
    const parts = [];
    const film = this.canvas.captureStream(30);
    this.media = new MediaRecorder(film, { mimeType: type, videoBitsPerSecond: 4_000_000 });
    this.media.ondataavailable = event => parts.push(event.data);
    this.media.onstop = () => {
      film.getTracks().forEach(each => each.stop());
      save(new Blob(parts, { type }), `livecam-${stamp()}.${type.startsWith("video/mp4") ? "mp4" : "webm"}`);
    };
    this.media.start(1000);
  }

  stop() {
    if (this.isOn) this.media.stop();
  }

  draw(fit = false) {
    const [{ width, height }] = this.layers, bar = Math.round(Math.max(24, height / 16));
    // A film keeps its size.
    if (fit && !this.isOn) [this.canvas.width, this.canvas.height] = [width, height + bar];
    const pen = this.pen, [w, h] = [this.canvas.width, this.canvas.height];
    pen.fillStyle = "#0f1216";
    pen.fillRect(0, 0, w, h);
    const scale = Math.min(w / width, (h - bar) / height);
    const box = [(w - width * scale) / 2, (h - bar - height * scale) / 2, width * scale, height * scale];
    for (const layer of this.layers)
      pen.drawImage(layer, ...box);
    this.decorate(pen, box);
    pen.fillStyle = "#eef2f6";
    pen.font = `${Math.round(bar * 0.58)}px system-ui, sans-serif`;
    pen.textBaseline = "middle";
    pen.fillText(this.caption(), bar / 3, h - bar / 2, w - bar);
  }
}
