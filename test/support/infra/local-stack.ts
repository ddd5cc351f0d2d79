import { startStub } from "../cloud/http-stub.js";

/** Starts what the tests take for CloudFormation: it knows one stack, with these outputs. */
export function startStack(name: string, outputs: Readonly<Record<string, string>>) {
  return startStub(({ body }) => {
    const asked = new URLSearchParams(body).get("StackName");
    if (asked !== name)
      return {
        status: 400,
        contentType: "text/xml",
        body: `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${asked} does not exist</Message></Error></ErrorResponse>`,
      };
    const members = Object.entries(outputs).map(
      ([key, value]) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${escapeText(value)}</OutputValue></member>`,
    );
    return {
      status: 200,
      contentType: "text/xml",
      body: `<DescribeStacksResponse xmlns="${NAMESPACE}"><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><CreationTime>2026-11-30T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    };
  });
}

const NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
