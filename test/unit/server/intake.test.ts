import { describe, expect, it } from "@jest/globals";
import { Intake } from "../../../src/entrypoints/server/intake.js";

/** A thread that answers what it is sent with what `body` says, given `request`. */
function program(body: string): URL {
  const text = `import { parentPort } from "node:worker_threads";
    const answer = (value) => parentPort.postMessage(value);
    parentPort.on("message", (request) => { if (request.type === "close") parentPort.close(); else { ${body} } });`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

const ECHO = program(
  "answer({ call: request.call, imageId: request.input.key + Buffer.from(request.input.bytes).toString() });",
);

describe("an intake", () => {
  it("gives each upload its own answer", async () => {
    const intake = new Intake("nowhere", ECHO);
    const inputs = [1, 2, 3].map((count) => ({ key: `k${count} `, bytes: Buffer.alloc(10_000, `${count}`) }));
    const answers = await Promise.all(inputs.map((input) => intake.upload(input)));
    expect(answers).toEqual([1, 2, 3].map((count) => `k${count} ${`${count}`.repeat(10_000)}`));
    await intake.close();
  });

  it("sends of a shared buffer only the part that was uploaded, and leaves the rest to its owners", async () => {
    const intake = new Intake("nowhere", ECHO);
    const shared = Buffer.from("before|picture|after");
    const bytes = shared.subarray(7, 14);
    expect(await intake.upload({ key: "k ", bytes })).toBe("k picture");
    expect(shared.toString()).toBe("before|picture|after");
    await intake.close();
  });

  it("throws what the thread threw, with its code", async () => {
    const refuse =
      'answer({ call: request.call, code: "unavailable", message: "no disk", cause: "Error: EIO" });';
    const intake = new Intake("nowhere", program(refuse));
    await expect(intake.upload({ key: "k", bytes: Buffer.alloc(9) })).rejects.toMatchObject({
      code: "unavailable",
      message: "no disk",
      cause: "Error: EIO",
    });
    await intake.close();
  });

  it("tells every sender when its thread dies, and goes on with another one", async () => {
    const mortal = program(
      'if (request.input.key === "last") process.exit(1); else answer({ call: request.call, imageId: "stored" });',
    );
    const intake = new Intake("nowhere", mortal);
    const lost = [
      intake.upload({ key: "last", bytes: Buffer.alloc(9) }),
      intake.upload({ key: "a", bytes: Buffer.alloc(9) }),
    ];
    for (const settled of await Promise.allSettled(lost))
      expect(settled).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    expect(await intake.upload({ key: "a", bytes: Buffer.alloc(9) })).toBe("stored");
    await intake.close();
    await intake.close();
  });
});
