import type { Delivery, ImageRequest } from "../domain/model/change.js";
import type { QueueMeasurement } from "../domain/model/pipeline-status.js";
import type { CallOptions } from "./call-options.js";

/**
 * The work that is still to be settled: the changes of the originals store wired to this queue, and
 * requests. At least once: a change stays until it is acknowledged, whatever happens to whoever received it.
 */
export interface ChangeQueue {
  /** Adds a request. Durable once it resolves. Sending an equal request again adds another one: settling both is harmless. */
  send(request: ImageRequest, options?: CallOptions): Promise<void>;

  /**
   * As `send`, but the request is handed out `seconds` later at the earliest, 1 to 900. A capability: a queue that cannot
   * wait leaves the method out.
   */
  postpone?(request: ImageRequest, options: CallOptions & { seconds: number }): Promise<void>;

  /**
   * Hands out changes that nobody alive is working on, oldest first, at most `limit`, 1 to 1,000. Resolves to an empty list when
   * there are none; it does not wait for some, and one answer may hold fewer than there are. `attempt` counts how
   * often a change was handed out. A change is handed out again when its receiver died or released it.
   *
   * A change of the store is handed out only once it has happened or, after a crash, never will. Whoever settles it
   * looks at what is there: handed out before its original was, a put would be taken for overtaken, and the upload
   * would be lost.
   */
  receive(options: CallOptions & { limit: number }): Promise<readonly Delivery[]>;

  /**
   * As `receive`, but hands out only changes of `key`. A capability: a queue that cannot be asked for one key leaves the
   * method out. The caller then settles its request itself, and a worker of the queue finds it done.
   */
  receiveByKey?(key: string, options: CallOptions & { limit: number }): Promise<readonly Delivery[]>;

  /**
   * Calls `onAvailable` soon after something was added or released, by whatever process, so that whoever waits need not
   * look again and again; until the function that it returns is called. It may be called for nothing, and not for what
   * becomes free by time alone: a postponed request that is due, a receiver that died. A capability: a queue that
   * cannot tell leaves the method out.
   */
  watch?(onAvailable: () => void): () => void;

  /** Settled: the change is never handed out again. Repeating it, or an id that is gone, is success. */
  acknowledge(id: string, options?: CallOptions): Promise<void>;

  /** Not settled: the change may be handed out again. An id that is gone is success. */
  release(id: string, options?: CallOptions): Promise<void>;

  /**
   * Measures the queue by what is counted already, so that whoever shows it may ask now and then: no change is read or
   * handed out. A capability: a queue that can only count by reading all it holds leaves the method out.
   * A service may count approximately, and one that cannot tell the age of a change leaves `oldest` out.
   */
  measure?(options?: CallOptions): Promise<QueueMeasurement>;
}
