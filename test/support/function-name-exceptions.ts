/**
 * The functions that are named by a noun, with why. Whoever adds one finds its reason here; a name that no function has
 * any longer fails the test.
 */
export const EXCEPTIONS: readonly { readonly why: string; readonly names: readonly string[] }[] = [
  {
    why: "constructors of public values: the call reads as the value",
    names: [
      "asset",
      "color",
      "etag",
      "imageRecord",
      "originalKey",
      "pipelineConfig",
      "renditionKey",
      "thumbnailSpec",
      "thumbnailSpecs",
      "version",
      "watermarkPolicy",
    ],
  },
  {
    why: "constructors of errors, thrown where they are called: throw invalidInput(...)",
    names: ["invalidInput", "refusal", "refusalInWords"],
  },
  {
    why: "constructors of adapters, clients and the HTTP API, as the packages of the field name theirs",
    names: [
      "aws",
      "bearerTokens",
      "httpApi",
      "jsonLog",
      "local",
      "memory",
      "postgres",
      "randomIds",
      "s3",
      "safelightClient",
      "sharpEngine",
      "systemClock",
      "webhookSender",
      "workerEngine",
    ],
  },
  {
    why: "methods of OpenTelemetry, by the names that it gives them",
    names: ["spanContext"],
  },
  {
    why: "methods of pg, by the names that it gives them",
    names: ["on", "query"],
  },
  {
    why: "constructors of modules and tokens of the container: the arguments of compose read as a list",
    names: [
      "awsModule",
      "configModule",
      "familyModule",
      "localModule",
      "localNotesModule",
      "memoryModule",
      "noEngineModule",
      "optional",
      "portsModule",
      "postgresModule",
      "s3Module",
      "sharpModule",
      "sharpWorkersModule",
      "systemModule",
      "token",
      "webhooksModule",
    ],
  },
  {
    why: "functions of the client that write a part of a page, by what HTML calls it",
    names: ["picture", "placeholderDataUrl", "srcset"],
  },
  {
    why: "names that others look for: Jest's it and setup, esbuild's setup, Lambda's handler, Date's now, callbacks named by their event",
    names: [
      "handler",
      "it",
      "now",
      "onAccepted",
      "onChange",
      "onOutcome",
      "onRunComplete",
      "onload",
      "onerror",
      "setup",
    ],
  },
  {
    why: "the emulator of DynamoDB, named by its package",
    names: ["dynalite"],
  },
];
