import { describe, it } from "node:test";
import { runLaws } from "./laws.js";

runLaws({ describe, it });
