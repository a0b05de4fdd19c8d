// The sockets, and the packets on them; docs/serve.md has the tables.

const PICTURE = 1, EXPLAINED = 2, SKIPPED = 3, HEADER = 16;

/** Seconds until a full server is asked again, however long it expects to be full: somebody may leave early. */
const ASKS_AGAIN = 10;

/** An explanation from its packet: best classes, and maps of 0..1 in units of their maximum. */
export function readExplanation(buffer) {
  const view = new DataView(buffer);
  const [tops, targets, sides] = [view.getUint8(1), view.getUint8(2), view.getUint8(3)];
  const found = {
    number: view.getUint32(4, true), sentAt: view.getFloat64(8, true),
    width: view.getUint16(16, true), height: view.getUint16(18, true),
    serverMs: view.getFloat32(20, true), explainMs: view.getFloat32(24, true),
    together: view.getUint16(28, true), exact: view.getUint16(30, true) === 0,
    region: [32, 36, 40, 44].map(at => view.getFloat32(at, true)),
    top: [], targets: [], sides: [],
  };
  let at = 48;
  for (let i = 0; i < tops; i++, at += 12)
    found.top.push({ index: view.getUint32(at, true), probability: view.getFloat32(at + 4, true), logit: view.getFloat32(at + 8, true) });
  const maps = [];
  for (let i = 0; i < targets + sides; i++, at += 16) {
    const map = { index: view.getUint32(at, true), against: view.getInt32(at + 4, true), maximum: view.getFloat32(at + 8, true), state: view.getUint32(at + 12, true) };
    (i < targets ? found.targets : found.sides).push(map);
    maps.push(map);
  }
  const cells = found.width * found.height;
  for (const map of maps) {
    map.cells = new Uint8Array(buffer, at, cells);
    at += cells;
  }
  return found;
}

/** A socket that opens itself again, and says how it is: "open", "gone" and "busy" with seconds until the next try, "busy" with the server's own estimate too. */
export class Link {
  /** @param path of the socket. @param hear gets {type, ...} of texts, and {type: "explanation" | "skipped" | "picture", ...} of packets. */
  constructor(path, hear, tell) {
    [this.path, this.hear, this.tell] = [path, hear, tell];
    [this.wait, this.closed, this.up, this.down, this.busy] = [500, false, 0, 0, 0];
    this.open();
  }

  open() {
    const socket = this.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${this.path}`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => { this.wait = 500; };
    socket.onmessage = event => {
      // What was on its way when it was closed is of nobody's interest.
      if (this.closed) return;
      if (typeof event.data === "string") this.read(event.data);
      else this.unpack(event.data);
    };
    socket.onclose = () => {
      if (this.closed || socket !== this.socket) return;
      const wait = this.busy ? Math.min(this.busy, ASKS_AGAIN) * 1000 : this.wait;
      this.tell(this.busy ? "busy" : "gone", wait / 1000, this.busy);
      [this.busy, this.wait] = [0, Math.min(8000, this.wait * 2)];
      this.timer = setTimeout(() => this.open(), wait);
    };
  }

  get isOpen() { return this.socket.readyState === WebSocket.OPEN; }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket.close();
  }

  say(message) {
    if (this.isOpen) this.socket.send(JSON.stringify(message));
  }

  /** Sends a picture, JPEG bytes, under a number and the time it was taken. */
  send(jpeg, number, takenAt) {
    if (!this.isOpen) return false;
    const packet = new Uint8Array(HEADER + jpeg.length);
    const view = new DataView(packet.buffer);
    view.setUint8(0, PICTURE);
    view.setUint32(4, number, true);
    view.setFloat64(8, takenAt, true);
    packet.set(jpeg, HEADER);
    this.up += packet.length;
    this.socket.send(packet);
    return true;
  }

  read(text) {
    const message = JSON.parse(text);
    if (message.type === "problem" && message.status === 503) this.busy = message.retryAfter;
    else if (message.type !== "problem") this.tell("open");
    this.hear(message);
  }

  unpack(buffer) {
    this.down += buffer.byteLength;
    const view = new DataView(buffer);
    switch (view.getUint8(0)) {
      case EXPLAINED: this.hear({ type: "explanation", found: readExplanation(buffer) }); break;
      case SKIPPED: this.hear({ type: "skipped", number: view.getUint32(4, true), refused: view.getUint8(1) === 1 }); break;
      case PICTURE: this.hear({ type: "picture", number: view.getUint32(4, true), time: view.getFloat64(8, true), jpeg: new Blob([new Uint8Array(buffer, HEADER)], { type: "image/jpeg" }) }); break;
    }
  }
}
