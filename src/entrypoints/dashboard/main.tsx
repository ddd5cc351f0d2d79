import { createRoot } from "react-dom/client";
import { App } from "./app.jsx";
import { applyTheme } from "./shared/theme.jsx";
import { startSession } from "./sign-in/session.js";

applyTheme();
void startSession();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
