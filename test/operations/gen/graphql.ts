/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Why a field is null. */
export type GapReason =
  /** The kernel does not let the gateway read it. */
  | 'ACCESS_DENIED'
  /** It ended while it was being read. */
  | 'GONE'
  /** It has ended, and the kernel keeps no more of it. */
  | 'ZOMBIE'
  /** This platform or kernel has no such thing. */
  | 'NOT_SUPPORTED'
  /** The caller lacks the scope. */
  | 'NOT_AUTHORIZED'
  /** The kernel did not answer in time. */
  | 'TIMED_OUT'
  /** What the kernel gave could not be understood. */
  | 'MALFORMED'
  /** Reading failed. */
  | 'FAILED';

export type ProcessesQueryVariables = Exact<{
  first?: number | null | undefined;
}>;


export type ProcessesQuery = { processes: { totalCount: number, nodes: Array<{ pid: number, name: string | null, createTime: string | null, memory: { rss: number } | null, gaps: Array<{ field: string, reason: GapReason }> }> } | null };

export type RowFragment = { pid: number, name: string | null, createTime: string | null, memory: { rss: number } | null, gaps: Array<{ field: string, reason: GapReason }> };

export type SystemQueryVariables = Exact<{ [key: string]: never; }>;


export type SystemQuery = { system: { hostname: string, bootTime: string | null, memory: { total: number, available: number } | null, gaps: Array<{ field: string, reason: GapReason }> } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const RowFragmentDoc = new TypedDocumentString(`
    fragment Row on Process {
  pid
  name
  createTime
  memory {
    rss
  }
  gaps {
    field
    reason
  }
}
    `, {"fragmentName":"Row"}) as unknown as TypedDocumentString<RowFragment, unknown>;
export const ProcessesDocument = new TypedDocumentString(`
    query Processes($first: Int) {
  processes(first: $first) {
    totalCount
    nodes {
      ...Row
    }
  }
}
    fragment Row on Process {
  pid
  name
  createTime
  memory {
    rss
  }
  gaps {
    field
    reason
  }
}`) as unknown as TypedDocumentString<ProcessesQuery, ProcessesQueryVariables>;
export const SystemDocument = new TypedDocumentString(`
    query System {
  system {
    hostname
    bootTime
    memory {
      total
      available
    }
    gaps {
      field
      reason
    }
  }
}
    `) as unknown as TypedDocumentString<SystemQuery, SystemQueryVariables>;