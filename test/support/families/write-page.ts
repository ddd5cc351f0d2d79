import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../repository.js";
import { FAMILIES } from "./index.js";
import { renderPage } from "./render-page.js";

// `npm run docs:adapters`
writeFileSync(join(ROOT, "docs", "adapters.md"), renderPage(FAMILIES));
