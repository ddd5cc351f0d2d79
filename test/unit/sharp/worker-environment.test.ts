import { expect, it } from "@jest/globals";
import { listHarmlessVariables } from "../../../src/adapters/sharp/workers/start-worker-process.js";

it("a process that decodes strangers' bytes gets no variable whose name sounds like a secret", () => {
  const harmless = {
    PATH: "/bin",
    LANG: "C",
    KEYBOARD: "us",
    FONTCONFIG_PATH: "/fonts",
    UV_THREADPOOL_SIZE: "4",
  };
  const secrets = {
    SAFELIGHT_TOKEN: "x",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SESSION_TOKEN: "x",
    DATABASE_PASSWORD: "x",
    SAFELIGHT_DATABASE_URL: "x",
    client_secret: "x",
    STRIPE_API_KEY: "x",
    OPENAI_APIKEY: "x",
    GOOGLE_APPLICATION_CREDENTIALS: "x",
  };
  expect(listHarmlessVariables({ ...harmless, ...secrets })).toEqual(harmless);
});
