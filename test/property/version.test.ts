import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import { readKeyVersion, renditionKey, toDecodeMarkerKey } from "../../src/domain/model/storage-layout.js";
import {
  compareVersions,
  deriveChangeVersion,
  deriveMovedVersion,
  incrementRevision,
  PENDING_VERSION,
  parseVersionLabel,
  toVersionLabel,
  type Version,
  version,
} from "../../src/domain/model/version.js";
import {
  CONFUSABLE_SEQUENCERS,
  CONFUSABLE_VERSIONS,
  confusablePair,
} from "../../src/ports/contracts/confusable-sequencers.js";

const ID = deriveImageId("k");

const sequencers = fc.oneof(
  fc.constantFrom("", ...CONFUSABLE_SEQUENCERS),
  confusablePair.map(([, other]) => other),
  fc.stringMatching(/^[0-9A-Za-z_]{1,128}$/),
);
const versions = fc
  .record({
    epoch: fc.oneof(fc.nat({ max: 11 }), fc.maxSafeNat()),
    sequencer: sequencers,
    revision: fc.oneof(fc.nat({ max: 11 }), fc.maxSafeNat()),
  })
  .map(version);
const pairs = fc.oneof(
  fc.tuple(versions, versions),
  fc
    .tuple(confusablePair, fc.nat({ max: 2 }))
    .map(([[one, other], revision]): [Version, Version] => [
      version({ sequencer: one, revision }),
      version({ sequencer: other, revision }),
    ]),
);

describe("the label of a version", () => {
  it("parses to the version", () => {
    fc.assert(fc.property(versions, (one) => expect(parseVersionLabel(toVersionLabel(one))).toEqual(one)));
  });

  it("belongs to no other version", () => {
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        expect(toVersionLabel(one) === toVersionLabel(other)).toBe(compareVersions(one, other) === 0);
      }),
    );
    expect(new Set(CONFUSABLE_VERSIONS.map(toVersionLabel)).size).toBe(CONFUSABLE_VERSIONS.length);
  });

  it("is a segment of a key from which every version can be read", () => {
    fc.assert(
      fc.property(versions, (one) => {
        expect(readKeyVersion(ID, renditionKey(ID, one, "f", "thumb", "jpg"))).toEqual(one);
        expect(readKeyVersion(ID, toDecodeMarkerKey(ID, one))).toEqual(one);
      }),
    );
  });

  it.each([
    "",
    "-",
    "--",
    "1",
    "1-",
    "1-1",
    "0-1-",
    "-1-1",
    "0--01",
    "0-1-00",
    "00-1-0",
    "0-1--1",
    "-1-1-1",
    "0-1-1.5",
    "0.5-1-1",
    "0-1-1 ",
    "0-a b-1",
    "0-é-1",
    "a-1-1",
    `0-${"1".repeat(129)}-1`,
    "0-1-9007199254740992",
    "9007199254740992-1-1",
    "0-1-1\n",
  ])("is not %j", (text) => {
    expect(parseVersionLabel(text)).toBeUndefined();
  });
});

