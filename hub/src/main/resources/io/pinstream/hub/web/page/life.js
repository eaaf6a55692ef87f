// What a view holds while it is shown, and lets go when it is left.

export class Life {
  #controller = new AbortController();
  #owned = [];

  get signal() {
    return this.#controller.signal;
  }

  get isOver() {
    return this.signal.aborted;
  }

  /// Calls that when the view is left.
  own(release) {
    this.#owned.push(release);
  }

  on(target, type, listener, options = {}) {
    target.addEventListener(type, listener, { ...options, signal: this.signal });
  }

  /// Does it now and again, each time so long after the last one ended; not while nobody sees the page.
  every(millis, action) {
    let timer = 0;
    let running = false;
    const run = async () => {
      clearTimeout(timer);
      if (running || this.isOver) {
        return;
      }
      running = true;
      try {
        await action();
      } finally {
        running = false;
        if (!this.isOver && !document.hidden) {
          timer = setTimeout(run, millis);
        }
      }
    };
    this.on(document, 'visibilitychange', () => document.hidden || run());
    this.own(() => clearTimeout(timer));
    run();
    return run;
  }

  end() {
    this.#controller.abort();
    this.#owned.splice(0).reverse().forEach((release) => release());
  }
}
