/** A flag that one loop sleeps on: set it and the sleeper goes on at once, or does not fall asleep at all. */
export class Wake {
  #set = false;
  #rouse: (() => void) | null = null;

  set(): void {
    this.#set = true;
    this.#rouse?.();
  }

  clear(): void {
    this.#set = false;
  }

  /** Until the flag is set, `timeoutMs` have passed or the signal aborts. */
  async sleep(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#set || signal.aborted) return;
    const rouse = Promise.withResolvers<void>();
    const wake = () => rouse.resolve();
    const timer = setTimeout(wake, timeoutMs);
    signal.addEventListener('abort', wake, { once: true });
    this.#rouse = wake;
    await rouse.promise;
    this.#rouse = null;
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
  }
}
