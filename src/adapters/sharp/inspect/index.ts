/* What can be told of an original without a decoder: what it is, and whether it is built to exhaust one. */
export { checkContent } from "./check-content.js";
export { type Sniffed, sniff } from "./sniff.js";
