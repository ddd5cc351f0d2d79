import Sequencer from "@jest/test-sequencer";

/** They compute most by far, and a worker that has run other suites before computes at half the speed. */
const FIRST = /[\\/]property[\\/](histories|planted-mistakes)\.test\.ts$/;

/** Jest's own order, but for the suites that are better run first. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const isFirst = ({ path }) => FIRST.test(path);
    const others = super.sort(tests);
    return [...others.filter(isFirst), ...others.filter((test) => !isFirst(test))];
  }
}
