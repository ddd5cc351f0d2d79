import { invalidInput } from "../../domain/model/errors.js";
import { originalKey } from "../../domain/model/original-key.js";
import { version } from "../../domain/model/version.js";
import type { ChangeQueue } from "../change-queue.js";
import { checkLimit } from "./arguments.js";
import { checkedBy } from "./checked-by.js";

/**
 * A change queue behind the checks of its port: asks, keys, ids and limits are right, and the call is not aborted yet,
 * when the queue is asked. A queue that has them already is given back as it is.
 */
export const checkedChangeQueue = checkedBy<ChangeQueue>((queue) => ({
  send: async (ask, options = {}) => {
    if (ask.type !== "process" && ask.type !== "remove")
      throw invalidInput("process or remove", "the type of an ask", Reflect.get(ask, "type"));
    originalKey(ask.key);
    version(ask.version);
    options.signal?.throwIfAborted();
    return queue.send(ask, options);
  },

  receive: async (options) => {
    checkLimit(options.limit);
    options.signal?.throwIfAborted();
    return queue.receive(options);
  },

  ...(queue.receiveOf && {
    receiveOf: async (key, options) => {
      originalKey(key);
      checkLimit(options.limit);
      options.signal?.throwIfAborted();
      return queue.receiveOf?.(key, options) ?? [];
    },
  }),

  acknowledge: async (id, options = {}) => {
    checkId(id);
    options.signal?.throwIfAborted();
    return queue.acknowledge(id, options);
  },

  release: async (id, options = {}) => {
    checkId(id);
    options.signal?.throwIfAborted();
    return queue.release(id, options);
  },
}));

function checkId(id: string): void {
  if (id === "") throw invalidInput("the id of a delivery", "id", id);
}
