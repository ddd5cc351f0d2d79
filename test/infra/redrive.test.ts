import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { createClientOptions, REGION } from "../support/cloud/clients.js";
import { type Messaging, startMessaging } from "../support/cloud/messaging.js";
import { isAllowed } from "../support/infra/policy.js";
import { type RecordingGate, startRecordingGate } from "../support/infra/recording-gate.js";
import { readRoleStatements } from "../support/infra/role-statements.js";
import { redriveByRunbook } from "../support/infra/runbook-redrive.js";
import { synthesize } from "../support/infra/synthesize.js";
import { ACCOUNT_ID, DeployedTemplate } from "../support/infra/template.js";
import { readActions } from "../support/infra/wire-actions.js";

let messaging: Messaging;
let gate: RecordingGate;

beforeAll(async () => {
  messaging = await startMessaging();
  gate = await startRecordingGate(messaging.endpoint);
});

afterAll(async () => {
  await gate.close();
  await messaging.close();
});

/** The statements of somebody who was granted to redrive, and nothing else; the queues are called as in this test. */
function grantRedrive() {
  const name = (queue: string) => ({
    ref: queue,
    attributes: { Arn: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queue}` },
  });
  let operator: Role | undefined;
  const synthesized = synthesize(
    { trigger: "direct" },
    {
      use: (pipeline) => {
        operator = new Role(Stack.of(pipeline), "Operator", {
          assumedBy: new ServicePrincipal("ec2.amazonaws.com"),
        });
        pipeline.grantRedrive(operator).assertSuccess();
      },
    },
  );
  const { queue, deadLetterQueue } = synthesized.pipeline;
  const template = new DeployedTemplate(
    synthesized,
    new Map([
      [queue, name("changes")],
      [deadLetterQueue, name("changes-dead")],
    ]),
  );
  if (!operator) throw new Error("nobody was granted anything");
  return readRoleStatements(template, template.getId(operator));
}

it("the runbook sends back what Lambda itself left among the dead letters, by the rights of grantRedrive alone", async () => {
  const { url: to, deadUrl: from } = messaging.createQueue("changes");
  const sqs = new SQSClient(createClientOptions(messaging.endpoint));
  const bodies = Array.from({ length: 12 }, (_, index) =>
    JSON.stringify({ requestPayload: { Records: [] }, requestContext: { requestId: index } }),
  );
  for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: from, MessageBody }));
  expect(await redriveByRunbook(gate.endpoint, { from, to })).toBe("12 dead letters were sent back");
  expect(messaging.bodiesIn("changes-dead")).toEqual([]);
  expect([...messaging.bodiesIn("changes")].sort()).toEqual(bodies.sort());
  const statements = grantRedrive();
  const needed = gate.calls().flatMap((call) => readActions("SQS", call));
  expect(new Set(needed.map(({ action }) => action))).toEqual(
    new Set(["sqs:ReceiveMessage", "sqs:SendMessage", "sqs:DeleteMessage"]),
  );
  expect(needed.filter((one) => !isAllowed(statements, { who: "role:operator", ...one }))).toEqual([]);
  sqs.destroy();
});
