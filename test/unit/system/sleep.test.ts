import { afterAll, expect, it } from "@jest/globals";
import { sleep as awsSleep } from "../../../src/adapters/aws/sleep.js";
import { memory } from "../../../src/adapters/memory/index.js";
import { createTestDirectory } from "../../support/data-directory.js";

const place = createTestDirectory();
afterAll(() => place.close());

it.each([
  ["memory", memory().sleep],
  ["local", place.open().sleep],
  ["aws", awsSleep],
])("waits for its time or until nobody waits any more: %s", async (_family, sleep) => {
  const gone = new AbortController();
  await sleep(1, gone.signal);
  const sleeping = sleep(3_600_000, gone.signal);
  gone.abort();
  await expect(sleeping).rejects.toThrow("aborted");
  await expect(sleep(3_600_000, gone.signal)).rejects.toThrow("aborted");
});
