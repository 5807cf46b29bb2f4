/** What is to come: tasks by instant, ties by their jobs' order. A binary heap over typed arrays. */

const INITIAL = 64;

export class Agenda {
  #instants = new Float64Array(INITIAL);
  #orders = new Float64Array(INITIAL);
  #tasks = new Int32Array(INITIAL);
  #length = 0;

  /** The next instant, or Infinity. */
  get next(): number {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : (this.#instants[0] as number);
  }

  add(instant: number, order: number, task: number): void {
    if (this.#length === this.#tasks.length) this.#grow();
    let at = this.#length++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#precedes(instant, order, above)) break;
      this.#move(at, above);
      at = above;
    }
    this.#put(at, instant, order, task);
  }

  /** Takes the first task out. */
  take(): number {
    const first = this.#tasks[0] as number;
    const last = --this.#length;
    const instant = this.#instants[last] as number;
    const order = this.#orders[last] as number;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= last) break;
      if (below + 1 < last && this.#less(below + 1, below)) below += 1;
      if (this.#precedes(instant, order, below)) break;
      this.#move(at, below);
      at = below;
    }
    this.#put(at, instant, order, this.#tasks[last] as number);
    return first;
  }

  #less(a: number, b: number): boolean {
    return this.#precedes(this.#instants[a] as number, this.#orders[a] as number, b);
  }

  #precedes(instant: number, order: number, at: number): boolean {
    const other = this.#instants[at] as number;
    return instant < other || (instant === other && order < (this.#orders[at] as number));
  }

  #move(to: number, from: number): void {
    this.#put(to, this.#instants[from] as number, this.#orders[from] as number, this.#tasks[from] as number);
  }

  #put(at: number, instant: number, order: number, task: number): void {
    this.#instants[at] = instant;
    this.#orders[at] = order;
    this.#tasks[at] = task;
  }

  #grow(): void {
    const size = this.#tasks.length * 2;
    const instants = new Float64Array(size);
    const orders = new Float64Array(size);
    const tasks = new Int32Array(size);
    instants.set(this.#instants);
    orders.set(this.#orders);
    tasks.set(this.#tasks);
    this.#instants = instants;
    this.#orders = orders;
    this.#tasks = tasks;
  }
}
