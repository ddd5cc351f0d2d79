export { isNotFoundError, readErrorCode } from "../../adapters/local/system-errors.js";
