import "../test/support/typescript-loader.mjs";

/* Kills the built command SAFELIGHT_KILLS (200) times at random moments; SAFELIGHT_SEED repeats a run. */

await import("../test/support/kill/torture.ts");
