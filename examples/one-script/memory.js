import { memoryModule } from "safelight/container";
import { openOn } from "./open-on.js";

export const open = () => openOn((baseUrl) => [memoryModule({ baseUrl })]);
