import { ACCOUNT, REGION } from "../cloud/clients.js";
import { startFunction } from "../lambda/function.js";
import { type RecordingGate, startRecordingGate } from "./recording-gate.js";
import { readRoleStatements } from "./role-statements.js";
import type { DeployedTemplate } from "./template.js";
import { type NeededAction, readActions, type Service } from "./wire-actions.js";
import { readCommand } from "./wire-commands.js";

/** Where the services of the local cloud listen. */
export type Endpoints = Readonly<Partial<Record<Service, string>>>;

/**
 * Starts a function as the template has it: its variables, handler and timeout, and nothing else but where the local
 * cloud is. Every service is behind a gate of its own, so that what this function sends is known to be from it.
 */
export async function startGatedFunction(
  template: DeployedTemplate,
  id: string,
  {
    folder,
    endpoints,
    preload = [],
  }: { readonly folder: string; readonly endpoints: Endpoints; readonly preload?: readonly string[] },
) {
  const { Environment, Handler, Timeout, Role } = template.getProperties(id);
  const { Variables } = Environment as { Variables: Readonly<Record<string, string>> };
  const gates = await startGates(endpoints);
  const lambda = await startFunction({
    folder,
    seconds: Number(Timeout),
    preload,
    environment: {
      ...Variables,
      ...createEndpointVariables(gates),
      _HANDLER: String(Handler),
    },
  });
  return {
    ...lambda,
    /** The variables by which it finds the local cloud. */
    environment: createEndpointVariables(gates),
    getGate(service: Service): RecordingGate {
      const gate = gates.get(service);
      if (!gate) throw new Error(`there is no gate in front of ${service}`);
      return gate;
    },
    /** The statements of its role, with all references followed. */
    statements: readRoleStatements(template, String(Role)),
    /** Everything that its role had to allow so far. */
    needed: (): readonly NeededAction[] => listNeeded(gates),
    /** The commands of the SDK that it sent so far. */
    sent: (): ReadonlySet<string> =>
      new Set(
        [...gates].flatMap(([service, gate]) =>
          gate.calls().flatMap((call) => readCommand(service, call) ?? []),
        ),
      ),
    async close(): Promise<void> {
      await lambda.close();
      await Promise.all([...gates.values()].map((gate) => gate.close()));
    },
  };
}

/** A running function behind its gates. */
export type GatedFunction = Awaited<ReturnType<typeof startGatedFunction>>;

/** Starts a gate in front of each service. */
export async function startGates(endpoints: Endpoints): Promise<ReadonlyMap<Service, RecordingGate>> {
  const gates = new Map<Service, RecordingGate>();
  for (const [service, endpoint] of Object.entries(endpoints) as [Service, string][])
    gates.set(service, await startRecordingGate(endpoint));
  return gates;
}

/** Everything that has to be allowed of what went through the gates. */
export function listNeeded(gates: ReadonlyMap<Service, RecordingGate>): readonly NeededAction[] {
  return [...gates].flatMap(([service, gate]) => gate.calls().flatMap((call) => readActions(service, call)));
}

/** The variables by which the SDK finds the gates, with credentials and region. */
export function createEndpointVariables(
  gates: ReadonlyMap<Service, RecordingGate>,
): Readonly<Record<string, string>> {
  const endpoints = [...gates].map(([service, { endpoint }]) => [`AWS_ENDPOINT_URL_${service}`, endpoint]);
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
    AWS_MAX_ATTEMPTS: "1",
    ...Object.fromEntries(endpoints),
  };
}
