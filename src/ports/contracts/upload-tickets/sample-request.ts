import type { TicketRequest } from "../../upload-tickets.js";

/** The request of most laws. */
export const REQUEST: TicketRequest = {
  key: "photos/cat.jpg",
  contentType: "image/jpeg",
  maxBytes: 10,
  expiresIn: 60,
};
