import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Validations } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { CASES } from "../support/infra/cases.js";
import { type Synthesized, synthesize } from "../support/infra/synthesize.js";
import { takeSample } from "../support/sample.js";

/** Every acknowledgement there may be, by case, construct and rule; the reasons are in the code, beside the construct. */
const EXPECTED = JSON.parse(readFileSync("test/infra/acknowledged.json", "utf8")) as Readonly<
  Record<string, readonly string[]>
>;

const findViolations = ({ app }: Synthesized) =>
  [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${constructPath} ${ruleName}`),
      ),
  );

/** The acknowledgements as they lie in the construct tree, with their reasons. */
function listAcknowledgements({
  app,
}: Synthesized): readonly { readonly name: string; readonly reason: string }[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({
        name: `${node.path} ${id.replace(/^annotation::/i, "")}`,
        reason: String(reason),
      })),
  );
}

// Each case takes seconds: an ordinary run has every other one a day.
describe.each(takeSample(Object.entries(CASES), 2))(
  "the rules of cdk-nag, AwsSolutions and Serverless, for %s",
  (name, props) => {
    const synthesized = synthesize(props);

    it("find nothing that is not acknowledged", () => {
      expect(findViolations(synthesized)).toEqual([]);
    });

    it("are acknowledged as the list says, each with a reason", () => {
      const found = listAcknowledgements(synthesized);
      expect([...new Set(found.map((one) => one.name))].sort()).toEqual(EXPECTED[name]);
      for (const { reason } of found) expect(reason.length).toBeGreaterThan(40);
    });
  },
);

it("a bucket beside the pipeline that breaks a rule would be found", () => {
  const synthesized = synthesize((stack) => {
    new Bucket(stack, "Careless");
    return {};
  });
  expect(findViolations(synthesized)).toContain("Images/Careless/Resource AwsSolutions-S10");
});
