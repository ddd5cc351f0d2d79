import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, Workplace } from "./run-command.js";

const it = takeSampleOfTests(3);

function createEvent(...keys: string[]): string {
  const records = keys.map((key) => ({
    eventVersion: "2.1",
    eventSource: "aws:s3",
    eventName: "ObjectCreated:Put",
    s3: {
      bucket: { name: "photos" },
      object: { key, sequencer: "0055AED6DCD90281E5", eTag: "d41d8cd98f00b204e9800998ecf8427e" },
    },
  }));
  return JSON.stringify({ Records: records });
}

describe("safelight replay", () => {
  let place: Workplace;
  beforeAll(() => buildCommand());
  beforeEach(async () => {
    place = new Workplace();
    place.write("photos/a.jpg", await drawTestImage({ width: 60, height: 40 }));
    await place.run("process", "photos", "--data", "data");
  });
  afterEach(() => place.remove());

  it("says of each change what it did and why, and loses nothing of what is there", async () => {
    const before = await place.list("--data", "data");
    place.write("event.json", createEvent("a.jpg", "never.jpg"));
    const { code, stdout, stderr } = await place.run("replay", "event.json", "--data", "data");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^1\/2 created a\.jpg, sequencer 0055AED6DCD90281E5\S*, attempt 1$/);
    expect(stdout).toContain("  unchanged: what is there is what the change calls for; nothing was rendered");
    expect(stdout).toContain("    kept ");
    expect(stdout).toContain("2/2 created never.jpg");
    expect(stdout).toContain("  left no record");
    expect(lines.at(-2)).toBe("2 changes replayed, 0 could not finish, 0 could not be read");
    expect(await place.list("--data", "data")).toEqual(before);
  });

  it("renders what is missing, prints JSON, and names what cannot be read", async () => {
    place.write("more.jsonl", `${createEvent("a.jpg")}\n{"hello":1}\n`);
    place.write("safelight.config.json", '{ "thumbnails": { "tiny": { "width": 9 } } }');
    const { code, stdout, stderr } = await place.run("replay", "more.jsonl", "--data", "data", "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      recorded: { type: "created", key: "a.jpg" },
      outcome: "ready",
      renditions: { made: [expect.stringContaining("tiny")], kept: [] },
    });
    expect(stderr).toContain("could not be read: expected a notification");
    expect(stderr).toContain("1 change replayed, 0 could not finish, 1 could not be read");
  });

  it("says which events it skips, because they change no original", async () => {
    const test = { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "photos" };
    const tagged = createEvent("a.jpg").replace("ObjectCreated:Put", "ObjectTagging:Put");
    const body = Buffer.from(createEvent("a.jpg")).toString("base64");
    place.write(
      "test.json",
      JSON.stringify({ Messages: [{ Body: JSON.stringify(test) }, { Body: tagged }] }),
    );
    place.write("more.jsonl", `${JSON.stringify(test)}\n${JSON.stringify({ Messages: [{ Body: body }] })}\n`);
    const only = await place.run("replay", "test.json", "--data", "data");
    expect(only).toMatchObject({
      code: 0,
      stdout: "0 changes replayed, 0 could not finish, 0 could not be read, 2 skipped\n",
      stderr:
        "skipped: 1 event s3:TestEvent, which changes no original\nskipped: 1 event ObjectTagging:Put, which changes no original\n",
    });
    const more = await place.run("replay", "more.jsonl", "--data", "data");
    expect(more.stdout).toContain("1 change replayed, 0 could not finish, 0 could not be read, 1 skipped");
  });

  it.each([
    ["a file that is not there", "nowhere.json", "a file that can be read"],
    ["a file that is no recording", "photos/a.jpg", "JSON"],
    [
      "a file without a notification",
      "empty.json",
      'recorded notifications for the file "empty.json" but received none: "[]"',
    ],
    [
      "an empty file",
      "nothing.json",
      'recorded notifications for the file "nothing.json" but received nothing: it is empty',
    ],
    ["a file that was cut off", "cut.json", 'JSON for the recording but received "{" (Expected'],
  ])("refuses %s", async (_, file, reason) => {
    place.write("empty.json", "[]");
    place.write("nothing.json", "");
    place.write("cut.json", JSON.stringify(JSON.parse(createEvent("a.jpg")), undefined, 2).slice(0, -9));
    const { code, stderr } = await place.run("replay", file, "--data", "data");
    expect(stderr).toContain(`expected ${reason}`);
    expect(code).toBe(2);
  });
});
