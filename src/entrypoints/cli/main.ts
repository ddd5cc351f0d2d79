#!/usr/bin/env node
import module from "node:module";
import { handleUncaughtErrors } from "./unexpected-errors.js";

// First: what fails to load is said in the same words.
handleUncaughtErrors();
// From Node 22.8 on, code that one run has compiled need not be compiled by the next.
(module as { enableCompileCache?(): unknown }).enableCompileCache?.();
const { runCommandLine } = await import("./program.js");

await runCommandLine(process.argv.slice(2));
