/** One command that an SDK client sent, and what came back. */
export interface SentCommand {
  /** As the SDK calls it, without `Command`: `PutObject`. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Absent if it failed. */
  readonly output?: Readonly<Record<string, unknown>>;
}

/** The part of the SDK's clients that a recorder hooks into. */
interface RecordedClient {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: { input: object }) => Promise<{ output: object }>,
        context: { commandName?: string },
      ) => (args: { input: object }) => Promise<{ output: object }>,
      options: { step: "initialize"; name: string },
    ): void;
  };
}

/** Notes every command that the clients send from now on, in the order of the answers; empty the list to start anew. */
export function recordCommands(clients: Iterable<object>): SentCommand[] {
  const sent: SentCommand[] = [];
  for (const client of clients) {
    (client as RecordedClient).middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          const told = { name: commandName.replace(/Command$/, ""), input: { ...args.input } };
          try {
            const answer = await next(args);
            sent.push({ ...told, output: { ...answer.output } });
            return answer;
          } catch (error) {
            sent.push(told);
            throw error;
          }
        },
      { step: "initialize", name: "recordCommands" },
    );
  }
  return sent;
}

/** How often each command was sent. */
export function countByName(sent: readonly SentCommand[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of sent) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** How many items DynamoDB read for what was sent: those that a query looked at, found or not, and those fetched by key. */
export function countItemsRead(sent: readonly SentCommand[]): { queried: number; fetched: number } {
  let [queried, fetched] = [0, 0];
  for (const { name, output } of sent) {
    if (name === "Query") queried += Number(output?.ScannedCount ?? 0);
    if (name === "BatchGetItem")
      fetched += Object.values((output?.Responses ?? {}) as Record<string, unknown[]>).flat().length;
  }
  return { queried, fetched };
}
