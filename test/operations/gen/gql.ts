/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query Processes($first: Int) {\n  processes(first: $first) {\n    totalCount\n    nodes {\n      ...Row\n    }\n  }\n}\n\nfragment Row on Process {\n  pid\n  name\n  createTime\n  memory {\n    rss\n  }\n  gaps {\n    field\n    reason\n  }\n}\n\nquery System {\n  system {\n    hostname\n    bootTime\n    memory {\n      total\n      available\n    }\n    gaps {\n      field\n      reason\n    }\n  }\n}": typeof types.ProcessesDocument,
};
const documents: Documents = {
    "query Processes($first: Int) {\n  processes(first: $first) {\n    totalCount\n    nodes {\n      ...Row\n    }\n  }\n}\n\nfragment Row on Process {\n  pid\n  name\n  createTime\n  memory {\n    rss\n  }\n  gaps {\n    field\n    reason\n  }\n}\n\nquery System {\n  system {\n    hostname\n    bootTime\n    memory {\n      total\n      available\n    }\n    gaps {\n      field\n      reason\n    }\n  }\n}": types.ProcessesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Processes($first: Int) {\n  processes(first: $first) {\n    totalCount\n    nodes {\n      ...Row\n    }\n  }\n}\n\nfragment Row on Process {\n  pid\n  name\n  createTime\n  memory {\n    rss\n  }\n  gaps {\n    field\n    reason\n  }\n}\n\nquery System {\n  system {\n    hostname\n    bootTime\n    memory {\n      total\n      available\n    }\n    gaps {\n      field\n      reason\n    }\n  }\n}"): typeof import('./graphql.ts').ProcessesDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
