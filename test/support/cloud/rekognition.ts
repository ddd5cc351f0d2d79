import { type StubAnswer, startStub } from "./http-stub.js";

/** The labels of every picture: out of order, one of them twice. */
const LABELS = [
  { Name: "Cat", Confidence: 84 },
  { Name: "Animal", Confidence: 99.5 },
  { Name: "Cat", Confidence: 71 },
  { Name: "Weapons", Confidence: 77 },
];
const FORBIDDEN = [{ Name: "Weapons", Confidence: 91, ParentName: "Violence" }];

/** Starts what the tests take for Rekognition: it sees the same in every picture. */
export async function startRekognition() {
  let forbidden = FORBIDDEN;
  let failure: string | undefined;
  const stub = await startStub(({ headers }): StubAnswer => {
    const contentType = "application/x-amz-json-1.1";
    if (failure !== undefined) return { status: 400, body: JSON.stringify({ __type: failure }), contentType };
    const moderates = String(headers["x-amz-target"]).endsWith("DetectModerationLabels");
    const answer = moderates ? { ModerationLabels: forbidden } : { Labels: LABELS };
    return { status: 200, body: JSON.stringify(answer), contentType };
  });
  return {
    ...stub,
    /** Whether moderation finds something from now on. */
    moderate: (finds: boolean) => {
      forbidden = finds ? FORBIDDEN : [];
    },
    /** From now on every request is refused with this error; without a name they are answered again. */
    fail: (name?: string) => {
      failure = name;
    },
    /** The pictures of all requests so far. */
    pictures: (): readonly Buffer[] =>
      stub.requests.map(({ body }) => Buffer.from(JSON.parse(body).Image.Bytes, "base64")),
  };
}
