import { CfnElement, type Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { REGION } from "../cloud/clients.js";
import type { Synthesized } from "./synthesize.js";

/** The account of the local cloud. */
export const ACCOUNT_ID = "000000000000";

/** The names of a resource once it is deployed: the value of `Ref`, and its attributes. */
export interface Name {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A resource as a template has it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  /** Its fate when its stack goes. */
  readonly DeletionPolicy?: "Delete" | "Retain" | "RetainExceptOnCreate";
}

/** A resource with its references followed. */
export interface ListedResource {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: NonNullable<Resource["DeletionPolicy"]>;
}

/** A synthesized template whose references can be followed to names that something really has. */
export class DeployedTemplate {
  readonly #stack: Stack;
  readonly #resources: Readonly<Record<string, Resource>>;
  readonly #outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly #names: ReadonlyMap<string, Name>;
  readonly #region: string;

  /** A resource without a name is called by its logical id. */
  constructor(
    { stack, template }: Synthesized,
    names: ReadonlyMap<IConstruct, Name> = new Map(),
    region: string = REGION,
  ) {
    this.#stack = stack;
    this.#region = region;
    const { Resources, Outputs = {} } = template.toJSON();
    this.#resources = Resources as Readonly<Record<string, Resource>>;
    this.#outputs = Outputs as Readonly<Record<string, { readonly Value: unknown }>>;
    this.#names = new Map([...names].map(([construct, name]) => [this.getId(construct), name]));
  }

  /** The logical id of a construct's own resource. */
  getId(construct: IConstruct): string {
    const child = construct.node.defaultChild ?? construct;
    if (!CfnElement.isCfnElement(child)) throw new Error(`${construct.node.path} is no resource`);
    return String(this.#stack.resolve(child.logicalId));
  }

  /** The types of its resources. */
  listTypes(): readonly string[] {
    return [...new Set(Object.values(this.#resources).map(({ Type }) => Type))];
  }

  /** The outputs of the stack once it is deployed, by their whole names. */
  listOutputs(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#outputs).map(([name, { Value }]) => [name, String(this.follow(Value))]),
    );
  }

  /** Every resource of a type, with its references followed. */
  listResources(type: string): readonly ListedResource[] {
    return Object.entries(this.#resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties, DeletionPolicy }]) => ({
        id,
        properties: this.follow(Properties ?? {}) as Record<string, unknown>,
        deletionPolicy: DeletionPolicy ?? "Delete",
      }));
  }

  /** The properties of the only resource of a type, with their references followed. */
  getOnly(type: string): Readonly<Record<string, unknown>> {
    const [one, ...others] = this.listResources(type);
    if (!one || others.length > 0)
      throw new Error(
        `the template has ${others.length + (one ? 1 : 0)} resources of ${type} instead of one`,
      );
    return one.properties;
  }

  /** The properties of a resource, with their references followed. */
  getProperties(id: string): Readonly<Record<string, unknown>> {
    const resource = this.#resources[id];
    if (!resource) throw new Error(`the template has no resource ${id}`);
    return this.follow(resource.Properties) as Record<string, unknown>;
  }

  /** The properties of a construct's own resource. */
  getConstructProperties(construct: IConstruct): Readonly<Record<string, unknown>> {
    return this.getProperties(this.getId(construct));
  }

  /** The same value with every intrinsic function replaced by what it comes to. */
  follow(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.follow(item));
    if (typeof value !== "object" || value === null) return value;
    const [[name, argument] = ["", undefined], ...others] = Object.entries(value);
    if (others.length === 0) {
      if (name === "Ref") return this.#resolveRef(String(argument));
      if (name === "Fn::GetAtt") return this.#attribute(...(argument as [string, string]));
      if (name === "Fn::Join") return this.#joinParts(...(argument as [string, readonly unknown[]]));
      if (name.startsWith("Fn::")) return `<${name}>`;
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.follow(inner)]));
  }

  #resolveRef(id: string): unknown {
    const pseudo: Readonly<Record<string, string>> = {
      "AWS::AccountId": ACCOUNT_ID,
      "AWS::Region": this.#region,
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
    };
    return pseudo[id] ?? this.#names.get(id)?.ref ?? id;
  }

  #attribute(id: string, attribute: string): string {
    return this.#names.get(id)?.attributes?.[attribute] ?? `${id}.${attribute}`;
  }

  #joinParts(separator: string, parts: readonly unknown[]): string {
    return parts.map((part) => String(this.follow(part))).join(separator);
  }
}
