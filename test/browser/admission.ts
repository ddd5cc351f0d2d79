import { afterEach, beforeEach, expect } from "@jest/globals";
import type { Browser } from "playwright-core";
import { bearerTokens } from "../../src/entrypoints/http/index.js";
import { DEFAULT_SCOPES } from "../../src/entrypoints/lambda/settings.js";
import { waitUntilFound } from "../entrypoints/server/start-server.js";
import { Visitor } from "../support/browser/chromium.js";
import { startCloudBackend } from "../support/browser/cloud-backend.js";
import { startMemoryBackend } from "../support/browser/memory-backend.js";
import { startOpenIdProvider } from "../support/browser/openid-provider.js";
import { drawTestImage } from "../support/images.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const TOKEN = "a-token-of-the-tests";

/** Who is let in, and who is not. */
export function describeAdmission(browser: () => Browser): void {
  const test = takeSampleOfTests(2);
  let visitor: Visitor;
  const closers: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    visitor = await Visitor.open(browser());
  });
  afterEach(async () => {
    await visitor.close();
    for (const close of closers.splice(0).reverse()) await close();
  });

  test("asks for the token of the server, refuses another, and keeps it until the tab is closed", async () => {
    const authorize = bearerTokens([{ token: TOKEN, permissions: ["read", "write"] }]);
    const backend = await startMemoryBackend({ authorize, access: () => "token", token: TOKEN });
    closers.push(backend.close);
    const { page } = visitor;
    await page.goto(backend.url);
    await page.getByLabel("Token").fill("not-the-token-of-the-tests");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This token is not known here.").waitFor();
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Drop your first pictures here" }).waitFor();
    // A stream is asked for with the token as well, which no `EventSource` could send.
    const opened = page.waitForResponse(/\/events$/);
    await page.reload();
    expect((await opened).status()).toBe(200);
    await page.getByRole("heading", { name: "Drop your first pictures here" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.evaluate<number>("sessionStorage.length")).toBe(0);
  });

  test("removes for whoever signs out at once what they have removed", async () => {
    const authorize = bearerTokens([{ token: TOKEN, permissions: ["read", "write"] }]);
    const backend = await startMemoryBackend({ authorize, access: () => "token", token: TOKEN });
    closers.push(backend.close);
    const picture = new Uint8Array(await drawTestImage({ width: 96, height: 64 }));
    const { imageId } = await backend.client.upload(new File([picture], "removed.jpg"));
    const { page } = visitor;
    await page.goto(`${backend.url}?image=${imageId}`);
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto("about:blank");
    await waitUntilFound(async () => (await backend.client.get(imageId)) === undefined);
  });

  test("sends people to a provider of OpenID Connect and back to where they were, and shows nothing to others", async () => {
    const provider = await startOpenIdProvider();
    closers.push(provider.close);
    const backend = await startMemoryBackend({
      authorize: provider.authorize,
      access: async (url) => {
        await provider.admit(url);
        return { issuer: provider.issuer, clientId: "dashboard" };
      },
    });
    closers.push(backend.close);
    await expect(backend.client.list()).rejects.toMatchObject({ code: "unauthenticated" });
    const { page } = visitor;
    await page.goto(`${backend.url}?view=pipeline`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByPlaceholder("Enter any login").fill("ansel");
    await page.getByPlaceholder("and password").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Pipeline", level: 1 }).waitFor();
    expect(page.url()).toBe(`${backend.url}?view=pipeline`);
    await page.getByText("Nothing was refused.").waitFor();
    // No storage has a token: whoever reads it later finds nothing.
    expect(await page.evaluate<number>("sessionStorage.length + localStorage.length")).toBe(0);
    // Whoever signs out does so at the provider too: the next one is asked who they are.
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByPlaceholder("Enter any login").waitFor();
  });

  test("signs people in to AWS, where the gateway and the functions look for the scopes that the page asks for", async () => {
    const provider = await startOpenIdProvider({ audience: "images" });
    closers.push(provider.close);
    const backend = await startCloudBackend({
      tokens: { issuer: provider.issuer, audience: "images" },
      access: async (url) => {
        await provider.admit(url);
        const scope = Object.values(DEFAULT_SCOPES).join(" ");
        return { issuer: provider.issuer, clientId: "dashboard", scope };
      },
    });
    closers.push(backend.close);
    expect((await fetch(`${backend.url}images`)).status).toBe(401);
    const { page } = visitor;
    await page.goto(backend.url);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByPlaceholder("Enter any login").fill("ansel");
    await page.getByPlaceholder("and password").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Drop your first pictures here" }).waitFor();
    const buffer = Buffer.from(await drawTestImage({ width: 96, height: 64 }));
    const file = { name: "signed-in.jpg", mimeType: "image/jpeg", buffer };
    await page.locator('input[type="file"]').first().setInputFiles(file);
    await page.locator('.tile a[data-status="ready"]', { hasText: "signed-in.jpg" }).waitFor();
  });

  test("tells who was refused by the provider that they were not signed in", async () => {
    const provider = await startOpenIdProvider();
    closers.push(provider.close);
    const backend = await startMemoryBackend({
      authorize: provider.authorize,
      access: async (url) => {
        await provider.admit(url);
        return { issuer: provider.issuer, clientId: "dashboard" };
      },
    });
    closers.push(backend.close);
    const { page } = visitor;
    await page.goto(backend.url);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: /Cancel/ }).click();
    await page.getByText("You were not signed in").waitFor();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
  });
}
