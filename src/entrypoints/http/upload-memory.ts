import { Busy } from "./problem.js";

/** How an {@link UploadMemory} deals with those who use it. */
export interface UploadMemoryOptions {
  /** Seconds without a byte after which an upload is given up. Default 30. */
  readonly silenceSeconds?: number;
  /** Whether the upload that has been silent for longest makes room for one that sends. Default false: who comes late is refused. */
  readonly yields?: boolean;
}

/** Limits the memory that all unfinished uploads hold together. */
export class UploadMemory {
  /** Seconds without a byte after which an upload is given up. */
  readonly silenceSeconds: number;
  readonly #most: number;
  readonly #yields: boolean;
  /** The bytes that each upload holds; first the one whose last bytes came the longest time ago. */
  readonly #held = new Map<MemoryReservation, number>();
  #total = 0;

  /** `most` is the number of bytes that may be held at one time. */
  constructor(most: number, { silenceSeconds = 30, yields = false }: UploadMemoryOptions = {}) {
    this.#most = most;
    this.silenceSeconds = silenceSeconds;
    this.#yields = yields;
  }

  /** Creates the reservation of one request; release it when the request is done. */
  reserve(): MemoryReservation {
    return new MemoryReservation(this);
  }

  /** Adds bytes to what a reservation holds. Throws `unavailable` if there is no room for them. */
  add(reservation: MemoryReservation, bytes: number): void {
    if (this.#yields) this.#makeRoom(reservation, bytes);
    if (this.#total + bytes > this.#most) throw new Busy(1, "too many uploads are in progress; try again");
    this.#held.set(reservation, this.drop(reservation) + bytes);
    this.#total += this.#held.get(reservation) ?? 0;
  }

  /** Forgets a reservation; returns the bytes that it held. */
  drop(reservation: MemoryReservation): number {
    const bytes = this.#held.get(reservation) ?? 0;
    this.#held.delete(reservation);
    this.#total -= bytes;
    return bytes;
  }

  #makeRoom(reservation: MemoryReservation, bytes: number): void {
    for (const silent of this.#held.keys()) {
      if (this.#total + bytes <= this.#most) return;
      if (silent !== reservation) silent.evict();
    }
  }
}

/** The memory that one request holds. */
export class MemoryReservation {
  #memory: UploadMemory;
  readonly #revoked = new AbortController();

  constructor(memory: UploadMemory) {
    this.#memory = memory;
  }

  /** Aborted, with an error as its reason, once the memory was given to another request. */
  get revoked(): AbortSignal {
    return this.#revoked.signal;
  }

  /** Seconds without a byte after which the upload is given up. */
  get silenceSeconds(): number {
    return this.#memory.silenceSeconds;
  }

  /** Adds bytes. Throws `unavailable` if all requests together would hold too much, or others needed the memory. */
  add(bytes: number): void {
    this.revoked.throwIfAborted();
    this.#memory.add(this, bytes);
  }

  /** Counts all that is held in another memory from now on. Throws `unavailable` if there is no room. */
  move(memory: UploadMemory): void {
    const former = this.#memory;
    memory.add(this, former.drop(this));
    this.#memory = memory;
  }

  /** Takes the memory away, for a request that needs it more. */
  evict(): void {
    this.release();
    this.#revoked.abort(
      new Busy(1, "others needed the memory while nothing of the upload came; send it again"),
    );
  }

  /** Gives the memory back. Repeating it is harmless. */
  release(): void {
    this.#memory.drop(this);
  }
}
