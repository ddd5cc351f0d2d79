import { originalKey } from "../../domain/model/original-key.js";
import type { UploadTickets } from "../upload-tickets.js";
import { checkContentType, checkMetadata, checkWholeNumber } from "./arguments.js";
import { defineGuard } from "./define-guard.js";

/** Most seconds that a ticket may be good for. */
const LONGEST = 3_600;

/** Upload tickets behind the checks of their port: the request is within its rules. See {@link defineGuard}. */
export const guardUploadTickets = defineGuard<UploadTickets>({
  issue: ({ key, contentType, maxBytes, expiresIn, metadata }) => {
    originalKey(key);
    checkContentType(contentType);
    checkWholeNumber("maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
    checkWholeNumber("expiresIn", expiresIn, 1, LONGEST);
    checkMetadata(metadata);
  },
});
