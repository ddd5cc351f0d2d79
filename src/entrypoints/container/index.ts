export { type Composition, compose } from "./compose.js";
export { configModule } from "./config-module.js";
export { localModule } from "./local-module.js";
export { memoryModule } from "./memory-module.js";
export { type Module, override } from "./module.js";
export { sharpModule, workerSharpModule } from "./sharp-module.js";
export { systemModule } from "./system-module.js";
export { type DependenciesOf, type Dependency, optional, type Token, token } from "./token.js";
export { type Port, type PortName, type Ports, tokens } from "./tokens.js";
