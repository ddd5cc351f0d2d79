import { invalidInput } from "../../domain/model/errors.js";
import { originalKey } from "../../domain/model/original-key.js";
import { version } from "../../domain/model/version.js";
import type { ChangeQueue } from "../change-queue.js";
import { checkLimit } from "./arguments.js";
import { defineGuard } from "./define-guard.js";

/** A change queue behind the checks of its port: requests, keys, ids and limits. See {@link defineGuard}. */
export const guardChangeQueue = defineGuard<ChangeQueue>({
  send: (request) => {
    if (request.type !== "process" && request.type !== "remove")
      throw invalidInput("process or remove", "the type of a request", Reflect.get(request, "type"));
    originalKey(request.key);
    version(request.version);
    for (const name of ["force", "invalidate"]) {
      const said: unknown = Reflect.get(request, name);
      if (said !== undefined && (said !== true || request.type === "remove"))
        throw invalidInput(request.type === "remove" ? "nothing" : "true or nothing", name, said);
    }
  },

  receive: ({ limit }) => checkLimit(limit),

  receiveByKey: (key, { limit }) => {
    originalKey(key);
    checkLimit(limit);
  },

  acknowledge: checkId,
  release: checkId,
});

function checkId(id: string): void {
  if (id === "") throw invalidInput("the id of a delivery", "id", id);
}
