/** The version of this package, as in its package.json. Here because what is bundled has no package.json beside it. */
export const SAFELIGHT_VERSION = "0.1.0";
