/** Milliseconds until a connection that does not come about counts as failed. */
const CONNECT_TIMEOUT = 10_000;

/** Milliseconds for which a service may send and take nothing before a request counts as failed, unless an option says otherwise. */
const SILENCE_TIMEOUT = 30_000;

/**
 * The request handler's options of an SDK client: a service that vanished would otherwise be waited for until TCP gives up, or
 * for ever. The client tries again, three times in all.
 */
export function limitSilence(milliseconds: number = SILENCE_TIMEOUT) {
  return {
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_TIMEOUT, milliseconds),
      socketTimeout: milliseconds,
    },
  };
}
