import { type ReactNode, useEffect, useState } from "react";
import { announce } from "../shared/announcer.jsx";

interface CopyProps {
  readonly text: string;
  readonly label: string;
  readonly children: ReactNode;
}

/** Milliseconds for which a button says that it has copied. */
const THANKS = 2_000;

/** Copies a text. Where the browser does not let it, the text is shown to be copied by hand. */
export function CopyButton({ text, label, children }: CopyProps) {
  const [state, setState] = useState<"idle" | "copied" | "denied">("idle");
  useEffect(() => {
    if (state !== "copied") return;
    const timer = setTimeout(() => setState("idle"), THANKS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
      announce("Copied.");
    } catch {
      setState("denied");
    }
  };
  return (
    <>
      <button type="button" className="button small" aria-label={label} onClick={() => void copy()}>
        {state === "copied" ? "Copied" : children}
      </button>
      {state === "denied" && (
        <input
          className="by-hand"
          readOnly
          value={text}
          aria-label="Copy this by hand"
          onFocus={(event) => event.target.select()}
        />
      )}
    </>
  );
}
