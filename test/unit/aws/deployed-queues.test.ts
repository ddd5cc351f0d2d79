import { describe, expect, it } from "@jest/globals";
import { findDeployedQueues } from "../../../src/adapters/aws/deployed-queues.js";

const OUTPUTS = {
  ImagesQueueUrl1A2B3C4D: "queue",
  ImagesDeadLetterQueueUrl5E6F7A8B: "dead",
  ImagesInvalidationQueueUrl11111111: "invalidations",
  ImagesQueueArn22222222: "arn",
};

describe("the queues of a deployed pipeline", () => {
  it("are found among the outputs of its stack", async () => {
    const queues = await findDeployedQueues("images", async () => OUTPUTS);
    expect(queues).toEqual({ queueUrl: "queue", deadLetterQueueUrl: "dead" });
  });

  it.each([
    ["no pipeline", {}, "images with 0"],
    [
      "two pipelines",
      { ...OUTPUTS, OthersQueueUrl1A2B3C4D: "q", OthersDeadLetterQueueUrl5E6F7A8B: "d" },
      "images with 2",
    ],
  ])("are not guessed in a stack with %s", async (_, outputs, received) => {
    await expect(findDeployedQueues("images", async () => outputs)).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringContaining(received),
    });
  });
});
