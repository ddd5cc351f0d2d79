import { describe, expect, it } from "@jest/globals";
import { findDeployedQueues, readPipelineOutputs } from "../../../src/adapters/aws/deployed-pipeline.js";

const OUTPUTS = {
  ImagesQueueUrl1A2B3C4D: "queue",
  ImagesDeadLetterQueueUrl5E6F7A8B: "dead",
  ImagesInvalidationQueueUrl11111111: "invalidations",
  ImagesQueueArn22222222: "arn",
  TheirBucket33333333: "theirs",
};

describe("a deployed pipeline", () => {
  it("says among the outputs of its stack what its queues are", async () => {
    const queues = await findDeployedQueues("images", async () => OUTPUTS);
    expect(queues).toEqual({ queueUrl: "queue", deadLetterQueueUrl: "dead" });
  });

  it("has outputs by the construct's own names, and none of the rest of the stack", async () => {
    expect(await readPipelineOutputs("images", async () => OUTPUTS)).toEqual({
      QueueUrl: "queue",
      DeadLetterQueueUrl: "dead",
      InvalidationQueueUrl: "invalidations",
      QueueArn: "arn",
    });
  });

  it.each([
    ["no pipeline", {}, "images with 0"],
    [
      "two pipelines",
      { ...OUTPUTS, OthersQueueUrl1A2B3C4D: "q", OthersDeadLetterQueueUrl5E6F7A8B: "d" },
      "images with 2",
    ],
  ])("is not guessed in a stack with %s", async (_, outputs, received) => {
    await expect(findDeployedQueues("images", async () => outputs)).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringContaining(received),
    });
  });
});
