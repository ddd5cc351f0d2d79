import { bind } from "jest-each";

/**
 * The exports of `@jest/globals` for test files. The runner sets the globals and knows no time limit: without one a test
 * that hangs would hang the run and name nobody.
 */

/** Bounds what hangs, not what is slow: a busy machine may take several times as long. */
const LIMIT_MILLISECONDS = 240_000;

function limitTime(run, milliseconds = LIMIT_MILLISECONDS) {
  return async () => {
    let timer;
    const late = new Promise((_, reject) => {
      const fail = () => reject(new Error(`the test or hook has not ended after ${milliseconds} ms`));
      timer = setTimeout(fail, milliseconds);
    });
    try {
      await Promise.race([run(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

function limitTests(register) {
  const registerLimited = (name, run, milliseconds) => register(name, limitTime(run, milliseconds));
  return Object.assign(registerLimited, { each: bind(registerLimited) });
}

const limitHook = (register) => (run, milliseconds) => register(limitTime(run, milliseconds));

export const { describe, expect, jest } = globalThis;
export const it = Object.assign(limitTests(globalThis.it), {
  only: limitTests(globalThis.it.only),
  skip: globalThis.it.skip,
});
export const test = it;
export const beforeAll = limitHook(globalThis.beforeAll);
export const beforeEach = limitHook(globalThis.beforeEach);
export const afterAll = limitHook(globalThis.afterAll);
export const afterEach = limitHook(globalThis.afterEach);
