export { systemClock } from "./clock.js";
export { randomIds } from "./ids.js";
export { type JsonLogOptions, jsonLog } from "./json-log.js";
