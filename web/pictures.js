// Where pictures come from in the browser: its camera, a file of the user's, or the server. Each has `element` to draw, `width`, `height`, and `close()`.

/** Pictures a second that are asked of a camera; ?fps=60 for more. */
const RATE = Number(new URLSearchParams(location.search).get("fps")) || 30;

/** The camera. @throws a sentence for the user. */
export async function openCamera(facing) {
  if (!navigator.mediaDevices?.getUserMedia)
    throw new Error("Browsers give their camera to https or to this machine only. Start the server with --tls-cert and --tls-key, or open it at localhost.");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: RATE } }, audio: false });
  } catch (error) {
    throw new Error(reasonOf(error));
  }
  const video = await play(Object.assign(document.createElement("video"), { srcObject: stream }));
  const track = stream.getVideoTracks()[0];
  return {
    kind: "camera", element: video, isLive: true, mirrored: track.getSettings().facingMode === "user",
    get width() { return video.videoWidth; }, get height() { return video.videoHeight; },
    lost: hear => track.addEventListener("ended", () => hear("The camera is gone. Plug it in and start it again.")),
    close: () => { stream.getTracks().forEach(each => each.stop()); video.srcObject = null; },
  };
}

function reasonOf(error) {
  switch (error.name) {
    case "NotAllowedError": case "SecurityError": return "The camera was not allowed. Allow it in the browser's address bar, then start again.";
    case "NotFoundError": case "OverconstrainedError": return "There is no camera here. Open a picture or video instead.";
    case "NotReadableError": case "AbortError": return "The camera is used by another program, or does not answer.";
    default: return `The camera could not be started: ${error.message}`;
  }
}

/** A picture or video of the user's. @throws a sentence for the user. */
export async function openFile(file) {
  if (file.type.startsWith("image/")) {
    try {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      return { kind: "picture", element: bitmap, isLive: false, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() };
    } catch {
      throw new Error(`'${file.name}' is no picture that this browser can read.`);
    }
  }
  if (!file.type.startsWith("video/")) throw new Error(`'${file.name}' is neither a picture nor a video.`);
  const url = URL.createObjectURL(file);
  try {
    const video = await play(Object.assign(document.createElement("video"), { src: url, loop: true }));
    return {
      kind: "video", element: video, isLive: true,
      get width() { return video.videoWidth; }, get height() { return video.videoHeight; },
      close: () => { video.pause(); video.removeAttribute("src"); URL.revokeObjectURL(url); },
    };
  } catch {
    URL.revokeObjectURL(url);
    throw new Error(`'${file.name}' is no video that this browser can play.`);
  }
}

async function play(video) {
  [video.muted, video.playsInline] = [true, true];
  await video.play();
  if (!video.videoWidth) await new Promise(done => video.addEventListener("loadedmetadata", done, { once: true }));
  return video;
}

/** Calls `each` for every new picture of a source, until the returned function is called. */
export function follow(source, each) {
  let running = true;
  const { element } = source;
  if (!source.isLive) {
    each(performance.now());
  } else if (element.requestVideoFrameCallback) {
    const next = now => {
      if (!running) return;
      each(now);
      element.requestVideoFrameCallback(next);
    };
    element.requestVideoFrameCallback(next);
  } else {
    let last = -1;
    const next = now => {
      if (!running) return;
      if (element.currentTime !== last) each(now);
      last = element.currentTime;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }
  return () => { running = false; };
}

/** The size in which a picture is shown: at most 1280 wide. */
export function shownSize(width, height) {
  const scale = Math.min(1, 1280 / width);
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** Copies of pictures that are on their way, by their numbers, until their maps come. */
export class Kept {
  constructor() { [this.copies, this.spare] = [new Map(), []]; }

  /** @returns a copy of the picture, as it is shown. */
  keep(number, image, width, height) {
    const [w, h] = shownSize(width, height);
    const copy = this.spare.pop() ?? document.createElement("canvas");
    if (copy.width !== w || copy.height !== h) [copy.width, copy.height] = [w, h];
    copy.getContext("2d", { alpha: false }).drawImage(image, 0, 0, w, h);
    this.copies.set(number, copy);
    return copy;
  }

  /** The copy, if there is one; it may be drawn until the next is kept. */
  take(number) {
    const copy = this.copies.get(number);
    for (const each of this.copies.keys()) if (each <= number) this.drop(each);
    return copy;
  }

  drop(number) {
    const copy = this.copies.get(number);
    if (copy) this.spare.push(copy);
    this.copies.delete(number);
  }

  clear() { for (const each of [...this.copies.keys()]) this.drop(each); }
}

/** Makes pictures as small as the network wants them, in their own shape, and packs them as JPEG. */
export class Shrinker {
  /** @param input of the network: {width, height, resize}. */
  constructor(input) {
    this.input = input;
    this.canvas = document.createElement("canvas");
    this.pen = this.canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    this.pen.imageSmoothingQuality = "low";
  }

  /** @param image whose first w x h pixels are packed. @param most pixels that the server takes. @returns the JPEG's bytes. */
  pack(image, w, h, most) {
    const { width, height, resize } = this.input;
    const scale = resize === "letterbox" ? Math.min(width / w, height / h) : Math.max(width / w, height / h);
    // Twice the network's side: its own way of making pictures small is better than the canvas's. Never larger than the picture is.
    const factor = Math.min(1, 2 * scale, Math.sqrt(0.99 * most / (w * h)));
    const [across, down] = [Math.max(1, Math.round(w * factor)), Math.max(1, Math.round(h * factor))];
    if (this.canvas.width !== across || this.canvas.height !== down) [this.canvas.width, this.canvas.height] = [across, down];
    this.pen.drawImage(image, 0, 0, w, h, 0, 0, across, down);
    // Not toBlob: browsers leave that for when they are idle, which is never while a camera runs.
    return Uint8Array.from(atob(this.canvas.toDataURL("image/jpeg", 0.85).split(",")[1]), each => each.charCodeAt(0));
  }
}
