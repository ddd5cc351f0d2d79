import type { ImageRequest } from "../../domain/model/change.js";
import { invalidInput } from "../../domain/model/errors.js";
import { originalKey } from "../../domain/model/original-key.js";
import { version } from "../../domain/model/version.js";
import type { ChangeQueue } from "../change-queue.js";
import { checkLimit, checkWholeNumber } from "./arguments.js";
import { defineGuard } from "./define-guard.js";

/** A change queue behind the checks of its port: requests, keys, ids and limits. See {@link defineGuard}. */
export const guardChangeQueue = defineGuard<ChangeQueue>({
  send: checkRequest,

  postpone: (request, { seconds }) => {
    checkRequest(request);
    checkWholeNumber("seconds", seconds, 1, 900);
  },

  receive: ({ limit }) => checkLimit(limit),

  receiveByKey: (key, { limit }) => {
    originalKey(key);
    checkLimit(limit);
  },

  acknowledge: checkId,
  release: checkId,
});

function checkRequest(request: ImageRequest): void {
  if (request.type !== "process" && request.type !== "remove")
    throw invalidInput("process or remove", "the type of a request", Reflect.get(request, "type"));
  originalKey(request.key);
  version(request.version);
  for (const name of ["force", "invalidate"]) {
    const said: unknown = Reflect.get(request, name);
    if (said !== undefined && (said !== true || request.type === "remove"))
      throw invalidInput(request.type === "remove" ? "nothing" : "true or nothing", name, said);
  }
}

function checkId(id: string): void {
  if (id === "") throw invalidInput("the id of a delivery", "id", id);
}
