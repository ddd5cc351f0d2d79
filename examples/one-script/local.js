import { localModule } from "safelight/container";
import { openOn } from "./open-on.js";

export const open = () => openOn((baseUrl) => [localModule({ dir: "data", baseUrl })]);