describe("versions", () => {
  it("are in the order of their epochs, then of their sequencers' ASCII codes, then of their revisions", () => {
    const toBytes = (text: string) => Buffer.from(text, "ascii");
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const expected =
          Math.sign(a.epoch - b.epoch) ||
          Buffer.compare(toBytes(a.sequencer), toBytes(b.sequencer)) ||
          Math.sign(a.revision - b.revision);
        expect(Math.sign(compareVersions(a, b))).toBe(expected);
      }),
    );
  });

  it("of a pending record are older than any other", () => {
    const others = versions.filter((one) => one.epoch > 0 || one.sequencer !== "" || one.revision > 0);
    fc.assert(fc.property(others, (one) => expect(compareVersions(PENDING_VERSION, one)).toBeLessThan(0)));
  });

  it("of a request are newer than the version that it was made at, and older than the next change", () => {
    fc.assert(
      fc.property(confusablePair, fc.nat(), fc.nat(), ([one, other], revision, epoch) => {
        const current = version({ epoch, sequencer: one, revision });
        expect(compareVersions(incrementRevision(current), current)).toBeGreaterThan(0);
        const order = compareVersions(deriveChangeVersion(other), deriveChangeVersion(one));
        const change = deriveChangeVersion(other, current);
        expect(Math.sign(compareVersions(change, incrementRevision(current)))).toBe(Math.sign(order));
      }),
    );
    expect(incrementRevision(undefined)).toEqual({ epoch: 0, sequencer: "", revision: 1 });
  });

  it("of a moved original are newer than all of the old store, and older than every change of the new one", () => {
    fc.assert(
      fc.property(versions, versions, sequencers, (one, late, sequencer) => {
        fc.pre(one.epoch < Number.MAX_SAFE_INTEGER && sequencer !== "");
        const moved = deriveMovedVersion(one);
        expect(compareVersions(moved, version({ ...late, epoch: one.epoch }))).toBeGreaterThan(0);
        expect(compareVersions(deriveChangeVersion(sequencer, moved), moved)).toBeGreaterThan(0);
        expect(compareVersions(incrementRevision(moved), deriveChangeVersion(sequencer, moved))).toBeLessThan(
          0,
        );
      }),
    );
  });

  it("of a change have the epoch of the record that it meets", () => {
    expect(deriveChangeVersion("1")).toEqual({ epoch: 0, sequencer: "1", revision: 0 });
    const met = version({ epoch: 2, sequencer: "9", revision: 4 });
    expect(deriveChangeVersion("1", met)).toEqual({ epoch: 2, sequencer: "1", revision: 0 });
  });

  it("accept every sequencer and every whole number from 0", () => {
    fc.assert(fc.property(versions, (one) => expect(version(one)).toEqual(one)));
    const plain = { epoch: 0, sequencer: "a", revision: 0 };
    expect(version({ epoch: -0, sequencer: "a", revision: -0 })).toEqual(plain);
    expect(version({ sequencer: "a", revision: 0 })).toEqual(plain);
  });

  it.each([
    [{ sequencer: "1-0", revision: 0 }, "version.sequencer"],
    [{ sequencer: "1".repeat(129), revision: 0 }, "version.sequencer"],
    [{ sequencer: "1\n", revision: 0 }, "version.sequencer"],
    [{ sequencer: " 1", revision: 0 }, "version.sequencer"],
    [{ sequencer: "../..", revision: 0 }, "version.sequencer"],
    [{ sequencer: "\u0661", revision: 0 }, "version.sequencer"],
    [{ sequencer: 1, revision: 0 }, "version.sequencer"],
    [{ revision: 0 }, "version.sequencer"],
    [{ sequencer: "1", revision: -1 }, "version.revision"],
    [{ sequencer: "1", revision: 1.5 }, "version.revision"],
    [{ sequencer: "1", revision: Number.NaN }, "version.revision"],
    [{ sequencer: "1", revision: 2 ** 53 }, "version.revision"],
    [{ sequencer: "1", revision: "1" }, "version.revision"],
    [{ sequencer: "1" }, "version.revision"],
    [{ epoch: -1, sequencer: "1", revision: 0 }, "version.epoch"],
    [{ epoch: 1.5, sequencer: "1", revision: 0 }, "version.epoch"],
    [{ epoch: 2 ** 53, sequencer: "1", revision: 0 }, "version.epoch"],
    [{ epoch: "1", sequencer: "1", revision: 0 }, "version.epoch"],
    [{ epoch: null, sequencer: "1", revision: 0 }, "version.epoch"],
  ])("refuse %j: %s is wrong", (parts, path) => {
    const refusal = { code: "invalid-input", retryable: false, message: expect.stringContaining(path) };
    expect(() => version(parts as Version)).toThrow(expect.objectContaining(refusal));
  });

  it("of a store's change have a sequencer", () => {
    expect(() => deriveChangeVersion("")).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
});
