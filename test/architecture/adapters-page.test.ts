import { expect, it } from "@jest/globals";
import { FAMILIES } from "../support/families/index.js";
import { renderPage } from "../support/families/render-page.js";
import { readText } from "../support/repository.js";

it("docs/adapters.md says what the families declare; npm run docs:adapters writes it", () => {
  expect(readText("docs/adapters.md")).toBe(renderPage(FAMILIES));
});

it("a gap that is declared is on the page, with what users live with", () => {
  const [memory] = FAMILIES;
  const queue = [
    { law: "a queue can be measured" },
    { law: "an ask is durable once send resolves", consequence: "ask again" },
  ];
  const page = renderPage([
    { ...memory, ports: { ...memory.ports, queue, tagger: { absent: "no | tags" } } },
  ]);
  expect(page).toContain(
    "| `queue` | a queue can be measured | no | the status says nothing of how much waits |",
  );
  expect(page).toContain("| memory | `queue` | an ask is durable once send resolves | ask again |");
  expect(page).toContain("| memory | `tagger` | no \\| tags |");
});
