import { useEffect } from "react";
import { MoonIcon, SunIcon } from "./icons.jsx";
import { Store, useStore } from "./store.js";

type Theme = "light" | "dark";

const KEY = "safelight-theme";

/** A browser that keeps nothing for pages throws when it is asked to. */
function readKept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds as long as the page, then.
  }
}

function readTheme(): Theme | undefined {
  const kept = readKept();
  return kept === "light" || kept === "dark" ? kept : undefined;
}

const chosen = new Store<Theme | undefined>(readTheme());
const system = matchMedia("(prefers-color-scheme: dark)");

/** Switches between light and dark. What the system prefers is used, and followed, until somebody chooses. */
export function ThemeSwitch() {
  const theme = useStore(chosen) ?? (system.matches ? "dark" : "light");
  useEffect(() => {
    const followSystem = () => chosen.set(readTheme());
    system.addEventListener("change", followSystem);
    return () => system.removeEventListener("change", followSystem);
  }, []);
  const other = theme === "dark" ? "light" : "dark";
  const choose = () => {
    keep(other);
    chosen.set(other);
    applyTheme();
  };
  return (
    <button type="button" className="icon-button" onClick={choose} aria-label={`Use the ${other} theme`}>
      {theme === "dark" ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}

/** Has the page look as chosen. */
export function applyTheme(): void {
  const theme = chosen.get();
  if (theme) document.documentElement.dataset.theme = theme;
}
