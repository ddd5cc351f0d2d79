/**
 * Suites that take many seconds before their first test: `npm test` runs a third of them a day, `npm run test:long` all of
 * them, and whoever names a suite that one. The most expensive come first, so that each day has its share of these.
 */
export const ROTATING = [
  "entrypoints/http/lambda",
  "infra/least-privilege",
  "infra/fresh-project",
  "contracts/toy-family",
  "contracts/example-adapter",
  "contracts/test-runners",
  "entrypoints/containers/commands",
  "entrypoints/containers/killed-workers",
  "entrypoints/containers/other-stores",
  "unit/aws/listing",
  "unit/aws/reconcile-scale",
  "entrypoints/cli/remove-owner",
  "entrypoints/cli/process",
  "contracts/sharp-workers",
  "entrypoints/cli/edit",
  "unit/sharp/crashing-workers",
  "entrypoints/cli/records",
  "architecture/third-party-engine",
  "entrypoints/cli/doctor",
  "entrypoints/server/webhooks",
  "entrypoints/server/event-stream",
  "entrypoints/server/access",
  "entrypoints/cli/interruption",
  "entrypoints/cli/conventions",
  "entrypoints/cli/contact-sheet",
  "entrypoints/server/upload-tickets",
  "entrypoints/server/backpressure",
  "entrypoints/containers/image",
  "entrypoints/cli/reconcile-stores",
  "entrypoints/cli/redrive",
  "infra/operate",
  "infra/reconcile-function",
  "entrypoints/cli/replay",
  "entrypoints/lambda/faults",
  "entrypoints/server/watched-folder-random",
  "entrypoints/server/full-disk",
  "infra/grants",
  "golden/decode-memory",
  "entrypoints/lambda/settings",
  "entrypoints/server/no-file-descriptors",
  "golden/heic",
  "golden/shared-decoding",
];

const DAYS = 3;

/**
 * The suites that have another day. The day of a suite looks random: tests that a suite itself takes one a day of would
 * otherwise meet the same days of the suite again and again.
 */
export function listResting(seed) {
  const today = (Math.imul(seed, 0x9e3779b1) >>> 8) % DAYS;
  return ROTATING.filter((_, index) => index % DAYS !== today);
}
