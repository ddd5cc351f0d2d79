import type { Failure } from "../../../domain/model/image-record.js";
import { explainFailure } from "../../http/client/index.js";

/** Says in one short sentence what is wrong with a refused image, for where there is little room. */
export function explainShortly(failure: Failure): string {
  const [first = ""] = explainFailure(failure).split(/(?<=\.) /);
  return first;
}
