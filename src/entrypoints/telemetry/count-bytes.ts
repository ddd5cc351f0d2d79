import { decorate } from "../../ports/checked/decorate.js";
import { type Module, wrapModule } from "../container/module.js";
import { tokens } from "../container/ports.js";
import type { Meters } from "./meters.js";

/** Modules that count the bytes of originals that are read, and of renditions that are written. */
export function createByteCounters(meters: Pick<Meters, "countBytes">): readonly Module[] {
  return [
    wrapModule(tokens.originals, (originals) =>
      decorate(originals, {
        get: async (...request) => {
          const blob = await originals.get(...request);
          meters.countBytes("bytesIn", blob.bytes.length);
          return blob;
        },
      }),
    ),
    wrapModule(tokens.renditions, (renditions) =>
      decorate(renditions, {
        put: async (...request) => {
          const result = await renditions.put(...request);
          meters.countBytes("bytesOut", request[1].length);
          return result;
        },
      }),
    ),
  ];
}
