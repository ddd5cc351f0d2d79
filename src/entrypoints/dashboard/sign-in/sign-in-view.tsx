import { type FormEvent, useId, useState } from "react";
import { ApiError } from "../../http/client/index.js";
import { describeFailure } from "../shared/failure.js";
import { leaveForProvider, tryToken } from "./session.js";
import type { Settings } from "./settings.js";

/** Asks for credentials. */
export function SignInView({ settings, reason }: { readonly settings: Settings; readonly reason?: string }) {
  return (
    <main className="card sign-in">
      <h1>Sign in</h1>
      {reason && <p role="alert">{reason}</p>}
      {settings.access === "openid" ? (
        <ProviderForm settings={settings} />
      ) : (
        <TokenForm settings={settings} />
      )}
    </main>
  );
}

function TokenForm({ settings }: { readonly settings: Settings }) {
  const [token, setToken] = useState("");
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      await tryToken(settings, token.trim());
    } catch (error) {
      const isUnknown = error instanceof ApiError && error.code === "unauthenticated";
      setFailure(
        isUnknown ? "This token is not known here. Check that it was copied whole." : describeFailure(error),
      );
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit}>
      <p>
        This server asks for the token that it was started with, in <code>SAFELIGHT_TOKEN</code>. It is kept
        until this tab is closed.
      </p>
      <label htmlFor={id}>Token</label>
      <input
        id={id}
        type="password"
        autoComplete="current-password"
        required
        value={token}
        onChange={(event) => setToken(event.target.value)}
        aria-describedby={failure ? `${id}-failure` : undefined}
        aria-invalid={failure !== undefined}
      />
      <p id={`${id}-failure`} role="alert" className="fault">
        {failure}
      </p>
      <button type="submit" className="button primary" disabled={isBusy}>
        Sign in
      </button>
    </form>
  );
}

function ProviderForm({ settings }: { readonly settings: Settings }) {
  const [failure, setFailure] = useState<string>();
  const leave = () => {
    setFailure(undefined);
    leaveForProvider(settings).catch(() =>
      setFailure(
        "The provider was not reached. Try again; if that fails again, tell whoever runs this page.",
      ),
    );
  };
  return (
    <>
      <p>You will be sent to {readHost(settings)} and back.</p>
      <p role="alert" className="fault">
        {failure}
      </p>
      <button type="button" className="button primary" onClick={leave}>
        Sign in
      </button>
    </>
  );
}

function readHost({ openid }: Settings): string {
  return openid && URL.canParse(openid.issuer) ? new URL(openid.issuer).host : "your provider";
}
