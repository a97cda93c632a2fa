import { z } from 'zod';
import type { SourcePath } from '../findings/rule-source.ts';

/** The part of JSON Schema that zod writes and that is looked at here. */
interface SchemaNode {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

/** What a schema allows at a place of a document, for hints. */
export interface SchemaGuide {
  /** The keys that an object at this path may have. */
  keysAt(path: SourcePath): readonly string[];
  /** What the schema says the value at this path is for. */
  descriptionAt(path: SourcePath): string | undefined;
}

/** Reads the guide off the schema's JSON Schema, so that hints can't disagree with what is checked. */
export function createSchemaGuide(schema: z.ZodType): SchemaGuide {
  let cached: SchemaNode | undefined;
  const root = () => {
    cached ??= z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
    return cached;
  };
  const nodesAt = (path: SourcePath): SchemaNode[] => {
    let nodes = alternatives(root(), root());
    for (const step of path) nodes = nodes.flatMap((node) => alternatives(root(), childOf(node, step)));
    return nodes;
  };
  return {
    keysAt: (path) => [...new Set(nodesAt(path).flatMap((node) => Object.keys(node.properties ?? {})))],
    descriptionAt: (path) => nodesAt(path).find(({ description }) => description)?.description,
  };
}

function childOf(node: SchemaNode, step: string | number): SchemaNode | undefined {
  if (typeof step === 'number') return node.items;
  if (node.properties && Object.hasOwn(node.properties, step)) return node.properties[step];
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

function alternatives(root: SchemaNode, node: SchemaNode | undefined): SchemaNode[] {
  if (!node) return [];
  const name = node.$ref?.replace('#/$defs/', '');
  if (name !== undefined) return alternatives(root, root.$defs?.[name]);
  return node.anyOf ? [node, ...node.anyOf.flatMap((one) => alternatives(root, one))] : [node];
}
