import { type StubAnswer, startStub } from "./http-stub.js";

/** Starts what the tests take for Rekognition: it sees the same in every picture, out of order, one thing twice. */
export async function startRekognition() {
  return startStub(({ headers }): StubAnswer => {
    const moderates = String(headers["x-amz-target"]).endsWith("DetectModerationLabels");
    const answer = moderates
      ? { ModerationLabels: [{ Name: "Weapons", Confidence: 91, ParentName: "Violence" }] }
      : {
          Labels: [
            { Name: "Cat", Confidence: 84 },
            { Name: "Animal", Confidence: 99.5 },
            { Name: "Cat", Confidence: 71 },
            { Name: "Weapons", Confidence: 77 },
          ],
        };
    return { status: 200, body: JSON.stringify(answer), contentType: "application/x-amz-json-1.1" };
  });
}
