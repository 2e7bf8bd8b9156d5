// Whether the page stands: the work begun and not yet ended. The document says it to whoever has to
// wait, a test or a printer: <html data-idle="no">, and "yes" once nothing is due that changes the page.

const GIVEN = ["pointerdown", "pointerup", "click", "keydown", "input", "change", "wheel", "hashchange", "resize"];

export class ActivityTracker {
  /** @param {any} map Leaflet's map, which moves and zooms over several frames. */
  constructor(map) {
    this.map = map;
    this.root = document.documentElement;
    /** @type {Set<string>} */ this.open = new Set();
    /** @type {Map<string, number>} */ this.due = new Map();
    this.turn = 0;
    // Each step of a glide is heard: a change of size ends a move for Leaflet, and not the glide.
    map.on("movestart move", () => this.begin("move"));
    map.on("moveend", () => this.end("move"));
    // A zoom has no steps to hear, and a change of size in its midst ends the move alone.
    map.on("zoomstart", () => this.begin("zoom"));
    map.on("zoomend", () => this.end("zoom"));
    // What a reader does may begin work in its own handlers: the page is busy until that has shown.
    for (const name of GIVEN) addEventListener(name, () => this.touch(), { capture: true, passive: true });
    document.fonts?.addEventListener("loading", () => this.touch());
  }

  /** Work of a name begins; begun again before its end it is still one. @param {string} name */
  begin(name) {
    this.open.add(name);
    this.turn += 1;
    this.root.dataset.idle = "no";
  }

  /** @param {string} name */
  end(name) {
    this.open.delete(name);
    this.turn += 1;
    if (!this.open.size) this.#rest(this.turn);
  }

  /** Something happened that may begin work in this frame or the next. */
  touch() {
    this.begin("touch");
    this.end("touch");
  }

  /** Work that ends with a promise. @template T @param {string} name @param {Promise<T>} promise @returns {Promise<T>} */
  async until(name, promise) {
    this.begin(name);
    try {
      return await promise;
    } finally {
      this.end(name);
    }
  }

  /** Act in the next frame, once however often asked. @param {string} name @param {() => void} act */
  inFrame(name, act) {
    this.begin(name);
    cancelAnimationFrame(this.due.get(name) ?? 0);
    this.due.set(name, requestAnimationFrame(() => {
      try {
        act();
      } finally {
        this.end(name);
      }
    }));
  }

  /** Say so when no work was begun meanwhile, and the browser has no letters or transitions due. */
  async #rest(turn) {
    let waits = [];
    do {
      await Promise.allSettled(waits);
      // A frame lays the page out: sizes are observed then, and letters asked for.
      for (let frames = 0; frames < 2; frames += 1) await new Promise((done) => { requestAnimationFrame(done); });
      if (turn !== this.turn) return;
      waits = dueInBrowser();
    } while (waits.length || this.#sizeDue());
    this.root.dataset.idle = "yes";
  }

  /** Whether the map has yet to hear of its size: on a busy machine an observer may be told frames later. */
  #sizeDue() {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const { x, y } = this.map.getSize();
    return clientWidth !== x || clientHeight !== y;
  }
}

function dueInBrowser() {
  const running = document.getAnimations().filter(({ playState }) => playState === "running");
  const letters = document.fonts?.status === "loading" ? [document.fonts.ready] : [];
  return [...running.map(({ finished }) => finished), ...letters];
}
