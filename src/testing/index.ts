export * from "../ports/contracts/index.js";
export { createFakeEngine, createFakeImage, type FakeImage } from "./fake-engine.js";
export {
  describeFamily,
  type Family,
  type FamilyHarnesses,
  type FamilyPort,
  type PortDescription,
  runFamily,
} from "./family.js";
export type { Looks } from "./histories/looks.js";
export { renumberSequencers } from "./histories/renumber-sequencers.js";
export type { HistoryStores } from "./histories/stores.js";
export { type HistoriesHarness, historiesContract } from "./histories.js";
