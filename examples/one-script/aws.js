import { awsModule } from "safelight/container/aws";
import { openOn } from "./open-on.js";

const { SAFELIGHT_QUEUE_URL: queueUrl = "", SAFELIGHT_TOPIC_ARN: topicArn } = process.env;

// The clients find region and credentials in the environment.
export const open = () =>
  openOn((baseUrl) => [
    awsModule({ originals: "originals", renditions: "renditions", queueUrl, topicArn, baseUrl }),
  ]);
