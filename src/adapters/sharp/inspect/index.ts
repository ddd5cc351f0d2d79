/* Checks of an original that need no decoder: its format, and whether it is built to exhaust a decoder. */
export { checkContent } from "./check-content.js";
export { type SniffResult, sniff } from "./sniff.js";
