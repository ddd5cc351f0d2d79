import Sequencer from "@jest/test-sequencer";
import { ROTATING } from "./rotation.mjs";

/**
 * The suites that are better run first: the first two compute most by far, and a worker that has run other suites before
 * computes at half the speed; the others would be the end of a run if they began late, and a new machine does not know yet
 * how long they take.
 */
const FIRST = [
  "property/planted-mistakes",
  "property/histories",
  "browser/dashboard",
  "property/reconcile",
  "property/reconcile-mistakes",
  "contracts/s3-postgres",
  "contracts/aws",
  "unit/postgres/outages",
  "entrypoints/server/watched-folder-random",
  ...ROTATING,
];

/** Those suites in their order, then the others in jest's own. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const findPlace = ({ path }) => {
      const place = FIRST.findIndex((name) => path.replaceAll("\\", "/").endsWith(`/test/${name}.test.ts`));
      return place === -1 ? FIRST.length : place;
    };
    // Stable: jest's own order stays among equals.
    return super.sort(tests).toSorted((a, b) => findPlace(a) - findPlace(b));
  }
}
