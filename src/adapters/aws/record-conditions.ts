import { type Version, versionLabel } from "../../domain/model/version.js";

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
