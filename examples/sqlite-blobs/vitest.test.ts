import { describe, it } from "vitest";
import { runLaws } from "./laws.js";

runLaws({ describe, it: (name, body) => it(name, body, 60_000) });
