import { invalidInput } from "../../domain/model/errors.js";
import type { EventLog } from "../event-log.js";
import { checkLimit } from "./arguments.js";
import { defineGuard } from "./define-guard.js";

/** An event log behind the checks of its port: ids and limits. See {@link defineGuard}. */
export const guardEventLog = defineGuard<EventLog>({
  read: ({ after, limit }) => {
    checkEventId(after);
    checkLimit(limit);
  },

  readNewest: () => {},

  waitForMore: checkEventId,
});

function checkEventId(after: string | undefined): void {
  if (after !== undefined && !(typeof after === "string" && /^[\x21-\x7e]{1,200}$/.test(after)))
    throw invalidInput("the id of an event", "after", after);
}
