import type { ImageRecord } from "../../domain/model/image-record.js";
import type { PipelinePorts } from "../../domain/pipeline.js";
import type { Meters } from "./meters.js";
import { overlaid } from "./overlaid.js";

/** The ports, with the bytes that go through them measured, and every settlement told once it is committed. */
export function measuredPorts<Ports extends PipelinePorts>(
  ports: Ports,
  meters: Meters,
  settled: (record: ImageRecord) => void,
): Ports {
  const { originals, renditions, records } = ports;
  return {
    ...ports,
    originals: overlaid(originals, {
      get: async (...request) => {
        const blob = await originals.get(...request);
        meters.bytes("bytesIn", blob.bytes.length);
        return blob;
      },
    }),
    renditions: overlaid(renditions, {
      put: async (...request) => {
        const result = await renditions.put(...request);
        meters.bytes("bytesOut", request[1].length);
        return result;
      },
    }),
    records: overlaid(records, {
      commit: async (...request) => {
        await records.commit(...request);
        const [record] = request;
        // A settlement owes its event; the second commit of a version only says that nothing is owed any more.
        if (record.outbox && record.status !== "pending") settled(record);
      },
    }),
  };
}
