/*
 * What the commands take of the container, which they load when they need it. Each from its own file: sharp, which the
 * commands leave to other processes, takes a tenth of a second to load.
 */

export { compose, configModule } from "../container/compose.js";
export { localAdapters, localModule } from "../container/local-module.js";
export { localNotesModule } from "../container/local-notes-module.js";
export { memoryModule } from "../container/memory-module.js";
export { override } from "../container/module.js";
export { tokens } from "../container/ports.js";
export { createSharpVersionModule, sharpWorkersModule } from "../container/sharp-workers-module.js";
