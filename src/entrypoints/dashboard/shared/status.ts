import { useEffect, useState } from "react";
import type { SafelightClient } from "../../http/client/index.js";
import { useWork } from "./work.js";

/** The status of the pipeline, as the API tells it. */
export type PipelineStatus = Awaited<ReturnType<SafelightClient["getStatus"]>>;

const asked = new WeakMap<SafelightClient, Promise<PipelineStatus>>();

/** Whether images can be searched by name; asked once, and `undefined` until that is known. */
export function useSearchByName(): boolean | undefined {
  const { client } = useWork();
  const [canSearch, setCanSearch] = useState<boolean>();
  useEffect(() => {
    const answer = asked.get(client) ?? client.getStatus();
    asked.set(client, answer);
    answer
      .then(({ capabilities }) => setCanSearch(capabilities.searchByName))
      // Whatever else fails tells why; the next view asks again.
      .catch(() => asked.delete(client));
  }, [client]);
  return canSearch;
}
