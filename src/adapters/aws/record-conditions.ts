import { SafelightError } from "../../domain/model/errors.js";
import { type Version, versionLabel } from "../../domain/model/version.js";
import type { Item } from "./record-item.js";

/** What a write may replace: a record of exactly this version, or nothing at all. */
export type Replacing = Version | "nothing";

/** The condition that there is no record. */
export const ABSENT = { ConditionExpression: "attribute_not_exists(imageId)" };

/** The condition that the record has exactly this version. */
export function atVersion(version: Version) {
  return {
    ConditionExpression: "#version = :version",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":version": { S: versionLabel(version) } },
  };
}

/** The refusal of a write whose condition failed; `current` is what was there. */
export function conflictWith(
  current: Item | undefined,
  replacing: Replacing,
  cause: unknown,
): SafelightError {
  const wanted = replacing === "nothing" ? "nothing" : `version ${versionLabel(replacing)}`;
  const found = current === undefined ? "nothing" : `version ${current.version?.S}`;
  return new SafelightError(
    "conflict",
    `expected ${wanted} for the record to replace but received ${found}`,
    { cause },
  );
}
