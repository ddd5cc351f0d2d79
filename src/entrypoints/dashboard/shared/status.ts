import { useEffect, useState } from "react";
import type { SafelightClient } from "../../http/client/index.js";
import { useWork } from "./work.js";

/** The status of the pipeline, as the API tells it. */
export type PipelineStatus = Awaited<ReturnType<SafelightClient["getStatus"]>>;

const asked = new WeakMap<SafelightClient, Promise<PipelineStatus>>();

/** The status of the pipeline as it was when the page first asked; `undefined` until that is known. */
export function useStatus(): PipelineStatus | undefined {
  const { client } = useWork();
  const [status, setStatus] = useState<PipelineStatus>();
  useEffect(() => {
    const answer = asked.get(client) ?? client.getStatus();
    asked.set(client, answer);
    answer
      .then(setStatus)
      // Whatever else fails tells why; the next view asks again.
      .catch(() => asked.delete(client));
  }, [client]);
  return status;
}
