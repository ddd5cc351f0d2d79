import { describeFamily, type Family, type PortDescription } from "../../../src/testing/index.js";

const INTRODUCTION = `# Families of adapters

A family is a set of adapters that work together. Each declares what it does not keep of the contracts in
\`safelight/testing\`, and what its users live with; its tests are run with the same declarations, and fail where one of
them is missing or has expired. \`npm run docs:adapters\` writes this page from them. \`aws\` has every option that adds a
capability, \`s3+postgres\` lies on a store that takes forms: [other stores](s3-compatible-stores.md) lack more.
`;

const CAPABILITIES = `## Capabilities

What a store or service may lack without being wrong. Conditional writes of blobs are not among them: no port needs one.
Those of records are a promise that every repository keeps.
`;

const PROMISES = `## Promises that are not kept

Everything else that a port promises is kept by every family that has the port.
`;

/** Renders the page of all families, as `docs/adapters.md`. */
export function renderPage(families: readonly Family[]): string {
  const described = families.map((family) => ({ name: family.name, ports: describeFamily(family) }));
  const names = described.map(({ name }) => name);
  const ports = described[0]?.ports ?? [];
  const find = (family: (typeof described)[number], port: string) =>
    family.ports.find((one) => one.port === port) as PortDescription;
  const absences = described.flatMap((family) =>
    family.ports.flatMap(({ port, absent }) =>
      absent === undefined ? [] : [[family.name, `\`${port}\``, absent]],
    ),
  );
  const capabilities = ports.flatMap(({ port, capabilities: all }) =>
    all.map(({ law, consequence }) => [
      `\`${port}\``,
      law,
      ...described.map((family) => {
        const { absent, gaps } = find(family, port);
        return absent === undefined && !gaps.some((gap) => gap.law === law) ? "yes" : "no";
      }),
      consequence,
    ]),
  );
  const promises = described.flatMap((family) =>
    family.ports.flatMap(({ port, gaps, capabilities: all }) =>
      gaps
        .filter(({ law }) => !all.some((capability) => capability.law === law))
        .map(({ law, consequence }) => [family.name, `\`${port}\``, law, consequence]),
    ),
  );
  const has = ports.map(({ port }) => [
    `\`${port}\``,
    ...described.map((family) => (find(family, port).absent === undefined ? "yes" : "no")),
  ]);
  return [
    INTRODUCTION,
    "## Ports\n\n`changes` are the originals with their queue, `histories` the three stores together.\n",
    renderTable(["port", ...names], has),
    renderTable(["family", "lacks", "what users live with"], absences),
    CAPABILITIES,
    renderTable(["port", "capability", ...names, "without it"], capabilities),
    PROMISES,
    renderTable(["family", "port", "promise", "what users live with"], promises),
  ].join("\n");
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`,
  );
  return lines.join("");
}
