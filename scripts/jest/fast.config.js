import { fileURLToPath } from "node:url";
import everything from "../../jest.config.js";

// The workers inherit it.
process.env.SAFELIGHT_TESTS ??= "fast";

/** `npm run test:fast`: the model, the use cases, the properties and the contracts on memory; no process is started. */
export default {
  ...everything,
  rootDir: fileURLToPath(new URL("../..", import.meta.url)),
  testMatch: [
    "<rootDir>/test/unit/{model,ports,support,use-cases}/**/*.test.ts",
    "<rootDir>/test/property/**/*.test.ts",
    "<rootDir>/test/contracts/{contract,fake-engine,memory}.test.ts",
  ],
};
