/** Something to send commands through. */
interface Sender {
  send(...request: unknown[]): Promise<unknown>;
}

/** A stand-in that makes the client with its first request and passes every request on. */
export function createLazyClient<Client extends { send: unknown }>(
  make: () => Promise<Client>,
): Pick<Client, "send"> {
  let client: Promise<Client> | undefined;
  const send: Sender["send"] = async (...request) => {
    client ??= make();
    // The types of a client say which command has which answer, in more signatures than can be passed on one by one.
    return ((await client) as unknown as Sender).send(...request);
  };
  return { send } as unknown as Pick<Client, "send">;
}
