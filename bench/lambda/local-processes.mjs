import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const CHILDREN = new URL("../children/", import.meta.url);

/** The variables that a function has at least. */
const VARIABLES = {
  PATH: process.env.PATH,
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  SAFELIGHT_ORIGINALS_BUCKET: "originals",
  SAFELIGHT_RENDITIONS_BUCKET: "renditions",
  SAFELIGHT_TABLE: "ImageMetadata",
  SAFELIGHT_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/changes",
  SAFELIGHT_TOPIC_ARN: "arn:aws:sns:eu-central-1:1:events",
  SAFELIGHT_CDN_DOMAIN: "images.example",
};

/** Starts the local cloud; `upload` resolves to the event that tells a function of it. */
export async function startLocalCloud({ signal }) {
  const { said, ask, end } = await startProcess("local-cloud.mjs", { signal, env: { ...process.env } });
  const upload = async (key, file) => (await ask({ key, file })).event;
  return { variables: said.variables, upload, end };
}

/** Starts the function in this folder; `said` is what its start took, `invoke` resolves to what an event took. */
export async function startFunction(folder, { signal, cores, variables = {} }) {
  const env = { ...VARIABLES, ...variables, LAMBDA_TASK_ROOT: folder };
  const { said, ask, end } = await startProcess("lambda-function.cjs", { signal, env, cores });
  return { said, invoke: ask, end };
}

/** A process that speaks first and then answers each message. `cores`: those that it may use, as taskset names them. */
async function startProcess(name, { signal, env, cores }) {
  const program = [process.execPath, fileURLToPath(new URL(name, CHILDREN))];
  const [command, ...args] = cores === undefined ? program : ["taskset", "-c", cores, ...program];
  const child = spawn(command, args, { env, signal, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const receive = async () => {
    const ended = new AbortController();
    try {
      return await Promise.race([
        once(child, "message", { signal: ended.signal }).then(([message]) => message),
        once(child, "exit", { signal: ended.signal }).then(([code]) => {
          throw new Error(`${name} ended with ${code}`);
        }),
      ]);
    } finally {
      ended.abort();
    }
  };
  const said = await receive();
  return {
    said,
    ask: (message) => {
      child.send(message);
      return receive();
    },
    end: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
}
